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
        ["flatten tuple"] = () => FlattenObservation.Wrap(Registry.Make("Blackjack-v1")),
        ["flatten discrete"] = () => FlattenObservation.Wrap(Registry.Make("FrozenLake-v1")),
        ["reshape"] = () => ReshapeObservation.Wrap(Registry.Make("CartPole-v1"), 2, 2),
        ["rescale observation"] = () => RescaleObservation.Wrap(Registry.Make("MountainCar-v0"), 0, 1),
        ["dtype float64"] = () => DtypeObservation.Wrap(Registry.Make("CartPole-v1"), DType.Float64),
        ["dtype float16"] = () => DtypeObservation.Wrap(Registry.Make("MountainCar-v0"), DType.Float16),
        ["stack"] = () => FrameStackObservation.Wrap(Registry.Make("CartPole-v1"), 3),
        ["stack zeros"] = () => FrameStackObservation.Wrap(Registry.Make("CartPole-v1"), 4, padsWithZeros: true),
        ["stack discrete"] = () => FrameStackObservation.Wrap(Registry.Make("FrozenLake-v1"), 3),
        ["delay"] = () => DelayObservation.Wrap(Registry.Make("CartPole-v1"), 2),
        ["filter tuple"] = () => FlattenObservation.Wrap(FilterObservation.Wrap(Registry.Make("Blackjack-v1"), 2, 0)),
        ["clip action"] = () => ClipAction.Wrap(Registry.Make("MountainCarContinuous-v0")),
        ["rescale action"] = () => RescaleAction.Wrap(Registry.Make("Pendulum-v1"), -1, 1),
        ["sticky"] = () => new StickyAction<float[], long>(CartPole(), 0.4, 1, 3),
        ["sticky one"] = () => new StickyAction<float[], long>(CartPole(), 0.25),
        ["repeat"] = () => new RepeatAction<float[], long>(Registry.Make<float[], long>("MountainCar-v0"), 4),
        ["clip reward"] = () => new ClipReward<float[], float[]>(Pendulum(), -5, -1),
        ["clip reward below"] = () => new ClipReward<float[], float[]>(Pendulum(), minReward: -2.5),
        ["normalize reward"] = () => new NormalizeReward<float[], float[]>(Pendulum()),
        ["normalize reward gamma"] = () => new NormalizeReward<float[], long>(CartPole(), 0.9, 1e-4),
        ["max and skip"] = () => MaxAndSkipObservation.Wrap(Registry.Make("CartPole-v1"), 3),
        ["time aware"] = () => TimeAwareObservation.Wrap(Registry.Make("MountainCar-v0")),
        ["time aware normalized"] = () => TimeAwareObservation.Wrap(Registry.Make("FrozenLake-v1"), normalizeTime: true),
        ["normalize float32"] = () => NormalizeObservation.Wrap(Registry.Make("CartPole-v1")).Env,
        ["normalize float64"] = () => NormalizeObservation.Wrap(DtypeObservation.Wrap(Registry.Make("CartPole-v1"), DType.Float64), 1e-3).Env,
        ["normalize float16"] = () => NormalizeObservation.Wrap(DtypeObservation.Wrap(Registry.Make("MountainCar-v0"), DType.Float16)).Env,
        ["normalize discrete"] = () => NormalizeObservation.Wrap(Registry.Make("FrozenLake-v1")).Env,
        ["discretize"] = () => DiscretizeObservation.Wrap(Registry.Make("MountainCar-v0"), 10),
        ["discretize uneven"] = () => DiscretizeObservation.WrapMultiDiscrete(Registry.Make("MountainCar-v0"), 7, 13),
        ["discretize float64"] = () => DiscretizeObservation.Wrap(DtypeObservation.Wrap(Registry.Make("MountainCar-v0"), DType.Float64), 300, 1),
        ["discretize float16"] = () => DiscretizeObservation.WrapMultiDiscrete(DtypeObservation.Wrap(Registry.Make("MountainCar-v0"), DType.Float16), 9),
        ["discretize action"] = () => DiscretizeAction.Wrap(Registry.Make("Pendulum-v1"), 11),
        ["discretize action multi"] = () => DiscretizeAction.WrapMultiDiscrete(Registry.Make("MountainCarContinuous-v0"), 6),
        ["autoreset"] = () => new Autoreset<float[], long>(CartPole()),
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
        var (env, normalization) = NormalizeObservation.Wrap(CartPole());
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
        Assert.Throws<ArgumentException>(() => ReshapeObservation.Wrap(CartPole(), 3));
        Assert.Contains("unbounded components", Assert.Throws<ArgumentException>(() => RescaleObservation.Wrap(CartPole(), 0, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("requires a Box action space, got Discrete(2)", Assert.Throws<ArgumentException>(() => ClipAction.Wrap(CartPole())).Message, StringComparison.Ordinal);
        Assert.Contains("strictly smaller", Assert.Throws<ArgumentException>(() => RescaleAction.Wrap(Pendulum(), 1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("Received 1.0", Assert.Throws<ArgumentException>(() => new StickyAction<float[], long>(CartPole(), 1.0)).Message, StringComparison.Ordinal);
        Assert.Contains("actual value: 0", Assert.Throws<ArgumentOutOfRangeException>(() => new RepeatAction<float[], long>(CartPole(), 0)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ClipReward<float[], long>(CartPole()));
        Assert.Contains("must be smaller", Assert.Throws<ArgumentException>(() => new ClipReward<float[], long>(CartPole(), 2, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new NormalizeReward<float[], long>(CartPole(), 1.5));
        Assert.Throws<ArgumentException>(() => NormalizeObservation.Wrap(CartPole(), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => FrameStackObservation.Wrap(CartPole(), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => DelayObservation.Wrap(CartPole(), -1));
        Assert.Throws<ArgumentException>(() => FilterObservation.Wrap(CartPole(), "a"));
        Assert.Contains("to be finite", Assert.Throws<ArgumentException>(() => DiscretizeObservation.Wrap(CartPole(), 3)).Message, StringComparison.Ordinal);
        Assert.Contains("expected 3, got 2", Assert.Throws<ArgumentException>(() => DiscretizeObservation.Wrap(Pendulum(), 3, 4)).Message, StringComparison.Ordinal);
        Assert.Contains("one bin at least, got 0", Assert.Throws<ArgumentException>(() => DiscretizeAction.Wrap(Pendulum(), 0)).Message, StringComparison.Ordinal);
        Assert.Contains("Box continuous actions, got Discrete(2)", Assert.Throws<ArgumentException>(() => DiscretizeAction.Wrap(CartPole(), 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => FilterObservation.Wrap(Registry.Make("Blackjack-v1"), 0, 0));
    }

    [Fact]
    public void TransformObservation_AroundEnvironment_ClosesAndForwards()
    {
        var inner = new CounterEnv();
        var env = new TransformObservation<float[], long, long>(inner, observation => (long)observation[0], new GymBridge.Spaces.Discrete(1000));
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
