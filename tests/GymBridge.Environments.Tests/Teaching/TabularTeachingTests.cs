using GymBridge.Environments.Teaching;
using GymBridge.Environments.ToyText;

namespace GymBridge.Environments.Tests.Teaching;

/// <summary>Tables of the small decision processes; their values are tested with the planners.</summary>
public class TabularTeachingTests
{
    private static readonly EnvRegistry Registry = EnvironmentCatalog.CreateRegistry();

    [Fact]
    public void Transitions_OfTeachingEnvironments_AreDistributions()
    {
        TabularEnv[] envs =
        [
            new ChainEnv(), new ChainEnv(9), new RewardChainEnv(), new LineWorldEnv(), new StateMachineEnv(), new RandomWalkEnv(), new InventoryEnv(),
            new PauseGameEnv(0.01), new DialogueEvidenceEnv(), new TicTacToeEnv(), new TicTacToeEnv("O", "optimal"),
        ];
        foreach (var env in envs)
        {
            Assert.Equal(1.0, env.StartProbabilities.ToArray().Sum(), 1e-9);
            Assert.All(env.Transitions.SelectMany(actions => actions), outcomes =>
            {
                Assert.Equal(1.0, outcomes.Sum(outcome => outcome.Probability), 1e-12);
                Assert.All(outcomes, outcome => Assert.InRange(outcome.State, 0, env.Transitions.Count - 1));
            });
            env.Dispose();
        }
    }

    [Fact]
    public void Render_OfARow_MarksTheState()
    {
        using var env = new LineWorldEnv("ansi");
        env.Reset(1);
        Assert.Equal("ST1 [S1] S2 S3 ST2\n", env.Render());
        env.Step(1);
        Assert.Equal("ST1 S1 [S2] S3 ST2\n", env.Render());
        using var frames = new PauseGameEnv(renderMode: "rgb_array");
        frames.Reset(1);
        var frame = Assert.IsType<NDArray>(frames.Render());
        Assert.Equal([64, 1024, 3], frame.Shape.ToArray());
    }

    [Theory]
    [InlineData("Chain-v0", "n", 2L, "got 2")]
    [InlineData("Chain-v0", "n", 10_001L, "got 10001")]
    [InlineData("PauseGame-v0", "pause_cost", -1.0, "got pause_cost -1")]
    [InlineData("SimpleEnv-v0", "target", 4L, "got target 4")]
    [InlineData("SimpleEnv-v0", "wrong_reward", double.NaN, "got NaN")]
    public void Make_WithArgumentsOutOfRange_SaysSo(string id, string name, object value, string message) => Assert.Contains(
        message,
        Assert.ThrowsAny<ArgumentException>(() => Registry.Make(id, new MakeOptions { Kwargs = new Info { [name] = value } })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void PauseGame_PlayedAlways_IsWonAsOftenAsKnown()
    {
        using var env = new PauseGameEnv();
        var survived = 1.0;
        for (var state = 0; state < 20; state++)
        {
            survived *= env.Transitions[state][0].Single(outcome => outcome.State != 21).Probability;
        }

        Assert.Equal(0.3584859224085419, survived, 1e-12);
        Assert.Equal(-0.28302815518291624, survived - (1 - survived), 1e-12);
        env.Reset(1);
        Assert.All(Enumerable.Range(0, 200), _ => Assert.Equal((0L, 0.0, false), (env.Step(1).Observation, env.Step(1).Reward, env.Step(1).Terminated)));
    }

    [Fact]
    public void SimpleEnv_OfUniformActions_PaysAsKnown()
    {
        using var env = new SimpleEnv();
        env.Reset(1);
        Assert.Equal(Oracles.Number("simple_env", "uniform_expected_return"), Enumerable.Range(0, 4).Average(action => env.Step(action).Reward), 1e-12);
        Assert.Equal(Oracles.Number("simple_env", "optimal_return"), Enumerable.Range(0, 4).Max(action => env.Step(action).Reward), 1e-12);
        Assert.True(env.Step(2).Terminated);
        using var other = new SimpleEnv(target: 0, wrongReward: 0);
        other.Reset(1);
        Assert.Equal((1.0, 0.0), (other.Step(0).Reward, other.Step(2).Reward));
    }

    [Fact]
    public void PointNav_DrivenToTheGoal_ReachesItAndStopsAtWalls()
    {
        using var env = new PointNavEnv("rgb_array");
        Assert.Null(env.Render());
        var observation = env.Reset(3).Observation;
        Assert.Equal([400, 400, 3], Assert.IsType<NDArray>(env.Render()).Shape.ToArray());
        var reward = 0.0;
        for (var t = 0; t < 30; t++)
        {
            (observation, reward, _, _, _) = env.Step([(0.5f - observation[0]) * 10, (0.5f - observation[1]) * 10]);
        }

        Assert.InRange(reward, -1e-6, 0);
        for (var t = 0; t < 30; t++)
        {
            observation = env.Step([9, -9]).Observation;
        }

        Assert.Equal([1f, -1f], observation);
        Assert.Contains("of 1 element", Assert.ThrowsAny<GymBridgeException>(() => env.Step([0])).Message, StringComparison.Ordinal);
        Assert.Contains("with NaN", Assert.ThrowsAny<GymBridgeException>(() => env.Step([0, float.NaN])).Message, StringComparison.Ordinal);
    }
}
