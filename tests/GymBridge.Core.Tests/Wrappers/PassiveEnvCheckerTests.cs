using System.Collections.Immutable;
using GymBridge.Environments;
using GymBridge.Spaces;
using GymBridge.Wrappers;

namespace GymBridge.Core.Tests.Wrappers;

public class PassiveEnvCheckerTests
{
    // Other tests run beside these and warn too: every text here is told by this thread.
    [Fact]
    public void Make_OfOurEnvironments_WarnsOfNothing()
    {
        var registry = EnvironmentCatalog.CreateRegistry();
        foreach (var spec in registry.Specs.Where(spec => spec.Id != "CartPole-v0"))
        {
            Assert.Empty(Warnings(() =>
            {
                foreach (var mode in (string?[])[null, "rgb_array", "ansi"])
                {
                    using var plain = registry.Make(spec.Id);
                    if (mode is not null && !plain.Metadata.RenderModes.Contains(mode))
                    {
                        continue;
                    }

                    using var env = registry.Make(spec.Id, new MakeOptions { RenderMode = mode });
                    Run(env);
                    env.Render();
                }
            }));
        }
    }

    [Fact]
    public void Make_WithOptions_PutsItInnermostOrLeavesItOut()
    {
        var registry = EnvironmentCatalog.CreateRegistry();
        Assert.Equal("<TimeLimit<OrderEnforcing<PassiveEnvChecker<CartPoleEnv<CartPole-v1>>>>>", Text(new MakeOptions()));
        Assert.Equal("<TimeLimit<OrderEnforcing<CartPoleEnv<CartPole-v1>>>>", Text(new MakeOptions { DisableEnvChecker = true }));
        Assert.Equal("<CartPoleEnv<CartPole-v1>>", Text(new MakeOptions { Raw = true }));
        var disabled = new EnvRegistry().Register(new EnvSpec { Id = "A-v0", DisableEnvChecker = true }, _ => new CounterEnv());
        Assert.Equal("<OrderEnforcing<CounterEnv<A-v0>>>", disabled.Make("A-v0").ToString());
        var enabled = disabled.Make("A-v0", new MakeOptions { DisableEnvChecker = false });
        Assert.Equal("<OrderEnforcing<PassiveEnvChecker<CounterEnv<A-v0>>>>", enabled.ToString());
        Assert.False(enabled.Spec!.DisableEnvChecker);

        string Text(MakeOptions options)
        {
            using var env = registry.Make("CartPole-v1", options);
            return env.ToString();
        }
    }

    [Fact]
    public void Run_OfObservationOutsideTheSpace_WarnsOnceForEachMethod()
    {
        var env = new Faulty<float[]>(() => [2f], new Box(0, 1, [1]));
        Assert.Equal(
            ["The obs returned by the `reset()` method is not within the observation space.", "The obs returned by the `step()` method is not within the observation space."],
            Warnings(() => Run(env.PassiveEnvChecker())));
    }

    [Fact]
    public void Run_OfObservationOfAnotherForm_SaysWhichFormWasExpected()
    {
        var heard = Warnings(() => new Faulty<NDArray>(() => NDArray.From(0.5), new Box(0, 1, [1])).PassiveEnvChecker().Reset());
        Assert.Equal(
            ["The obs returned by the `reset()` method was expecting numpy array dtype to be float32, actual type: float64", "The obs returned by the `reset()` method is not within the observation space."],
            heard);
        heard = Warnings(() => new Faulty<float[]>(() => [0.5f, 0.5f], new Box(0, 1, [1])).PassiveEnvChecker().Reset());
        Assert.StartsWith("The obs returned by the `reset()` method is not within the observation space with exception: An array of 2 elements", Assert.Single(heard), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN, "The reward is a NaN value.")]
    [InlineData(double.PositiveInfinity, "The reward is an inf value.")]
    [InlineData(double.NegativeInfinity, "The reward is an inf value.")]
    public void Run_OfOddReward_Warns(double reward, string text) =>
        Assert.Equal([text], Warnings(() => Run(new Faulty<float[]>(() => [0], new Box(0, 1, [1]), reward).PassiveEnvChecker())));

