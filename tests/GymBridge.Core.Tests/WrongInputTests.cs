using System.Globalization;
using System.Numerics;
using GymBridge.Environments;
using GymBridge.Errors;
using GymBridge.Spaces;

namespace GymBridge.Core.Tests;

/// <summary>What does not fit is refused with Gymnasium's kind of error, a text that names the value, and nothing broken.</summary>
public class WrongInputTests
{
    private static readonly EnvRegistry Registry = EnvironmentCatalog.CreateRegistry();

    public static TheoryData<string> Ids => [.. Registry.Specs.Select(spec => spec.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Step_BeforeReset_ThrowsResetNeeded(string id)
    {
        using var env = Registry.Make(id);
        Assert.Throws<ResetNeededException>(() => env.StepObject(env.ActionSpace.Sample()));
        using var lanes = Registry.MakeVec(id, 2);
        Assert.Throws<ResetNeededException>(() => lanes.Step(lanes.CreateActions(), lanes.CreateStep()));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Call_AfterClose_ThrowsClosedEnvironmentAndNamesIt(string id)
    {
        var env = Registry.Make(id);
        env.ResetObject(1);
        env.Dispose();
        env.Dispose();
        Assert.Contains($"'{id}'", Assert.Throws<ClosedEnvironmentException>(() => env.StepObject(env.ActionSpace.Sample())).Message, StringComparison.Ordinal);
        Assert.Throws<ClosedEnvironmentException>(() => env.ResetObject(1));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Step_WithActionOutsideTheSpace_NamesItAndTheEnvironmentGoesOn(string id)
    {
        using var env = Registry.Make(id);
        env.ResetObject(1);
        if (env.ActionSpace is Discrete discrete)
        {
            foreach (var action in (long[])[-1, discrete.N, long.MinValue, long.MaxValue])
            {
                Assert.Contains($"Action {action} is not in", Assert.Throws<InvalidActionException>(() => env.StepObject(action)).Message, StringComparison.Ordinal);
            }
        }

        object[] arrays = env.ActionSpace is Box { Leaves: [{ Elements: 2 }] } ? [] : [NDArray.From(0.5f, 0.5f), NDArray.From(0.5, 0.5)];
        foreach (var action in (object[])["x", 0.5, new Info(), .. arrays])
        {
            Assert.ThrowsAny<ArgumentException>(() => env.StepObject(action));
        }

        // An array of another element type is an action of a Box, and of nothing else.
        if (env.ActionSpace is not Box)
        {
            Assert.ThrowsAny<ArgumentException>(() => env.StepObject(NDArray.From(0.5)));
        }

        env.StepObject(env.ActionSpace.Sample());
    }

    [Theory]
    [InlineData("CartPole-v1", "low")]
    [InlineData("MountainCar-v0", "low")]
    [InlineData("MountainCarContinuous-v0", "low")]
    [InlineData("Acrobot-v1", "low")]
    [InlineData("Pendulum-v1", "x_init")]
    public void Reset_WithBadOption_NamesIt(string id, string name)
    {
        using var env = Registry.Make(id);
        foreach (var (value, text) in ((object?, string)[])
            [("x", "An option (x) could not"), (null, "An option (None) could not"), (new List<object?> { 0.01 }, "An option ([0.01]) could not"),
             (NDArray.From(0.01, 0.02), "An option ([0.01 0.02]) could not")])
        {
            Assert.StartsWith(text, Assert.Throws<ArgumentException>(() => env.ResetObject(1, new Info { [name] = value })).Message, StringComparison.Ordinal);
        }

        Assert.Throws<OverflowException>(() => env.ResetObject(1, new Info { [name] = double.NaN }));
        env.ResetObject(1);
    }

    [Theory]
    [InlineData("CartPole-v1", "Lower bound (5.0) must be lower than higher bound (0.05).")]
    [InlineData("MountainCar-v0", "Lower bound (5.0) must be lower than higher bound (-0.4).")]
    [InlineData("MountainCarContinuous-v0", "Lower bound (5.0) must be lower than higher bound (-0.4).")]
    [InlineData("Acrobot-v1", "Lower bound (5.0) must be lower than higher bound (0.1).")]
    public void Reset_WithCrossedBounds_NamesBoth(string id, string text)
    {
        using var env = Registry.Make(id);
        Assert.Equal(text, Assert.Throws<ArgumentException>(() => env.ResetObject(1, new Info { ["low"] = 5.0 })).Message);
    }

    [Theory]
    [InlineData("CartPole-v1", "sutton_barto_reward", "x")]
    [InlineData("Pendulum-v1", "g", "x")]
    [InlineData("MountainCar-v0", "goal_velocity", "fast")]
    [InlineData("MountainCarContinuous-v0", "goal_velocity", "fast")]
    [InlineData("FrozenLake-v1", "success_rate", "x")]
    [InlineData("FrozenLake-v1", "desc", 3L)]
    [InlineData("CliffWalking-v1", "is_slippery", "x")]
    [InlineData("Taxi-v4", "rainy_probability", "x")]
    [InlineData("Blackjack-v1", "natural", "x")]
    [InlineData("BernoulliBandit-v0", "arms", 0.5)]
    public void Make_WithKeywordOfWrongType_NamesItAndTheValue(string id, string name, object value)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => Registry.Make(id, new MakeOptions { Kwargs = new Info { [name] = value } }));
        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(value.ToString()!, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Make_WithUnknownKeyword_NamesIt(string id)
    {
        var options = new MakeOptions { Kwargs = new Info { ["no_such_thing"] = 1L } };
        Assert.Contains("unexpected keyword argument 'no_such_thing'", Assert.ThrowsAny<ArgumentException>(() => Registry.Make(id, options)).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => Registry.MakeVec(id, 2, options));
    }

    public static TheoryData<string, Func<object>, string> BadSpaces => new()
    {
        { "low NaN", () => new Box(double.NaN, 1, [2]), "No low value can be equal to `np.nan`" },
        { "high NaN", () => new Box(NDArray.From(0.0, 0.0), NDArray.From(1.0, double.NaN)), "No high value can be equal to `np.nan`" },
        { "crossed", () => new Box(NDArray.From(0.0, 2.0), NDArray.From(1.0, 1.0)), "Box all low values must be less than or equal to high (some values break this), low=[0. 2.], high=[1. 1.]" },
        { "shapes", () => new Box(NDArray.From(0.0), NDArray.From(1.0, 1.0)), "agree in dtype and shape" },
        { "unsigned infinite", () => new Box(0, double.PositiveInfinity, [1], DType.UInt8), "Box unsigned int dtype don't support `np.inf`" },
        { "out of dtype", () => new Box(0, 256, [1], DType.UInt8), "Box high is out of bounds of the dtype range, high=256.0" },
        { "negative shape", () => new Box(0, 1, [-2]), "-2" },
        { "discrete 0", () => new Discrete(0), "n (counts) have to be positive" },
        { "discrete dtype", () => new Discrete(3, dtype: DType.Float32), "float32" },
        { "multi discrete 0", () => new MultiDiscrete([2, 0]), "nvec (counts) have to be positive" },
        { "multi discrete lengths", () => new MultiDiscrete([2, 3], [1]), "start and nvec (counts) should have the same shape" },
        { "multi binary 0", () => new MultiBinary(0), "n (counts) have to be positive" },
        { "text lengths", () => new Text(2, 3), "3" },
        { "empty one of", () => new OneOf(), "Empty `OneOf` spaces are not supported." },
        { "dict key twice", () => new DictSpace(("a", new Discrete(2)), ("a", new Discrete(2))), "'a' already exists" },
    };

    [Theory]
    [MemberData(nameof(BadSpaces))]
    public void Space_OfBadParameters_NamesThem(string name, Func<object> make, string text)
    {
        Assert.NotEmpty(name);
        Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(make).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<object>, string> BadMasks => new()
    {
        { "dtype", () => new Discrete(3).Sample(NDArray.From(1L, 0L, 1L)), "The expected dtype of the sample mask is int8, actual dtype: int64" },
        { "length", () => new Discrete(3).Sample(NDArray.From<sbyte>(1, 0)), "The expected shape of the sample mask is (3,), actual shape: (2,)" },
        { "value", () => new Discrete(3).Sample(NDArray.From<sbyte>(1, 0, 2)), "All values of the sample mask should be 0 or 1, actual values: [1 0 2]" },
        { "kind", () => new Discrete(3).Sample(new List<object?> { 1L, 0L, 1L }), "The expected type of the sample mask is np.ndarray" },
        { "probability dtype", () => new Discrete(2).Sample(null, NDArray.From(0.5f, 0.5f)), "The expected dtype of the sample probability is float64, actual dtype: float32" },
        { "probability sum", () => new Discrete(2).Sample(null, NDArray.From(0.5, 0.4)), "The sum of the sample probability should be equal to 1, actual sum: 0.9" },
        { "probability range", () => new Discrete(2).Sample(null, NDArray.From(1.5, -0.5)), "All values of the sample probability should be between 0 and 1" },
        { "both", () => new Discrete(2).Sample(NDArray.From<sbyte>(1, 0), NDArray.From(0.5, 0.5)), "Only one of `mask` or `probability` can be provided" },
        { "multi binary", () => new MultiBinary(2).Sample(NDArray.From<sbyte>(1, 3)), "[1 3]" },
        { "multi discrete", () => new MultiDiscrete([2, 3]).Sample(TupleValue.Of(NDArray.From<sbyte>(1, 1))), "1" },
        { "tuple", () => new TupleSpace(new Discrete(2)).Sample(TupleValue.Of(null, null)), "2" },
        { "dict", () => new DictSpace(("a", new Discrete(2))).Sample(new Info { ["b"] = null }), "'b'" },
    };

    [Theory]
    [MemberData(nameof(BadMasks))]
    public void Sample_WithBadMask_NamesIt(string name, Func<object> sample, string text)
    {
        Assert.NotEmpty(name);
        Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(sample).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_OfBoxWithMask_IsAnErrorOfGymnasium() =>
        Assert.Contains("Box.sample cannot be provided a mask", Assert.Throws<GymBridgeException>(() => new Box(0, 1, [2]).Sample(NDArray.From<sbyte>(1, 1))).Message, StringComparison.Ordinal);

    [Fact]
    public void Step_WithNull_NamesTheSpace()
    {
        using var env = Registry.Make("CartPole-v1");
        env.ResetObject(1);
        Assert.StartsWith("Action null is not in Discrete(2) of environment 'CartPole-v1'", Assert.Throws<InvalidActionException>(() => env.StepObject(null!)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_WithNumPysNumbers_TakesIntegersOfShapeNoneAlone()
    {
        using var env = Registry.Make("CartPole-v1");
        env.ResetObject(1);
        Assert.All((object[])[NumPyScalar.From(1), NDArray.From<long>([1], []), (BigInteger)1], action => env.StepObject(action));
        Assert.All(
            (object[])[NumPyScalar.From(0.5), NumPyScalar.From(1.0), NumPyScalar.From(true), NDArray.From(1L), NDArray.From<double>([1], []),
                BigInteger.Pow(2, 70)],
            action => Assert.ThrowsAny<ArgumentException>(() => env.StepObject(action)));
    }

    [Fact]
    public void Register_NullOrAFactoryThatMakesNothing_IsTold()
    {
        var registry = new EnvRegistry();
        Assert.Throws<ArgumentNullException>(() => registry.Register(null!, _ => new CounterEnv()));
        Assert.Throws<ArgumentNullException>(() => registry.Register(new EnvSpec { Id = "Nothing-v0" }, null!));
        registry.Register(new EnvSpec { Id = "Nothing-v0" }, _ => null!, _ => null!);
        Assert.Contains("'Nothing-v0' returned null", Assert.Throws<InvalidOperationException>(() => registry.Make("Nothing-v0")).Message, StringComparison.Ordinal);
        Assert.Contains("'Nothing-v0' returned null", Assert.Throws<InvalidOperationException>(() => registry.MakeVec("Nothing-v0", 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_NullOrAbsurdArguments_AreRefusedBeforeAnythingIsMade()
    {
        Assert.Throws<ArgumentNullException>(() => new MakeOptions { Kwargs = null! });
        Assert.Throws<ArgumentOutOfRangeException>(() => Registry.MakeVec("FrozenLake-v1", 1_000_000_000));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void VectorEnv_LanesThatAreNullOrTheSame_AreNamed(bool isAsync)
    {
        using var env = new CounterEnv();
        Assert.Throws<ArgumentNullException>(() => Make(null!));
        Assert.StartsWith("Lane 1 is null", Assert.Throws<ArgumentException>(() => Make([env, null!])).Message, StringComparison.Ordinal);
        Assert.StartsWith("Lanes 0 and 1 are the same environment", Assert.Throws<ArgumentException>(() => Make([env, env])).Message, StringComparison.Ordinal);

        VectorEnv Make(IReadOnlyList<Env> envs) => isAsync ? new AsyncVectorEnv(envs) : new SyncVectorEnv(envs);
    }

    [Fact]
    public void Observations_OfAnyType_TakeFlatArraysAndNameWhatDoesNotFit()
    {
        using var env = new Says();
        env.Observation = new float[] { 0.5f, -0.5f };
        Assert.Equal(NDArray.From(0.5f, -0.5f), env.ResetObject(1).Observation);
        foreach (var (value, text) in new (object?, string)[]
        {
            (new float[3], "Single[3] does not fit Box(-1.0, 1.0, (2,), float32); pass an NDArray of float32 of shape (2,), or a flat .NET array with its elements."),
            (new double[2], "Double[2] does not fit"),
            ("0.5", "0.5 (String) does not fit"),
            (null, "null is no value of Box(-1.0, 1.0, (2,), float32)."),
        })
        {
            env.Observation = value!;
            Assert.StartsWith(text, Assert.ThrowsAny<ArgumentException>(() => env.ResetObject(1)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Results_WithoutInfo_AreRefusedWhereTheyAreMade()
    {
        Assert.Contains("leave it out", Assert.Throws<ArgumentNullException>(() => new ResetResult<long>(0, null!)).Message, StringComparison.Ordinal);
        Assert.Contains("leave it out", Assert.Throws<ArgumentNullException>(() => new StepResult<long>(0, 0, false, false, null!)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Spaces_NullInside_AreNamed()
    {
        Assert.StartsWith("Space 1 is null.", Assert.Throws<ArgumentException>(() => new TupleSpace(new Discrete(2), null!)).Message, StringComparison.Ordinal);
        Assert.StartsWith("The space of 'b' is null.", Assert.Throws<ArgumentException>(() => new DictSpace(("a", new Discrete(2)), ("b", null!))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_InACultureOfCommas_HavePoints()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            commas.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = commas;
            Assert.Equal("0,5", $"{0.5}");
            Assert.Equal("np.float64(0.5)", NumPyScalar.From(0.5).ToString());
            Assert.Equal("{'a': 0.5}", new Info { ["a"] = 0.5 }.ToString());
            Assert.Equal("Box(0.5, 1.5, (2,), float32)", new Box(0.5f, 1.5f, [2]).ToString());
            Assert.Contains("0.5", NDArray.From(0.5).ToString(), StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private sealed class Says() : Env<object, long>(new Box(-1f, 1f, [2]), new Discrete(2))
    {
        public object Observation { get; set; } = new float[2];

        protected override ResetResult<object> OnReset(Info? options) => new(Observation);

        protected override StepResult<object> OnStep(long action) => new(Observation, 0, false);
    }
}
