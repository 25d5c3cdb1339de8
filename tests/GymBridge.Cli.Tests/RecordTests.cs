namespace GymBridge.Cli.Tests;

/// <summary>Films of environments that are drawn in Python: frames come over the bridge.</summary>
public class RecordTests
{
    private const string Module = """
        import gymnasium as gym
        import numpy as np


        class Drawn(gym.Env):
            observation_space = gym.spaces.Box(0, 1, (1,), np.float32)
            action_space = gym.spaces.Discrete(2)

            def __init__(self, frame="None", fps="30", render_mode=None):
                self.frame, self.render_mode = frame, render_mode
                self.metadata = {"render_modes": ["rgb_array"], "render_fps": eval(fps)}

            def reset(self, *, seed=None, options=None):
                super().reset(seed=seed)
                return np.zeros(1, np.float32), {}

            def step(self, action):
                return np.zeros(1, np.float32), 0.0, True, False, {}

            def render(self):
                return eval(self.frame)


        gym.register("Drawn-v0", Drawn, disable_env_checker=True)
        """;

    [PythonTheory]
    [InlineData("frame=None", "in render mode 'rgb_array' its render returned nothing, where a recording needs a uint8 array of shape (height, width, 3).")]
    [InlineData("frame='text'", "in render mode 'rgb_array' its render returned String, where")]
    [InlineData("frame=np.zeros((4, 4, 3), np.float32)", "A frame is a uint8 array of shape (height, width, 3), got float32 of shape (4, 4, 3).")]
    [InlineData("frame=np.zeros((0, 4, 3), np.uint8)", "got uint8 of shape (0, 4, 3).")]
    [InlineData("fps=float('nan')", "is drawn NaN times a second by its metadata (render_fps), which is no speed of a film; give one with --fps.")]
    [InlineData("fps=0", "is drawn 0 times a second by its metadata")]
    public async Task Record_FaultyDrawing_SaysWhatIsWrongAndLeavesNoFile(string kwargs, string message)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Combine("drawn.py"), Module);
        var result = await Cli.RunAsync(
            ["record", "drawn:Drawn-v0", "-o", folder.Combine("films/film.gif"), "--env-kwargs", Quoted(kwargs)],
            new Dictionary<string, string?> { ["PYTHONPATH"] = folder.FullName });
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
        Assert.Empty(Directory.GetFiles(folder.FullName, "film*", SearchOption.AllDirectories));
    }

    // What Python shall evaluate, as the text that it is.
    private static string Quoted(string kwargs) => $"{kwargs.Split('=')[0]}=\"{kwargs[(kwargs.IndexOf('=', StringComparison.Ordinal) + 1)..]}\"";

    [PythonTheory]
    [InlineData("ale_py:ALE/Breakout-v5", 160, 210)]
    [InlineData("gymnasium:LunarLander-v3", 600, 400)]
    public async Task Record_PythonEnvironment_WritesItsFrames(string id, int width, int height)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("film.gif");
        var result = await Cli.RunAsync("record", id, "--video-length", "4", "-o", file, "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(4, Assert.Single(result.Json.AsArray())!["frames"]!.GetValue<int>());
        var bytes = await File.ReadAllBytesAsync(file);
        Assert.Equal("GIF89a"u8.ToArray(), bytes[..6]);
        Assert.Equal((width, height), (BitConverter.ToUInt16(bytes, 6), BitConverter.ToUInt16(bytes, 8)));
    }
}
