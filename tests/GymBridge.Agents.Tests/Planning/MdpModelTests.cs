using GymBridge.Agents.Planning;

namespace GymBridge.Agents.Tests.Planning;

public class MdpModelTests
{
    private static readonly MdpOutcome Stay = new(1, 0, 0, false);

    [Fact]
    public void Of_EnvironmentWithoutTables_SaysSoByName()
    {
        using var env = TestEnvs.Registry.Make("CartPole-v1");
        var error = Assert.Throws<NotSupportedException>(() => MdpModel.Of(env));
        Assert.Contains("'CartPole-v1' has no tables of transitions", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_OfWhatIsNoModel_NamesTheFault()
    {
        Says("at least one state and one action, got 0 states and 0 actions", []);
        Says("state 0 has 1, state 1 has 2", [[[Stay]], [[Stay], [Stay]]]);
        Says("what action 0 in state 0 leads to must not be negative and sum to 1, got the sum 0.5", [[[Stay with { Probability = 0.5 }]]]);
        Says("leads to state 3 for the reward 0; states are 0 to 0", [[[Stay with { State = 3 }]]]);
        Says("for the reward NaN", [[[Stay with { Reward = double.NaN }]]]);
        Assert.Contains("got 2 with the sum 1", Assert.Throws<ArgumentException>(() => new MdpModel([[[Stay]]], [0.5, 0.5])).Message, StringComparison.Ordinal);

        static void Says(string message, IReadOnlyList<IReadOnlyList<IReadOnlyList<MdpOutcome>>> transitions) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => new MdpModel(transitions)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FrozenLake-v1", 5)]
    [InlineData("CliffWalking-v1", 1)]
    [InlineData("Taxi-v4", 4)]
    [InlineData("GridWorld-v0", 1)]
    [InlineData("RandomWalk-v0", 2)]
    [InlineData("RewardChain-v0", 0)]
    public void IsTerminal_OfTables_IsWhereEpisodesEnd(string id, int count)
    {
        using var env = TestEnvs.Registry.Make(id);
        var model = MdpModel.Of(env);
        Assert.Equal(count, Enumerable.Range(0, model.States).Count(model.IsTerminal));
    }

    [Fact]
    public void Solve_WhatNeverEndsWithoutADiscount_SaysSo()
    {
        var model = new MdpModel([[[Stay with { Reward = 1 }]]]);
        Assert.Contains("it never ends from there", Assert.Throws<InvalidOperationException>(() => PolicyEvaluation.Solve(model, TabularPolicy.Uniform(model), 1)).Message, StringComparison.Ordinal);
        var settings = new PlanningSettings { Gamma = 1, MaxSweeps = 50 };
        Assert.Contains("After 50 sweeps values still change by 1", Assert.Throws<InvalidOperationException>(() => ValueIteration.Solve(model, settings)).Message, StringComparison.Ordinal);
        Assert.Contains("got gamma 2", Assert.Throws<ArgumentException>(() => ValueIteration.Solve(model, new PlanningSettings { Gamma = 2 })).Message, StringComparison.Ordinal);
        Assert.Contains("temperature must be positive, got 0", Assert.Throws<ArgumentException>(() => SoftValueIteration.Solve(model, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("got [0.5]", Assert.Throws<ArgumentException>(() => PolicyEvaluation.Solve(model, [[0.5]], 0.9)).Message, StringComparison.Ordinal);
        Assert.Equal(10, PolicyEvaluation.Solve(model, TabularPolicy.Uniform(model), 0.9)[0], 1e-9);
    }

    [Fact]
    public void PolicyIteration_OfActionsOfOneValue_ComesToAnEnd()
    {
        // Two ways that are worth the same up to rounding: they must not take turns.
        MdpOutcome[] thirds = [new(1.0 / 3, 1, 1, true), new(1.0 / 3, 1, 1, true), new(1.0 / 3, 1, 1, true)];
        var model = new MdpModel([[thirds, [new(1, 1, 1, true)]], [[new(1, 1, 0, true)], [new(1, 1, 0, true)]]]);
        var found = PolicyIteration.Solve(model, 0.99);
        Assert.Equal(1, found.Values[0], 1e-12);
        Assert.InRange(found.Changes.Count, 1, 2);
    }
}
