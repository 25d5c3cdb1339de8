using GymBridge.Checking;
using GymBridge.Environments;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Core.Tests.Checking;

public class EnvCheckerTests
{
    public static TheoryData<string> Ids => [.. EnvironmentCatalog.CreateRegistry().Specs.Select(spec => spec.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Check_OfOurEnvironments_FindsOnlyWhatGymnasiumFinds(string id)
    {
        var probe = EnvironmentCatalog.CreateRegistry();
        foreach (var mode in (string?[])[null, "rgb_array", "ansi"])
        {
            using var plain = probe.Make(id, new MakeOptions { Raw = true });
            if (mode is not null && !plain.Metadata.RenderModes.Contains(mode))
            {
                continue;
            }

            using var env = probe.Make(id, new MakeOptions { Raw = true, RenderMode = mode });
            var warnings = EnvChecker.Check(env);
            Assert.All(warnings, warning => Assert.True(
                (id.StartsWith("CartPole", StringComparison.Ordinal) && warning.Contains("infinity", StringComparison.Ordinal))
                || (id is "CartPoleNoVel-v1" or "DialogueBelief-v0" && warning.Contains("different from the unwrapped version", StringComparison.Ordinal))
                || (id.StartsWith("Pendulum", StringComparison.Ordinal) && warning.Contains("symmetric and normalized", StringComparison.Ordinal)),
                warning));
        }
    }

    [Fact]
    public void Check_OfWrappedEnvironment_Warns()
    {
        using var env = EnvironmentCatalog.CreateRegistry().Make("Taxi-v4");
        Assert.Contains("different from the unwrapped version", Assert.Single(EnvChecker.Check(env)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Fault.ObservationOutside, "not within the observation space")]
    [InlineData(Fault.OwnRandomness, "draw all randomness from Rng")]
    [InlineData(Fault.FixedSeed, "same state after")]
    [InlineData(Fault.SharedBuffer, "An observation changed after it was returned")]
    [InlineData(Fault.Truncates, "leave time limits to the TimeLimit wrapper")]
    [InlineData(Fault.RandomReward, "step rewards are not equivalent")]
    [InlineData(Fault.RandomInfo, "step info are not equivalent")]
    [InlineData(Fault.NoMode, "With no render_modes, expects the Env.render_mode to be None, actual value: human")]
    public void Check_OfFaultyEnvironment_SaysWhatIsWrong(Fault fault, string message)
    {
        using var env = new FaultyEnv(fault);
        Assert.Contains(message, Assert.Throws<GymBridgeException>(() => EnvChecker.Check(env)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfFaultlessEnvironment_FindsNothing()
    {
        using var env = new FaultyEnv(Fault.None);
        Assert.Empty(EnvChecker.Check(env));
    }

    [Fact]
    public void Check_OfARunThatGoesWrongLater_NamesTheStep()
    {
        using var env = new FaultyEnv(Fault.ObservationOutsideLater);
        Assert.Contains(
            "by the `step()` method at step 7 after `reset(seed=123)` is not within the observation space: array([2.], dtype=float32) is not in Box",
            Assert.Throws<GymBridgeException>(() => EnvChecker.Check(env)).Message,
            StringComparison.Ordinal);
        Assert.Empty(EnvChecker.Check(env, steps: 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => EnvChecker.Check(env, steps: -1));
    }

    [Fact]
    public void Check_OfAnEpisodeThatEnds_LooksAtTheNextReset()
    {
        using var env = new FaultyEnv(Fault.ResetOutsideLater);
        Assert.Contains(
            "by the `reset()` method at step 2 after `reset(seed=123)`", Assert.Throws<GymBridgeException>(() => EnvChecker.Check(env)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckRendering_OfAnEnvironmentThatFailsToDraw_ThrowsWhatItThrows()
    {
        using var env = new FaultyEnv(Fault.DrawsNotAfterAStep);
        Assert.Equal("no paint left", Assert.Throws<InvalidOperationException>(() => EnvChecker.CheckRendering(env)).Message);
        Assert.Throws<InvalidOperationException>(() => EnvChecker.Check(env));
    }

    [Fact]
    public void CheckRendering_OfAFrameOfAWrongType_WarnsOnce()
    {
        using var env = new FaultyEnv(Fault.DrawsText);
        Assert.Equal("RGB-array rendering should return a numpy array, got String", Assert.Single(EnvChecker.CheckRendering(env)));
        using var blind = new FaultyEnv(Fault.None);
        Assert.Contains("without a render mode", Assert.Throws<ArgumentException>(() => EnvChecker.CheckRendering(blind)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfNaNReward_Warns()
    {
        using var env = new FaultyEnv(Fault.NaNReward);
        Assert.Equal("The reward is a NaN value.", Assert.Single(EnvChecker.Check(env)));
    }

    [Fact]
    public void AreEqual_OfValues_IsStrictAndDeep()
    {
        var info = new Info { ["a"] = new List<object?> { 1L, NDArray.From(1.0) }, ["b"] = null };
        Assert.True(ValueEquality.AreEqual(info, info.Copy()));
        Assert.True(ValueEquality.AreEqual(double.NaN, double.NaN));
        Assert.False(ValueEquality.AreEqual(1L, 1));
        Assert.False(ValueEquality.AreEqual(1L, 1.0));
        Assert.False(ValueEquality.AreEqual(new Info { ["a"] = 1, ["b"] = 2 }, new Info { ["b"] = 2, ["a"] = 1 }));
        Assert.False(ValueEquality.AreEqual(TupleValue.Of(1L), new List<object?> { 1L }));
    }

    public enum Fault
    {
        None,
        ObservationOutside,
        OwnRandomness,
        FixedSeed,
        SharedBuffer,
        Truncates,
        RandomReward,
        RandomInfo,
        NaNReward,
        NoMode,
        ObservationOutsideLater,
        ResetOutsideLater,
        DrawsNotAfterAStep,
        DrawsText,
    }

    private sealed class FaultyEnv(Fault fault) : Env<float[], long>(new Box(0, 1, [1]), new Discrete(2))
    {
        private readonly float[] _buffer = new float[1];
        private int _calls;
        private int _steps;
        private bool _hasEnded;

        public override string? RenderMode => fault switch
        {
            Fault.NoMode => "human",
            Fault.DrawsNotAfterAStep or Fault.DrawsText => "rgb_array",
            _ => null,
        };

        public override EnvMetadata Metadata => RenderMode == "rgb_array" ? new(["rgb_array"], 10) : base.Metadata;

        public override object? Render() => fault == Fault.DrawsNotAfterAStep && _steps > 0 ? throw new InvalidOperationException("no paint left") : "text";

        protected override ResetResult<float[]> OnReset(Info? options)
        {
            _steps = 0;
            if (fault == Fault.FixedSeed)
            {
                Rng.State = new Rng(7).State;
            }

            return Observe();
        }

        protected override StepResult<float[]> OnStep(long action) => new(
            Observe(++_steps),
            fault == Fault.RandomReward ? ++_calls : fault == Fault.NaNReward ? double.NaN : 0,
            _hasEnded = fault == Fault.ResetOutsideLater && _steps == 2,
            fault == Fault.Truncates,
            fault == Fault.RandomInfo ? new Info { ["calls"] = ++_calls } : Info.Empty);

        private float[] Observe(int step = 0)
        {
            var value = fault switch
            {
                Fault.ObservationOutsideLater when step == 7 => 2f,
                Fault.ResetOutsideLater when step == 0 && _hasEnded => 2f,
                Fault.ObservationOutside => 2f,
                Fault.OwnRandomness => ++_calls / 1000f,
                _ => (float)Rng.Random(),
            };
            if (fault != Fault.SharedBuffer)
            {
                return [value];
            }

            _buffer[0] = value;
            return _buffer;
        }
    }
}
