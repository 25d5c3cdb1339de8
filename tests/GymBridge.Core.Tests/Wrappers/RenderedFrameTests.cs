using GymBridge.Spaces;
using GymBridge.Wrappers;

namespace GymBridge.Core.Tests.Wrappers;

/// <summary>Wrappers of rendered frames against golden/images.json.</summary>
public class RenderedFrameTests
{
    private static readonly GoldenFrames Golden = GoldenFile.Read<GoldenFrames>("tests/GymBridge.Core.Tests/Wrappers/golden/images.json");

    private static readonly Dictionary<string, Func<Rendered, Env>> Cases = new()
    {
        ["plain"] = env => env,
        ["white"] = env => env.AddWhiteNoise(0.3),
        ["white gray"] = env => env.AddWhiteNoise(0.5, isNoiseGrayscale: true),
        ["obstructed"] = env => env.ObstructView(0.4, 4),
        ["obstructed gray"] = env => env.ObstructView(0.2, 7, isNoiseGrayscale: true),
        ["obstructed little"] = env => env.ObstructView(0, 1),
        ["observed"] = env => env.AddWhiteNoise(0.3).AddRenderObservation(),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Fact]
    public void Cases_CoverTheGoldenFile() => Assert.Equal(Golden.Rendered.Keys.Order(), Cases.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Render_OfWrappedEnvironment_EqualsGymnasium(string name)
    {
        var golden = Golden.Rendered[name];
        using var env = Cases[name](new Rendered());
        Assert.Equal(golden.Space, env.ObservationSpace.ToString());
        env.ResetObject(5);
        Assert.Equal(golden.Rows[0], Digest(env.Render()));
        for (var t = 0; t < 8; t++)
        {
            var step = env.StepObject(t % 2L);
            Assert.True(golden.Rows[t + 1] == Digest(name == "observed" ? step.Observation : env.Render()), $"'{name}' differs from Gymnasium after step {t}.");
        }
    }

    [Fact]
    public void AddRenderObservation_BesideObservations_GivesADict()
    {
        using var env = new Rendered().AddRenderObservation(renderOnly: false);
        Assert.Equal("Dict('pixels': Box(0, 255, (23, 31, 3), uint8), 'state': Box(0.0, 1000.0, (1,), float32))", env.ObservationSpace.ToString());
        var observation = (Info)env.ResetObject(1).Observation;
        Assert.True(env.ObservationSpace.Contains(observation));
        Assert.Equal(env.Render(), observation["pixels"]);
        Assert.Equal(NDArray.From(1f), observation["state"]);
        using var twice = env.AddRenderObservation(renderOnly: false, renderKey: "more");
        Assert.Equal(["more", "pixels", "state"], ((DictSpace)twice.ObservationSpace).Spaces.Select(item => item.Key));
        Assert.True(twice.ObservationSpace.Contains(twice.ResetObject(1).Observation));
        Assert.Contains("'pixels' already exists", Assert.Throws<ArgumentException>(() => env.AddRenderObservation(renderOnly: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrappers_WithBadArguments_NameTheValue()
    {
        using var env = new Rendered();
        Refused("[0,1). Received 1.0", () => env.AddWhiteNoise(1));
        Refused("[0,1). Received -0.5", () => env.ObstructView(-0.5, 1));
        Refused("equal than 1. Received 0", () => env.ObstructView(0.5, 0));
        Refused("not None and not 'human', got None", () => new CounterEnv().AddRenderObservation());
        Assert.Contains("got None; make the environment", Assert.Throws<InvalidOperationException>(() => new CounterEnv().AddWhiteNoise(0.5).Render()).Message, StringComparison.Ordinal);

        static void Refused(string text, Func<object> act) =>
            Assert.Contains(text, Assert.Throws<ArgumentException>(act).Message, StringComparison.Ordinal);
    }

    private static string Digest(object? frame) => TestImages.Digest(((NDArray)frame!).Bytes);

    internal sealed record GoldenFrames(Dictionary<string, GoldenRun> Rendered);

    internal sealed record GoldenRun(string Space, string[] Rows);

    private sealed class Rendered() : Env<float[], long>(new Box(0, 1000, [1]), new Discrete(2))
    {
        private long _time;

        public override EnvMetadata Metadata { get; } = new(["rgb_array"], 30);

        public override string? RenderMode => "rgb_array";

        public override object? Render() => NDArray.FromBytes(DType.UInt8, [23, 31, 3], TestImages.Noise(_time, 23 * 31 * 3));

        protected override ResetResult<float[]> OnReset(Info? options)
        {
            _time = 1;
            return new float[] { _time };
        }

        protected override StepResult<float[]> OnStep(long action)
        {
            _time += 1 + action;
            return new([_time], 0, false);
        }
    }
}