    [Fact]
    public void Run_OfSharedBufferOrInfo_WarnsInTheFirstTwoSteps()
    {
        float[] buffer = [0];
        var heard = Warnings(() => Run(new Faulty<float[]>(() => buffer, new Box(0, 1, [1])).PassiveEnvChecker()));
        Assert.Equal(2, heard.Count);
        Assert.StartsWith("The observations returned by `reset` and the following `step` share an object, therefore", heard[0], StringComparison.Ordinal);
        Assert.StartsWith("The observations returned by `step` and the following `step` share an object, therefore", heard[1], StringComparison.Ordinal);

        var array = NDArray.From(0f);
        heard = Warnings(() => Run(new Faulty<Info>(() => new Info { ["a"] = array }, new DictSpace(("a", new Box(0, 1, [1])))).PassiveEnvChecker()));
        Assert.Equal(2, heard.Count);

        var info = new Info { ["a"] = 1 };
        heard = Warnings(() => Run(new Faulty<float[]>(() => [0], new Box(0, 1, [1]), info: info).PassiveEnvChecker()));
        Assert.Equal(2, heard.Count);
        Assert.StartsWith("The infos returned by `reset` and the following `step` share an object", heard[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Wrap_OfOddSpaces_WarnsOrRefuses()
    {
        Assert.Equal(
            ["A Box observation space maximum and minimum values are equal."],
            Warnings(() => new Faulty<float[]>(() => [1], new Box(1, 1, [1])).PassiveEnvChecker()));
        Assert.Equal(
            "An empty Tuple observation space is not allowed.",
            Assert.Throws<GymBridgeException>(() => new Faulty<TupleValue>(() => TupleValue.Of(), new TupleSpace()).PassiveEnvChecker()).Message);
        var made = new Faulty<Info>(() => [], new DictSpace());
        var registry = new EnvRegistry().Register(new EnvSpec { Id = "A-v0" }, _ => made);
        Assert.Equal("An empty Dict observation space is not allowed.", Assert.Throws<GymBridgeException>(() => registry.Make("A-v0")).Message);
        Assert.True(made.IsClosed);
    }

    [Theory]
    [InlineData("rgb_array", "RGB-array rendering should return a numpy array, got String")]
    [InlineData("ansi", null)]
    [InlineData("human", "Human rendering should return `None`, got String")]
    [InlineData("depth_array", "Depth-array rendering should return a numpy array, got String")]
    [InlineData("rgb_array_list", "Render mode `rgb_array_list` should produce a list, got String")]
    public void Render_OfAnotherFormThanTheMode_WarnsOnce(string mode, string? text)
    {
        var env = new Faulty<float[]>(() => [0], new Box(0, 1, [1]), modes: [mode], fps: 30, frame: "text").PassiveEnvChecker();
        Assert.Equal(text is null ? [] : [text], Warnings(() =>
        {
            env.ResetObject();
            env.Render();
            env.Render();
        }));
    }

    [Fact]
    public void Render_OfArrays_LooksAtTypeAndShape()
    {
        Assert.Equal(
            ["RGB-array rendering should return a numpy array with dtype uint8, got float32", "RGB-array rendering should return a numpy array in which the last axis has three dimensions, got 4"],
            Frame("rgb_array", new NDArray(DType.Float32, 2, 2, 4)));
        Assert.Equal(["RGB-array rendering should return a numpy array with three axes, got 2"], Frame("rgb_array", new NDArray(DType.UInt8, 2, 2)));
        Assert.Equal(["Depth-array rendering should return a numpy array with two axes, got 1"], Frame("depth_array", new NDArray(DType.Float32, 2)));
        Assert.Equal(["ANSI/ASCII rendering should produce a string, got None"], Frame("ansi_list", new List<object?> { "a", null }));

        static IReadOnlyList<string> Frame(string mode, object frame) => Warnings(() =>
            new Faulty<float[]>(() => [0], new Box(0, 1, [1]), modes: [mode], fps: 30, frame: frame).PassiveEnvChecker().Render());
    }

    [Fact]
    public void Render_WithOddMetadata_WarnsOrRefuses()
    {
        Assert.StartsWith("No render fps was declared", Assert.Single(Warnings(() => Render(["ansi"], null))), StringComparison.Ordinal);
        Assert.EndsWith("greater than zero, actual value: 0.0", Assert.Throws<GymBridgeException>(() => Render(["ansi"], 0)).Message, StringComparison.Ordinal);
        Assert.EndsWith("Render mode: ansi, modes: ['human', 'rgb_array']", Assert.Throws<GymBridgeException>(() => Render(["human", "rgb_array"], 30, "ansi")).Message, StringComparison.Ordinal);
        Assert.EndsWith("to be None, actual value: ansi", Assert.Throws<GymBridgeException>(() => Render([], 30, "ansi")).Message, StringComparison.Ordinal);

        static void Render(ImmutableArray<string> modes, double? fps, string? mode = null) =>
            new Faulty<float[]>(() => [0], new Box(0, 1, [1]), modes: modes, fps: fps, frame: "text", mode: mode).PassiveEnvChecker().Render();
    }

    private static void Run(Env env)
    {
        env.ResetObject(1);
        env.ActionSpace.Seed(1);
        for (var t = 0; t < 4; t++)
        {
            if (env.StepObject(env.ActionSpace.Sample()).Ended)
            {
                env.ResetObject();
            }
        }
    }

    private static List<string> Warnings(Action act)
    {
        var thread = Environment.CurrentManagedThreadId;
        var heard = new List<string>();
        void Hear(GymWarning warning)
        {
            if (Environment.CurrentManagedThreadId == thread)
            {
                heard.Add(warning.Message);
            }
        }

        GymWarnings.Raised += Hear;
        try
        {
            act();
        }
        finally
        {
            GymWarnings.Raised -= Hear;
        }

        return heard;
    }

    private sealed class Faulty<TObservation>(
        Func<TObservation> observe,
        Space space,
        double reward = 0,
        Info? info = null,
        ImmutableArray<string>? modes = null,
        double? fps = null,
        object? frame = null,
        string? mode = null) : Env<TObservation, long>(space, new Discrete(2))
    {
        public override EnvMetadata Metadata { get; } = new(modes ?? [], fps);

        public override string? RenderMode => mode ?? (modes is [var first, ..] ? first : null);

        public override object? Render() => frame;

        protected override ResetResult<TObservation> OnReset(Info? options) => new(observe(), info ?? Info.Empty);

        protected override StepResult<TObservation> OnStep(long action) => new(observe(), reward, false, false, info ?? Info.Empty);
    }
}
