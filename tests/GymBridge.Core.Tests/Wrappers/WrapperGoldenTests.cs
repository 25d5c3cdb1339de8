using System.Security.Cryptography;
using GymBridge.Environments;
using GymBridge.Errors;
using GymBridge.Wrappers;

namespace GymBridge.Core.Tests.Wrappers;

/// <summary>Wrappers against golden/wrappers.json, which golden/generate.py wrote with the real Gymnasium.</summary>
public class WrapperGoldenTests
{
    private static readonly EnvRegistry Registry = EnvironmentCatalog.CreateRegistry();

    private static readonly GoldenWrappers Golden = GoldenFile.Read<GoldenWrappers>("tests/GymBridge.Core.Tests/Wrappers/golden/wrappers.json");

    private static readonly Dictionary<string, Func<Env>> Cases = new()
    {
        ["flatten tuple"] = () => Registry.Make("Blackjack-v1").FlattenObservation(),
        ["flatten discrete"] = () => Registry.Make("FrozenLake-v1").FlattenObservation(),
        ["reshape"] = () => Registry.Make("CartPole-v1").ReshapeObservation(2, 2),
        ["rescale observation"] = () => Registry.Make("MountainCar-v0").RescaleObservation(0, 1),
        ["dtype float64"] = () => Registry.Make("CartPole-v1").DtypeObservation(DType.Float64),
        ["dtype float16"] = () => Registry.Make("MountainCar-v0").DtypeObservation(DType.Float16),
        ["stack"] = () => Registry.Make("CartPole-v1").FrameStack(3),
        ["stack zeros"] = () => Registry.Make("CartPole-v1").FrameStack(4, padsWithZeros: true),
        ["stack discrete"] = () => Registry.Make("FrozenLake-v1").FrameStack(3),
        ["delay"] = () => Registry.Make("CartPole-v1").DelayObservation(2),
        ["filter tuple"] = () => Registry.Make("Blackjack-v1").FilterObservation(2, 0).FlattenObservation(),
        ["clip action"] = () => Registry.Make("MountainCarContinuous-v0").ClipAction(),
        ["rescale action"] = () => Registry.Make("Pendulum-v1").RescaleAction(-1, 1),
        ["sticky"] = () => CartPole().StickyAction(0.4, 1, 3),
        ["sticky one"] = () => CartPole().StickyAction(0.25),
        ["repeat"] = () => Registry.Make<float[], long>("MountainCar-v0").RepeatAction(4),
        ["clip reward"] = () => Pendulum().ClipReward(-5, -1),
        ["clip reward below"] = () => Pendulum().ClipReward(minReward: -2.5),
        ["normalize reward"] = () => Pendulum().NormalizeReward(),
        ["normalize reward gamma"] = () => CartPole().NormalizeReward(0.9, 1e-4),
        ["max and skip"] = () => Registry.Make("CartPole-v1").MaxAndSkipObservation(3),
        ["time aware"] = () => Registry.Make("MountainCar-v0").TimeAwareObservation(),
        ["time aware normalized"] = () => Registry.Make("FrozenLake-v1").TimeAwareObservation(normalizeTime: true),
        ["normalize float32"] = () => Registry.Make("CartPole-v1").NormalizeObservation(),
        ["normalize float64"] = () => Registry.Make("CartPole-v1").DtypeObservation(DType.Float64).NormalizeObservation(1e-3),
        ["normalize float16"] = () => Registry.Make("MountainCar-v0").DtypeObservation(DType.Float16).NormalizeObservation(),
        ["normalize discrete"] = () => Registry.Make("FrozenLake-v1").NormalizeObservation(),
        ["discretize"] = () => Registry.Make("MountainCar-v0").DiscretizeObservation(10),
        ["discretize uneven"] = () => Registry.Make("MountainCar-v0").DiscretizeObservationMulti(7, 13),
        ["discretize float64"] = () => Registry.Make("MountainCar-v0").DtypeObservation(DType.Float64).DiscretizeObservation(300, 1),
        ["discretize float16"] = () => Registry.Make("MountainCar-v0").DtypeObservation(DType.Float16).DiscretizeObservationMulti(9),
        ["discretize action"] = () => Registry.Make("Pendulum-v1").DiscretizeAction(11),
        ["discretize action multi"] = () => Registry.Make("MountainCarContinuous-v0").DiscretizeActionMulti(6),
        ["autoreset"] = () => CartPole().Autoreset(),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Fact]
    public void Cases_CoverTheGoldenFile() => Assert.Equal(Golden.Cases.Keys.Order(), Cases.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_OfWrappedEnvironment_EqualsGymnasium(string name)
    {
        var golden = Golden.Cases[name];
        using var env = Cases[name]();
        Assert.Equal(golden.ObservationSpace, env.ObservationSpace.ToString());
        Assert.Equal(golden.ActionSpace, env.ActionSpace.ToString());
        Assert.Equal(golden.Text.Replace("Continuous_MountainCarEnv", "ContinuousMountainCarEnv", StringComparison.Ordinal), env.ToString());

        var actions = name == "clip action" ? env.Unwrapped.ActionSpace : env.ActionSpace;
        actions.Seed(5);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Feed(env.ResetObject(5).Observation);
        for (var t = 0; t < 600; t++)
        {
            var action = actions.Sample();
            var step = env.StepObject(name == "clip action" ? NDArray.From(((NDArray)action).AsSpan<float>()[0] * 3f) : action);
            Feed(step.Observation);
            digest.AppendData(BitConverter.GetBytes(step.Reward));
            digest.AppendData([step.Terminated ? (byte)1 : (byte)0, step.Truncated ? (byte)1 : (byte)0]);
            if (step.Ended && name != "autoreset")
            {
                Feed(env.ResetObject().Observation);
            }

            if (t % 100 == 99)
            {
                Assert.True(
                    golden.Digests[t / 100] == Convert.ToHexStringLower(digest.GetCurrentHash())[..8], $"'{name}' differs from Gymnasium in steps {t - 99} to {t}.");
            }
        }

        void Feed(object observation) => digest.AppendData(
            observation is NDArray array ? array.Bytes : BitConverter.GetBytes((long)observation));
    }

    [Fact]
    public void NormalizeObservation_WithMomentsHeld_LeavesThemAlone()
    {
        var env = CartPole().NormalizeObservation(out var normalization);
        env.ResetObject(5);
        Assert.Equal((1.0001, DType.Float32), (normalization.Moments.Count, normalization.Moments.DType));
        normalization.UpdatesMoments = false;
        env.ResetObject(5);
        Assert.Equal(1.0001, normalization.Moments.Count);
        env.Dispose();
    }

    [Fact]
    public void Wrappers_WithBadArguments_NameTheValue()
    {
        Assert.Throws<ArgumentException>(() => CartPole().ReshapeObservation(3));
        Assert.Contains("unbounded components", Assert.Throws<ArgumentException>(() => CartPole().RescaleObservation(0, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("requires a Box action space, got Discrete(2)", Assert.Throws<ArgumentException>(() => CartPole().ClipAction()).Message, StringComparison.Ordinal);
        Assert.Contains("strictly smaller", Assert.Throws<ArgumentException>(() => Pendulum().RescaleAction(1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("Received 1.0", Assert.Throws<ArgumentException>(() => CartPole().StickyAction(1.0)).Message, StringComparison.Ordinal);
        Assert.Contains("actual value: 0", Assert.Throws<ArgumentOutOfRangeException>(() => CartPole().RepeatAction(0)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CartPole().ClipReward());
        Assert.Contains("must be smaller", Assert.Throws<ArgumentException>(() => CartPole().ClipReward(2, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CartPole().NormalizeReward(1.5));
        Assert.Throws<ArgumentException>(() => CartPole().NormalizeObservation(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CartPole().FrameStack(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CartPole().DelayObservation(-1));
        Assert.Throws<ArgumentException>(() => CartPole().FilterObservation("a"));
        Assert.Contains("to be finite", Assert.Throws<ArgumentException>(() => CartPole().DiscretizeObservation(3)).Message, StringComparison.Ordinal);
        Assert.Contains("expected 3, got 2", Assert.Throws<ArgumentException>(() => Pendulum().DiscretizeObservation(3, 4)).Message, StringComparison.Ordinal);
        Assert.Contains("one bin at least, got 0", Assert.Throws<ArgumentException>(() => Pendulum().DiscretizeAction(0)).Message, StringComparison.Ordinal);
        Assert.Contains("Box continuous actions, got Discrete(2)", Assert.Throws<ArgumentException>(() => CartPole().DiscretizeAction(2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Registry.Make("Blackjack-v1").FilterObservation(0, 0));
    }

    [Fact]
    public void TransformObservation_AroundEnvironment_ClosesAndForwards()
    {
        var inner = new CounterEnv();
        var env = inner.TransformObservation(observation => (long)observation[0], new GymBridge.Spaces.Discrete(1000));
        Assert.Equal(0L, env.Reset(3).Observation);
        Assert.Equal(2L, env.Step(2).Observation);
        Assert.Same(inner, env.Unwrapped);
        Assert.Equal(3, env.RngSeed);
        Assert.Equal("<TransformObservation<CounterEnv instance>>", env.ToString());
        env.Dispose();
        Assert.Equal(1, inner.Closed);
        Assert.Throws<ClosedEnvironmentException>(() => env.Reset());
    }

    private static Env<float[], long> CartPole() => Registry.Make<float[], long>("CartPole-v1");

    private static Env<float[], float[]> Pendulum() => Registry.Make<float[], float[]>("Pendulum-v1");

    internal sealed record GoldenWrappers(Dictionary<string, GoldenWrapper> Cases);

    internal sealed record GoldenWrapper(string Text, string ObservationSpace, string ActionSpace, string[] Digests);
}
