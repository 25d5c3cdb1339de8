using System.IO.Compression;
using System.Text.Json;
using GymBridge.Spaces;
using GymBridge.Wrappers;

namespace GymBridge.Core.Tests.Wrappers;

/// <summary>AtariPreprocessing against golden/images.json: an environment by formula, and recorded frames of ALE's Breakout.</summary>
public class AtariPreprocessingTests
{
    private static readonly GoldenAtari Golden = GoldenFile.Read<GoldenAtari>("tests/GymBridge.Core.Tests/Wrappers/golden/images.json");

    private static readonly Dictionary<string, AtariPreprocessingOptions> Cases = new()
    {
        ["default"] = new(),
        ["no skip"] = new() { FrameSkip = 1, NoopMax = 0 },
        ["colour"] = new() { GrayscaleObs = false, ScreenSize = (100, 70), NoopMax = 5 },
        ["life loss"] = new() { TerminalOnLifeLoss = true, FrameSkip = 3, GrayscaleNewaxis = true, ScreenSize = (80, 105) },
        ["scaled"] = new() { ScaleObs = true, ScreenSize = (42, 42), FrameSkip = 2 },
        ["colour scaled"] = new() { ScaleObs = true, GrayscaleObs = false, ScreenSize = (200, 84), NoopMax = 40 },
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Fact]
    public void Cases_CoverTheGoldenFile() => Assert.Equal(Golden.Atari.Keys.Order(), Cases.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_OfFakeAtari_EqualsGymnasium(string name)
    {
        var golden = Golden.Atari[name];
        using var env = new FakeAtari().AtariPreprocessing(Cases[name]);
        Assert.Equal(golden.Space, env.ObservationSpace.ToString());
        Assert.Equal(golden.Text, env.ToString());
        env.ActionSpace.Seed(5);
        var rows = new Queue<JsonElement[]>(golden.Rows);
        ExpectReset(env.ResetObject(5));
        for (var t = 0; t < 40; t++)
        {
            var step = env.StepObject(env.ActionSpace.Sample());
            Expect($"step {t}", Digest(step.Observation), step.Reward, step.Terminated, step.Info["lives"]);
            if (step.Ended)
            {
                ExpectReset(env.ResetObject());
            }
        }

        Assert.Empty(rows);

        void ExpectReset(ResetResult<object> reset) => Expect(
            "a reset", Digest(reset.Observation), reset.Info.TryGetValue("time", out var time) ? time : -1L, reset.Info["lives"]);

        void Expect(string what, params object?[] found)
        {
            var expected = rows.Dequeue();
            Assert.True(
                Equal(expected, found), $"'{name}' differs at {what}: expected {JsonSerializer.Serialize(expected)}, got {JsonSerializer.Serialize(found)}.");
        }
    }

    [Theory]
    [InlineData("gray")]
    [InlineData("colour")]
    public void Run_OfRecordedBreakout_EqualsGymnasium(string name)
    {
        var game = Golden.Breakout[name];
        using var env = new RecordedAtari(game).AtariPreprocessing(new() { NoopMax = 0, GrayscaleObs = name == "gray" });
        Assert.Equal(game.Rows[0], Digest(env.ResetObject().Observation));
        for (var t = 1; t < game.Rows.Count; t++)
        {
            Assert.True(game.Rows[t] == Digest(env.StepObject(0L).Observation), $"Step {t} of Breakout differs from Gymnasium.");
        }
    }

    [Fact]
    public void Wrap_WithBadArguments_NamesThem()
    {
        Refused("must implement IAtariEnv", () => new CounterEnv().AtariPreprocessing());
        Refused("`frame_skip` to be positive, actually: 0", () => new FakeAtari().AtariPreprocessing(new() { FrameSkip = 0 }));
        Refused("`screen_size` to be positive, actually: (84, 0)", () => new FakeAtari().AtariPreprocessing(new() { ScreenSize = (84, 0) }));
        Refused("`noop_max` to be non-negative, actually: -1", () => new FakeAtari().AtariPreprocessing(new() { NoopMax = -1 }));
        Refused("Disable frame-skipping", () => new FakeAtari(frameSkip: 4).AtariPreprocessing());
        Refused("must be 'NOOP'", () => new FakeAtari(noop: "FIRE").AtariPreprocessing());
        using var env = new FakeAtari(frameSkip: 4).AtariPreprocessing(new() { FrameSkip = 1 });
        Assert.True(env.ObservationSpace.Contains(env.ResetObject(1).Observation));

        static void Refused(string text, Action act) =>
            Assert.Contains(text, Assert.Throws<ArgumentException>(act).Message, StringComparison.Ordinal);
    }

    private static string Digest(object observation) => TestImages.Digest(((NDArray)observation).Bytes);

    private static bool Equal(JsonElement[] expected, object?[] found) =>
        expected.Length == found.Length && expected.Zip(found).All(pair => pair.First.ValueKind switch
    {
        JsonValueKind.Number => pair.First.GetDouble() == Convert.ToDouble(pair.Second),
        JsonValueKind.String => pair.First.GetString() == (string?)pair.Second,
        _ => pair.First.GetBoolean() == (bool)pair.Second!,
    });

    internal sealed record GoldenAtari(Dictionary<string, GoldenRun> Atari, Dictionary<string, GoldenGame> Breakout);

    internal sealed record GoldenRun(string Space, string Text, List<JsonElement[]> Rows);

    internal sealed record GoldenGame(string Frames, int Count, List<string> Rows);

    /// <summary>Frames by formula, a life lost every 23 frames, the end when none is left.</summary>
    private sealed class FakeAtari(int frameSkip = 1, string noop = "NOOP") : Env<NDArray, long>(new Box(0, 255, [210, 160, 3], DType.UInt8), new Discrete(4)), IAtariEnv
    {
        private long _time;
        private int _played;

        public int? FrameSkip => frameSkip;

        public IReadOnlyList<string> ActionMeanings { get; } = [noop, "FIRE", "RIGHT", "LEFT"];

        public int Lives { get; private set; }

        public void GetScreenGrayscale(Span<byte> screen) => Frame(1).CopyTo(screen);

        public void GetScreenRgb(Span<byte> screen) => Frame(3).CopyTo(screen);

        protected override ResetResult<NDArray> OnReset(Info? options)
        {
            (_time, Lives, _played) = (Rng.Integers(0L, 1000L), 3, 0);
            return new(Observe(), new Info { ["lives"] = Lives, ["start"] = _time });
        }

        protected override StepResult<NDArray> OnStep(long action)
        {
            _time += 1 + action;
            Lives -= ++_played % 23 == 0 ? 1 : 0;
            return new(Observe(), action - 0.25, Lives == 0, false, new Info { ["lives"] = Lives, ["time"] = _time });
        }

        private NDArray Observe() => NDArray.FromBytes(DType.UInt8, [210, 160, 3], Frame(3));

        private byte[] Frame(int channels) => _time % 2 != 0 ? TestImages.Noise(_time, 210 * 160 * channels) : TestImages.Smooth(_time, 210, 160, channels);
    }

    /// <summary>The frames of a game that was played in Python, whatever the actions.</summary>
    private sealed class RecordedAtari : Env<NDArray, long>, IAtariEnv
    {
        private readonly byte[] _frames;
        private readonly int _size;
        private int _at;

        public RecordedAtari(GoldenGame game)
            : base(new Box(0, 255, [210, 160, 3], DType.UInt8), new Discrete(4))
        {
            using var stream = new ZLibStream(new MemoryStream(Convert.FromBase64String(game.Frames)), CompressionMode.Decompress);
            using var frames = new MemoryStream();
            stream.CopyTo(frames);
            _frames = frames.ToArray();
            _size = _frames.Length / game.Count;
        }

        public int? FrameSkip => 1;

        public IReadOnlyList<string> ActionMeanings { get; } = ["NOOP", "FIRE", "RIGHT", "LEFT"];

        public int Lives => 5;

        public void GetScreenGrayscale(Span<byte> screen) => _frames.AsSpan(_at * _size, _size).CopyTo(screen);

        public void GetScreenRgb(Span<byte> screen) => _frames.AsSpan(_at * _size, _size).CopyTo(screen);

        protected override ResetResult<NDArray> OnReset(Info? options)
        {
            _at = 0;
            return new NDArray(DType.UInt8, 210, 160, 3);
        }

        protected override StepResult<NDArray> OnStep(long action)
        {
            _at++;
            return new(new NDArray(DType.UInt8, 210, 160, 3), 0, false);
        }
    }
}
