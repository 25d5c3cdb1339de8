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
    public void SaveAndPredict_AfterDispose_AreErrorsOfTheirOwnAndTheFileStays()
    {
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Make("CartPole-v1", 1);
        var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 8, MinibatchSize = 8 }, seed: 1);
        ppo.Save(folder.Combine("run.gym"));
        ppo.Dispose();
        Assert.Throws<ObjectDisposedException>(() => ppo.Save(folder.Combine("run.gym")));
        Assert.Throws<ObjectDisposedException>(() => ppo.Policy.Save(folder.Combine("run.gym")));
        Assert.Throws<ObjectDisposedException>(() => ppo.Policy.Predict<float[], long>([0f, 0f, 0f, 0f]));
        Algorithm.Inspect(folder.Combine("run.gym"), everyPart: true);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Predict_NotFinite_IsRefusedWithTheElement(float bad)
    {
        using var env = TestEnvs.Make("CartPole-v1", 1);
        using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 8, MinibatchSize = 8 }, seed: 1);
        Assert.Contains("(element 2 of lane 0)", Assert.Throws<NonFiniteException>(() => ppo.Policy.Predict<float[], long>([0f, 0f, bad, 0f])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16L)]
    [InlineData(-1L)]
    public void Predict_OutsideADiscreteSpace_IsRefusedWithWhatItTakes(long observation)
    {
        using var env = TestEnvs.Make("FrozenLake-v1", 1);
        using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 8, MinibatchSize = 8 }, seed: 1);
        Assert.Equal(
            $"The observation is {observation}, which is not in its space: it takes 0 to 15.",
            Assert.Throws<ArgumentException>(() => ppo.Policy.Predict<long, long>(observation)).Message);
    }

    [Fact]
    public void Learn_ObservationOutsideAMultiDiscreteSpace_IsNotTakenForTheNextPart()
    {
        using var env = TestEnvs.Lanes(1, () => new Outside());
        using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 8, MinibatchSize = 8 }, seed: 1);
        Assert.Contains("has 4 at 0, which is not in its space: it takes 0 to 2", Assert.Throws<GymBridgeException>(() => ppo.Learn(8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EnvironmentOfOtherSpaces_IsRefusedWithBoth()
    {
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Lanes(1, () => new Calls());
        using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 8, MinibatchSize = 8 }, seed: 1);
        ppo.Save(folder.Combine("run.gym"));

        // Two outputs of the network in either.
        using var other = TestEnvs.Lanes(1, () => new Flags());
        Assert.Contains(
            "The run was trained on Box(-1.0, 1.0, (1,), float32) and Discrete(2), the environment has Box(-1.0, 1.0, (1,), float32) and MultiBinary(2).",
            Assert.Throws<ArgumentException>(() => Ppo.Load(folder.Combine("run.gym"), other)).Message,
            StringComparison.Ordinal);
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

    private sealed class Outside() : Env<long[], long>(new MultiDiscrete([3, 3]), new Discrete(2))
    {
        protected override ResetResult<long[]> OnReset(Info? options) => new([4L, 0L]);

        protected override StepResult<long[]> OnStep(long action) => new([4L, 0L], 1, false);
    }

    private sealed class Flags() : Env<float[], object>(new Box(-1f, 1f, [1]), new MultiBinary(2))
    {
        protected override ResetResult<float[]> OnReset(Info? options) => new([0f]);

        protected override StepResult<float[]> OnStep(object action) => new([0f], 1, false);
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
