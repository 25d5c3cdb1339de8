using GymBridge.Agents.Networks;
using GymBridge.Agents.Reproducibility;
using GymBridge.Torch;

namespace GymBridge.Agents.Tests.Collecting;

/// <summary>Parallel actors and one learner: which actor steps a lane changes no bit.</summary>
public class ActorPoolTests
{
    private const int Lanes = 5;

    [Theory]
    [InlineData("ppo", "CartPole-v1", 1)]
    [InlineData("ppo", "CartPole-v1", 2)]
    [InlineData("ppo", "CartPole-v1", 4)]
    [InlineData("ppo", "Pendulum-v1", 2)]
    [InlineData("a2c", "CartPole-v1", 1)]
    [InlineData("a2c", "CartPole-v1", 2)]
    [InlineData("a2c", "CartPole-v1", 4)]
    public void Update_WithActors_IsTheRunWithoutThemToTheBit(string name, string id, int actors)
    {
        foreach (var mode in new[] { AutoresetMode.SameStep, AutoresetMode.NextStep })
        {
            using var env = Env(id, mode);
            using var run = Make(name, env, 0);
            using var apart = Env(id, mode);
            using var parallel = Make(name, apart, actors);
            for (var i = 0; i < 20; i++)
            {
                var (expected, actual) = (run.Update(), parallel.Update());
                Assert.Equal(expected.Timesteps, actual.Timesteps);
                if (EngineIdentity.Current.Kind == EngineKind.Libtorch)
                {
                    continue; // It rounds a row of a small batch otherwise than the same row of a large one.
                }

                Assert.Equal(UpdateDigest.Of(run), UpdateDigest.Of(parallel));
                Assert.Equal(expected.Metrics, actual.Metrics);
                Assert.Equal(run.Episodes.Episodes, parallel.Episodes.Episodes);
            }

            Assert.True(run.Episodes.Episodes > 0 || id != "CartPole-v1");
        }
    }

    [Fact]
    public void Load_OfARunWithActors_GoesOnBitForBit()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("run.gym");
        using var env = Env("CartPole-v1", AutoresetMode.SameStep);
        using var whole = Make("ppo", env, 2);
        for (var i = 0; i < 4; i++)
        {
            whole.Update();
        }

        whole.Save(path);
        using var again = Env("CartPole-v1", AutoresetMode.SameStep);
        using var resumed = Algorithm.Load(path, again, warn: message => Assert.Fail(message));
        Assert.Equal(whole.Timesteps, resumed.Timesteps);
        for (var i = 0; i < 4; i++)
        {
            whole.Update();
            resumed.Update();
            Assert.Equal(UpdateDigest.Of(whole), UpdateDigest.Of(resumed));
            Assert.Equal(whole.Timesteps, resumed.Timesteps);
        }
    }

    [Fact]
    public void Update_AnActorFails_ThrowsItsError()
    {
        using var env = TestEnvs.Lanes(
            4, () => new ScriptedEnv([new(5)], new GymBridge.Spaces.Discrete(2), (episode, step) => episode == 1 && step == 3 ? double.NaN : 1));
        using var run = Make("ppo", env, 4);
        Assert.Contains("gave the reward NaN", Assert.Throws<NonFiniteException>(() => run.Update()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_WhatCannotBeParted_IsRefused()
    {
        using var native = TestEnvs.Make("CartPole-v1", 4);
        Assert.Contains("SyncVectorEnv of single ones", Assert.Throws<NotSupportedException>(() => Make("ppo", native, 2)).Message, StringComparison.Ordinal);
        using var env = Env("CartPole-v1", AutoresetMode.SameStep);
        Assert.Contains("--n-envs 6", Assert.Throws<ArgumentException>(() => Make("a2c", env, 6)).Message, StringComparison.Ordinal);
        Assert.Contains("Actors must be at least 0", Assert.Throws<ArgumentException>(() => Make("ppo", env, -1)).Message, StringComparison.Ordinal);
        var networks = new CustomNetworks { Value = TorchSharp.torch.nn.Linear(4, 1) };
        Assert.Contains("networks of your own", Assert.Throws<NotSupportedException>(() => new Ppo(env, new PpoOptions { Actors = 2 }, 1, networks)).Message, StringComparison.Ordinal);
        Assert.Contains("worker for each lane", Assert.Throws<ArgumentException>(() => new A3c(env, new A3cOptions { Actors = 2 }, 1)).Message, StringComparison.Ordinal);
    }

    private static VectorEnv Env(string id, AutoresetMode mode) =>
        TestEnvs.Registry.MakeVec(id, Lanes, new MakeOptions { AutoresetMode = mode, StepsSomeLanes = true });

    private static Algorithm Make(string name, VectorEnv env, int actors) => name == "ppo"
        ? new Ppo(env, (PpoOptions)SmallOptions.Of("ppo") with { RolloutSteps = 24, Actors = actors }, 3)
        : new A2c(env, (A2cOptions)SmallOptions.Of("a2c") with { RolloutSteps = 9, Actors = actors }, 3);
}
