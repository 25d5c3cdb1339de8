using GymBridge.Spaces;

namespace GymBridge.Agents.Tests.Algorithms;

/// <summary>An algorithm that is used as it must not be says so, and what it holds stays whole.</summary>
public class AlgorithmMisuseTests
{
    [Fact]
    public void Update_AfterDispose_IsAnErrorOfItsOwn()
    {
        using var env = TestEnvs.Make("CartPole-v1", 1);
        var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 8, MinibatchSize = 8 }, seed: 1);
        ppo.Dispose();
        ppo.Dispose();
        Assert.Contains("Ppo", Assert.Throws<ObjectDisposedException>(() => ppo.Update()).ObjectName, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(() => ppo.Learn(8));
    }

    [Fact]
    public void Update_DuringAnother_IsRefusedAndTheFirstGoesOn()
    {
        var calls = new Calls();
        using var env = new SyncVectorEnv([calls]);
        using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 8, MinibatchSize = 8 }, seed: 1);
        Exception? refused = null;
        calls.DuringStep = () => refused ??= Record.Exception(() => ppo.Update());
        ppo.Update();
        Assert.Contains("is in an update on another thread", Assert.IsType<InvalidOperationException>(refused).Message, StringComparison.Ordinal);
        Assert.Equal((1, 8L), (ppo.Updates, ppo.Timesteps));
    }

    private sealed class Calls() : Env<float[], long>(new Box(-1f, 1f, [1]), new Discrete(2))
    {
        public Action DuringStep { get; set; } = () => { };

        protected override ResetResult<float[]> OnReset(Info? options) => new([0f]);

        protected override StepResult<float[]> OnStep(long action)
        {
            DuringStep();
            return new([0f], 1, false);
        }
    }
}
