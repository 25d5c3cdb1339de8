namespace GymBridge.Cli.Tests;

[Collection(InThisProcess.Name)]
public class CheckTests
{
    private const string Faulty = """
        import gymnasium as gym
        import numpy as np


        class Faulty(gym.Env):
            metadata = {"render_modes": ["human", "rgb_array"], "render_fps": 10}
            observation_space = gym.spaces.Box(0, 1, (1,), np.float32)
            action_space = gym.spaces.Discrete(2)

            def __init__(self, what, render_mode=None):
                assert render_mode != "human"
                self.what, self.render_mode = what, render_mode

            def reset(self, *, seed=None, options=None):
                super().reset(seed=seed)
                self.steps = 0
                return np.zeros(1, np.float32), {}

            def step(self, action):
                self.steps += 1
                observation = np.zeros(2 if self.what == "misshapen" else 1, np.float32)
                if self.what == "leaves" and self.steps == 3:
                    observation += 5
                return observation, 0.0, False, False, {}

            def render(self):
                if self.what == "raises" and self.steps > 0:
                    raise RuntimeError("no paint left")
                return np.zeros((4, 4, 3), np.uint8)


        gym.register("Faulty-v0", Faulty)
        """;

    [Fact]
    public async Task Check_EveryEnvironmentOfTheRegistry_Passes()
    {
        var envs = await InThisProcess.RunAsync("envs", "--json");
        foreach (var id in envs.Json.AsArray().Select(spec => spec!["id"]!.GetValue<string>()))
        {
            var result = await InThisProcess.RunAsync("check", id, "--json");
            Assert.True(result.ExitCode == 0, $"{id}: {result.Output}");
            Assert.True(result.Json["passed"]!.GetValue<bool>());
        }
    }

    [PythonFact]
    public async Task Check_APythonEnvironment_Passes()
    {
        var result = await InThisProcess.RunAsync("check", "gymnasium:CartPole-v1", "--json");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    [PythonTheory]
    [InlineData("leaves", "at step 3 after `reset(seed=123)` is not within the observation space: array([5.], dtype=float32)")]
    [InlineData("raises", "In render mode 'rgb_array', which --skip-render-check leaves out: RuntimeError: no paint left")]
    [InlineData("misshapen", "observation: float32[1] expected by Box(0.0, 1.0, (1,), float32), got float32[2]")]
    public async Task Check_WhatGoesWrongAfterTheFirstStepOrWhenDrawn_FailsWithTheUsersLine(string what, string expected)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Combine("faulty.py"), Faulty);
        var path = new Dictionary<string, string?> { ["PYTHONPATH"] = folder.FullName };
        var result = await Cli.RunAsync(["check", "faulty:Faulty-v0", "--env-kwargs", $"what={what}"], path);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"faulty:Faulty-v0 fails: ", result.Output, StringComparison.Ordinal);
        Assert.Contains(expected, result.Output, StringComparison.Ordinal);
        var line = what switch { "raises" => "line 28, in render", "misshapen" => "line 19, in step", _ => null };
        Assert.Equal(line is not null, result.Output.Contains($"File \"{folder.Combine("faulty.py")}\", {line}", StringComparison.Ordinal));
        if (what != "misshapen")
        {
            var passed = await Cli.RunAsync(["check", "faulty:Faulty-v0", "--env-kwargs", $"what={what}", "--steps", "2", "--skip-render-check"], path);
            Assert.True(passed.ExitCode == 0, passed.Output + passed.Error);
        }
    }

    [Fact]
    public async Task Check_NegativeSteps_IsWrongUsage()
    {
        var result = await InThisProcess.RunAsync("check", "CartPole-v1", "--steps", "-1");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("A run has no -1 steps", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Strict_ExitsWithOneOnWarnings()
    {
        var result = await InThisProcess.RunAsync("check", "CartPole-v1", "--strict");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("warning: ", result.Output, StringComparison.Ordinal);
    }
}
