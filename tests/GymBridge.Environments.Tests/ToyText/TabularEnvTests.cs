using GymBridge.Environments.Teaching;
using GymBridge.Environments.ToyText;
using GymBridge.Errors;
using GymBridge.Seeding;

namespace GymBridge.Environments.Tests.ToyText;

public class TabularEnvTests
{
    private static readonly EnvRegistry Registry = EnvironmentCatalog.CreateRegistry();

    // generate_random_map of Gymnasium 1.4.0
    [Theory]
    [InlineData(8, 0.8, "1", "SHFHFFHF FFFFFFFF FFFFFFFH HFFFFHFF FFFHFFFF FHFFHFFF FHFFFHFF HHHFFFFG")]
    [InlineData(4, 0.6, "7", "SHHH FFHF FFFH HFFG")]
    [InlineData(5, 0.5, "1180591620717411303424", "SFHHF FFFFF HFFFF HHHFF FHHFG")]
    [InlineData(3, 0.3, "0", "SFH HFF HFG")]
    public void GenerateRandom_OfSeed_EqualsGymnasium(int size, double ice, string seed, string map) =>
        Assert.Equal(map, string.Join(' ', FrozenLakeMaps.GenerateRandom(size, ice, Seed.Parse(seed))));

    [Fact]
    public void GenerateRandom_OfPureIce_HasNoHole()
    {
        Assert.Equal(["SFF", "FFF", "FFG"], FrozenLakeMaps.GenerateRandom(3, 5.0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => FrozenLakeMaps.GenerateRandom(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => FrozenLakeMaps.GenerateRandom(4, 0));
    }

    [Fact]
    public void FrozenLake_WithBadMap_ShowsIt()
    {
        Assert.Contains("rows of one length, got [SF, F]", Assert.Throws<ArgumentException>(() => new FrozenLakeEnv(["SF", "F"])).Message, StringComparison.Ordinal);
        Assert.Contains("at least one S, got [FG]", Assert.Throws<ArgumentException>(() => new FrozenLakeEnv(["FG"])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new FrozenLakeEnv(["SX"]));
        Assert.Contains("no FrozenLake map '9x9'", Assert.Throws<ArgumentException>(() => Registry.Make("FrozenLake-v1", new MakeOptions { Kwargs = new Info { ["map_name"] = "9x9" } })).Message, StringComparison.Ordinal);
        using var random = Registry.Make("FrozenLake-v1", new MakeOptions { Kwargs = new Info { ["map_name"] = null } });
        Assert.Equal("Discrete(64)", random.ObservationSpace.ToString());
    }

    [Theory]
    [InlineData("FrozenLake-v1", 4)]
    [InlineData("CliffWalking-v1", -1)]
    [InlineData("Taxi-v4", 6)]
    [InlineData("Blackjack-v1", 2)]
    [InlineData("MountainCar-v0", 3)]
    [InlineData("Acrobot-v1", -1)]
    [InlineData("GridWorld-v0", 4)]
    [InlineData("BernoulliBandit-v0", 5)]
    public void Step_WithActionOutOfRange_NamesItAndTheEnvironment(string id, long action)
    {
        using var env = Registry.Make(id);
        env.ResetObject(1);
        Assert.Contains($"Action {action} is not in {env.ActionSpace} of environment '{id}'", Assert.Throws<InvalidActionException>(() => env.StepObject(action)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PythonTypes_OfEnvironments_AreGymnasiums()
    {
        Assert.Equal(PythonType.NumPyFloat64, Registry.Make("Pendulum-v1").PythonTypes.Reward);
        Assert.Equal(PythonType.Int, Registry.Make("Taxi-v4").PythonTypes.Reward);
        Assert.Equal(PythonType.Int, Assert.Single(Registry.Make("FrozenLake-v1").PythonTypes.ObservationLeaves));
        Assert.Equal(3, Registry.Make("Blackjack-v1").PythonTypes.ObservationLeaves.Length);
        var fractions = new Info { ["reward_schedule"] = TupleValue.Of(1.5, 0L, -0.5) };
        Assert.Equal(PythonType.Float, Registry.Make("FrozenLake-v1", new MakeOptions { Kwargs = fractions }).PythonTypes.Reward);
    }

    [Fact]
    public void Transitions_OfTabularEnvironments_SumToOne()
    {
        foreach (var env in (TabularEnv[])[new FrozenLakeEnv(), new CliffWalkingEnv(true), new TaxiEnv(isRainy: true), new GridWorldEnv()])
        {
            Assert.Equal(1.0, env.StartProbabilities.ToArray().Sum(), 1e-9);
            foreach (var outcomes in env.Transitions.SelectMany(actions => actions))
            {
                Assert.Equal(1.0, outcomes.Sum(outcome => outcome.Probability), 1e-12);
                Assert.All(outcomes, outcome => Assert.InRange(outcome.State, 0, env.Transitions.Count - 1));
            }

            env.Dispose();
        }
    }

    [Theory]
    [InlineData("CartPole-v1", 400, 600)]
    [InlineData("MountainCar-v0", 400, 600)]
    [InlineData("MountainCarContinuous-v0", 400, 600)]
    [InlineData("Pendulum-v1", 500, 500)]
    [InlineData("Acrobot-v1", 500, 500)]
    [InlineData("FrozenLake-v1", 256, 256)]
    [InlineData("FrozenLake8x8-v1", 512, 512)]
    [InlineData("CliffWalking-v1", 256, 768)]
    [InlineData("Taxi-v4", 456, 536)]
    [InlineData("Blackjack-v1", 376, 384)]
    public void Render_OfFrames_HasGymnasiumsSizeAndChangesWithTheState(string id, int height, int width)
    {
        using var env = Registry.Make(id, new MakeOptions { RenderMode = "rgb_array" });
        env.ActionSpace.Seed(2);
        env.ResetObject(2);
        var first = (NDArray)env.Render()!;
        Assert.Equal((DType.UInt8, $"({height}, {width}, 3)"), (first.DType, NDArray.ShapeText(first.Shape.AsSpan())));
        var hasChanged = false;
        for (var t = 0; t < 30 && !hasChanged; t++)
        {
            if (env.StepObject(env.ActionSpace.Sample()).Ended)
            {
                env.ResetObject();
            }

            hasChanged = !first.Equals((NDArray)env.Render()!);
        }

        Assert.True(hasChanged);
    }

    [Fact]
    public void GridWorld_OnTheShortestPath_ReachesTheGoal()
    {
        using var env = new GridWorldEnv("ansi");
        env.Reset(1);
        Assert.Equal("x . . .\n. . . .\n. . . .\n. . . G\n", env.Render());
        Assert.Equal((0L, -0.01), (env.Step(0).Observation, env.Step(3).Reward));
        long[] path = [1, 1, 1, 2, 2];
        Assert.All(path, action => Assert.Equal(-0.01, env.Step(action).Reward));
        var last = env.Step(2);
        Assert.Equal((15L, 1.0, true), (last.Observation, last.Reward, last.Terminated));
    }

    [Fact]
    public void BernoulliBandit_OfArms_PaysWithTheirProbability()
    {
        using var env = new BernoulliBanditEnv([0.0, 0.25, 1.0]);
        env.Reset(5);
        Assert.Equal(0.0, Enumerable.Range(0, 100).Sum(_ => env.Step(0).Reward));
        Assert.Equal(100.0, Enumerable.Range(0, 100).Sum(_ => env.Step(2).Reward));
        Assert.Equal(0.25, Enumerable.Range(0, 20_000).Average(_ => env.Step(1).Reward), 0.01); // 3 standard deviations
        Assert.Equal(0.75, env.Step(1).Info["regret"]);
        Assert.Throws<ArgumentException>(() => new BernoulliBanditEnv([]));
        Assert.Contains("got [1.5]", Assert.Throws<ArgumentException>(() => new BernoulliBanditEnv([1.5])).Message, StringComparison.Ordinal);
    }
}
