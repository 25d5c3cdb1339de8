using GymBridge.Agents.Planning;

namespace GymBridge.Agents.Tests.Planning;

/// <summary>The planners against exact numbers that were computed independently (tests/Shared/oracles.json, "mdp").</summary>
public class PlanningOracleTests
{
    private const double Tolerance = 1e-9;

    [Theory]
    [InlineData("1.0", 1)]
    [InlineData("0.99", 0.99)]
    [InlineData("0.9", 0.9)]
    public void GridWorld_OfEachGamma_HasItsValues(string key, double gamma)
    {
        var model = Model("GridWorld-v0");
        var found = ValueIteration.Solve(model, new PlanningSettings { Gamma = gamma });
        AssertEqual(Oracles.Numbers("mdp", "gridworld4x4", key, "Vstar"), found.Values);
        AssertEqual(Oracles.Numbers("mdp", "gridworld4x4", key, "Qstar"), found.ActionValues.SelectMany(row => row));
        AssertEqual(Oracles.Numbers("mdp", "gridworld4x4", key, "Qstar_00"), found.ActionValues[0]);
        Assert.Equal(Oracles.Number("mdp", "gridworld4x4", key, "VI_sweeps_1e-14"), found.Changes.Count);
        var uniform = Oracles.Numbers("mdp", "gridworld4x4", key, "Vuniform");
        AssertEqual(uniform, PolicyEvaluation.Solve(model, TabularPolicy.Uniform(model), gamma));
        AssertEqual(uniform, PolicyEvaluation.Sweep(model, TabularPolicy.Uniform(model), new PlanningSettings { Gamma = gamma }).Values);

        // In place fewer sweeps do, and the values are the same.
        var inPlace = ValueIteration.Solve(model, new PlanningSettings { Gamma = gamma, InPlace = true });
        AssertEqual(found.Values, inPlace.Values);
        Assert.True(inPlace.Changes.Count <= found.Changes.Count);
    }

    [Fact]
    public void GridWorld_WithoutAFuture_IsItsRewards() => AssertEqual(
        Oracles.Numbers("mdp", "gridworld4x4_gamma0", "Vstar"), ValueIteration.Solve(Model("GridWorld-v0"), new PlanningSettings { Gamma = 0 }).Values);

    [Fact]
    public void GridWorld_UnderTheUniformPolicy_TakesAsLongAsComputed()
    {
        var model = Model("GridWorld-v0");
        var (policy, steps) = (TabularPolicy.Uniform(model), model.WithRewards((_, _, _) => 1));
        AssertEqual(Oracles.Numbers("mdp", "gridworld4x4", "uniform_expected_steps"), PolicyEvaluation.Solve(steps, policy, 1));
        foreach (var (key, cap) in new[] { ("uniform_cap100", 100), ("uniform_cap200", 200) })
        {
            var (expectedReturn, terminated, length) = FiniteHorizon.Evaluate(model, policy, cap);
            Assert.Equal(Oracles.Number("mdp", "gridworld4x4", key, "P_reach"), terminated, Tolerance);
            Assert.Equal(Oracles.Number("mdp", "gridworld4x4", key, "E_return_undiscounted"), expectedReturn, Tolerance);
            Assert.Equal(Oracles.Number("mdp", "gridworld4x4", key, "E_steps"), length, Tolerance);
        }
    }

    [Fact]
    public void GridWorld_FirstSweeps_ChangeAsComputed()
    {
        var model = Model("GridWorld-v0");
        var found = ValueIteration.Solve(model, new PlanningSettings { Gamma = 0.99 });
        AssertEqual(Oracles.Numbers("mdp", "gridworld4x4", "VI_first3_supnorm_g0.99"), found.Changes.Take(3));
        var third = FiniteHorizon.Solve(model, 3, 0.99)[3];
        AssertEqual(Oracles.Numbers("mdp", "gridworld4x4", "VI_V_after3_g0.99"), third);

        // The bound on the error holds after every sweep.
        var error = third.Zip(found.Values, (one, other) => Math.Abs(one - other)).Max();
        Assert.InRange(error, 0, 0.99 / (1 - 0.99) * found.Changes[2]);
        Assert.Equal(0, found.ErrorBound, 1e-9);

        var best = FiniteHorizon.Evaluate(model, found.Policy, 100);
        Assert.Equal(Oracles.Number("mdp", "gridworld4x4", "optimal_return_undiscounted"), best.Return, Tolerance);
        Assert.Equal(Oracles.Number("mdp", "gridworld4x4", "n_optimal_paths_from_00"), Paths(0, model, found.ActionValues));
    }

    [Theory]
    [InlineData("soft_g0.9_alpha1.0", 0.9, 1, false)]
    [InlineData("soft_g0.99_alpha0.1", 0.99, 0.1, false)]
    [InlineData("soft_g0.99_alpha0.01", 0.99, 0.01, false)]
    [InlineData("softKL_uniformprior_g0.99_alpha0.1", 0.99, 0.1, true)]
    public void GridWorld_SoftValues_AreAsComputed(string key, double gamma, double temperature, bool hasReference)
    {
        var model = Model("GridWorld-v0");
        var settings = new PlanningSettings { Gamma = gamma, Tolerance = 1e-13 };
        var found = SoftValueIteration.Solve(model, temperature, settings, hasReference ? TabularPolicy.Uniform(model) : null);
        AssertEqual(Oracles.Numbers("mdp", "gridworld4x4", key, "V"), found.Values);
        AssertEqual(Oracles.Numbers("mdp", "gridworld4x4", key, "pi_00"), found.Policy[0]);
        if (!hasReference)
        {
            // Where transitions are certain, inference is the same.
            AssertEqual(found.Values, ControlAsInference.Solve(model, temperature, settings).Values);
        }
    }

    [Fact]
    public void GridWorld_PaidForEntropy_AvoidsTheGoal()
    {
        var model = Model("GridWorld-v0");
        var settings = new PlanningSettings { Gamma = 0.99, Tolerance = 1e-12 };
        var plain = SoftValueIteration.Solve(model, 0.1, settings).Policy[0];
        var priced = SoftValueIteration.Solve(model, 0.1, settings, TabularPolicy.Uniform(model)).Policy[0];
        Assert.True(plain[0] > plain[1], "up, into the wall, before right");
        Assert.True(priced[0] < priced[1], "right, towards the goal, before up");
    }

    [Fact]
    public void Chain_OfThreeStates_HasItsValues()
    {
        var model = Model("Chain-v0");
        AssertEqual(Oracles.Numbers("mdp", "chain3", "Vuniform_g0.9"), PolicyEvaluation.Solve(model, TabularPolicy.Uniform(model), 0.9));
        var found = ValueIteration.Solve(model, new PlanningSettings { Gamma = 0.9 });
        AssertEqual(Oracles.Numbers("mdp", "chain3", "Vstar_g0.9"), found.Values);
        AssertEqual(Oracles.Numbers("mdp", "chain3", "Qstar_g0.9"), found.ActionValues.SelectMany(row => row));
        var backups = Oracles.At("mdp", "chain3", "VI_backups_g0.9").EnumerateArray().ToList();
        AssertEqual(backups.Select(backup => backup.GetProperty("sup").GetDouble()), found.Changes);
        var byHorizon = FiniteHorizon.Solve(model, backups.Count, 0.9);
        for (var sweep = 0; sweep < backups.Count; sweep++)
        {
            AssertEqual(backups[sweep].GetProperty("V").EnumerateArray().Select(value => value.GetDouble()), byHorizon[sweep + 1]);
        }

        var long9 = ValueIteration.Solve(Model("Chain-v0", new Info { ["n"] = 9L }), new PlanningSettings { Gamma = 0.95 });
        AssertEqual(Oracles.Numbers("mdp", "chain3", "chain9_Vstar_g0.95"), long9.Values);
    }

    [Fact]
    public void RewardChain_ThatGoesOnForEver_HasItsValues()
    {
        var model = Model("RewardChain-v0");
        var p = from state in Enumerable.Range(0, 3) from next in Enumerable.Range(0, 3) select model.Probability(state, 0, next);
        AssertEqual(Oracles.Numbers("mdp", "chain3", "continuing", "P"), p);
        AssertEqual(Oracles.Numbers("mdp", "chain3", "continuing", "r"), Enumerable.Range(0, 3).Select(state => model.Reward(state, 0)));
        AssertEqual(Oracles.Numbers("mdp", "chain3", "continuing", "V_g0.9"), PolicyEvaluation.Solve(model, TabularPolicy.Uniform(model), 0.9));
    }

    [Theory]
    [InlineData("0.0", 0)]
    [InlineData("0.5", 0.5)]
    [InlineData("0.9", 0.9)]
    [InlineData("1.0", 1)]
    public void LineWorld_OfEachGamma_HasItsActionValues(string key, double gamma)
    {
        var found = ValueIteration.Solve(Model("LineWorld-v0"), new PlanningSettings { Gamma = gamma });
        AssertEqual(Oracles.Numbers("mdp", "murphy_1d_grid", key, "Q_S1_S2_S3[up,down]"), found.ActionValues.Skip(1).Take(3).SelectMany(row => row));
    }

    [Fact]
    public void StateMachine_Planned_HasItsValuesAndPolicy()
    {
        var model = Model("StateMachine-v0");
        var found = ValueIteration.Solve(model, new PlanningSettings { Gamma = 0.9 });
        AssertEqual(Oracles.Numbers("mdp", "fsm3", "Vstar_g0.9"), found.Values);
        AssertEqual(Oracles.Numbers("mdp", "fsm3", "Qstar_g0.9"), found.ActionValues.SelectMany(row => row));
        AssertEqual(Oracles.Numbers("mdp", "fsm3", "policy"), found.Actions.Select(action => (double)action));
        Assert.Equal(Oracles.Number("mdp", "fsm3", "VI_sweeps_1e-14"), found.Changes.Count, 2.0); // rounding decides the last ones
        AssertEqual(Oracles.Numbers("mdp", "fsm3", "Vuniform_g0.9"), PolicyEvaluation.Solve(model, TabularPolicy.Uniform(model), 0.9));
        var iterated = PolicyIteration.Solve(model, 0.9);
        Assert.Equal(Oracles.Number("mdp", "fsm3", "PI_iterations_from_all_a0"), iterated.Changes.Count - 1); // improvements
        AssertEqual(found.Values, iterated.Values);
        Assert.Equal(found.Actions, iterated.Actions);
    }

    [Theory]
    [InlineData("soft_alpha1.0", 1)]
    [InlineData("soft_alpha0.1", 0.1)]
    public void StateMachine_SoftValues_DifferFromThoseOfInference(string key, double temperature)
    {
        var model = Model("StateMachine-v0");
        var settings = new PlanningSettings { Gamma = 0.9, Tolerance = 1e-13 };
        var found = SoftValueIteration.Solve(model, temperature, settings);
        AssertEqual(Oracles.Numbers("mdp", "fsm3", key, "V_variational"), found.Values);
        AssertEqual(Oracles.Numbers("mdp", "fsm3", key, "pi_variational"), found.Policy.SelectMany(row => row));
        AssertEqual(Oracles.Numbers("mdp", "fsm3", key, "V_inference_optimistic"), ControlAsInference.Solve(model, temperature, settings).Values);
    }

    [Fact]
    public void RandomWalk_Evaluated_IsWorthItsSixths()
    {
        var model = Model("RandomWalk-v0");
        AssertEqual(Oracles.Numbers("mdp", "random_walk5", "V"), PolicyEvaluation.Solve(model, TabularPolicy.Uniform(model), 1).Skip(1).Take(5));
    }

    [Theory]
    [InlineData("4x4_slippery", "4x4", true, "greedy_success_cap100", 100)]
    [InlineData("4x4_det", "4x4", false, "greedy_success_cap100", 100)]
    [InlineData("8x8_slippery", "8x8", true, "greedy_success_cap200", 200)]
    public void FrozenLake_OfEachGamma_HasItsValuesAndSuccess(string lake, string map, bool isSlippery, string capped, int limit)
    {
        var model = Model("FrozenLake-v1", new Info { ["map_name"] = map, ["is_slippery"] = isSlippery });
        foreach (var (key, gamma) in new[] { ("g0.99", 0.99), ("g0.95", 0.95), ("g1.0", 1.0) })
        {
            var found = ValueIteration.Solve(model, new PlanningSettings { Gamma = gamma, Tolerance = 1e-15 });
            Assert.Equal(Oracles.Number("mdp", "frozenlake", lake, key, "V_start"), found.Values[0], Tolerance);
            Assert.Equal(Oracles.Number("mdp", "frozenlake", lake, key, "sweeps"), found.Changes.Count, 10.0); // rounding decides the last ones

            // On the large lake without a discount actions are worth the same to the last digit, and how many steps they take decides:
            // the oracle is the quickest of the policies that are best without a limit.
            var policy = map == "8x8" && gamma == 1 ? Quickest(model, found.ActionValues, limit) : found.Policy;
            Assert.Equal(Oracles.Number("mdp", "frozenlake", lake, key, capped), FiniteHorizon.Evaluate(model, policy, limit).Return, Tolerance);
        }

        var timed = FiniteHorizon.Solve(model, limit)[limit][0];
        Assert.Equal(Oracles.Number("mdp", "frozenlake", lake, limit == 100 ? "finite_horizon_optimal_success_H100" : "finite_horizon_optimal_success_H200"), timed, Tolerance);
        Assert.Equal(Oracles.Number("mdp", "frozenlake", lake, "uniform_success_nocap"), PolicyEvaluation.Solve(model, TabularPolicy.Uniform(model), 1)[0], Tolerance);
        if (map == "4x4")
        {
            var found = ValueIteration.Solve(model, new PlanningSettings { Gamma = 0.99 });
            AssertEqual(Oracles.Numbers("mdp", "frozenlake", lake, "g0.99", "V"), found.Values);
            AssertEqual(Oracles.Numbers("mdp", "frozenlake", lake, "g0.99", "policy"), found.Actions.Select(action => (double)action));
        }
    }

    [Fact]
    public void CliffWalking_Planned_WalksAsComputed()
    {
        var model = Model("CliffWalking-v1");
        var best = ValueIteration.Solve(model, new PlanningSettings { Gamma = 1 });
        Assert.Equal(Oracles.Number("mdp", "cliffwalking", "Vstar_start_g1"), best.Values[36], Tolerance);
        AssertPath("optimal_greedy_path", model, best.Actions);

        var soft = ValueIteration.Solve(model, new PlanningSettings { Gamma = 1, Tolerance = 1e-12 }, epsilon: 0.1);
        Assert.Equal(Oracles.Number("mdp", "cliffwalking", "eps0.1_soft_optimal_online_return_start"), soft.Values[36], Tolerance);
        AssertPath("eps0.1_soft_optimal_greedy_path", model, soft.Actions);

        var exploring = PolicyEvaluation.Solve(model, TabularPolicy.EpsilonGreedy(best.ActionValues, 0.1), 1);
        Assert.Equal(Oracles.Number("mdp", "cliffwalking", "eps0.1_greedy_on_Qstar_online_return_start"), exploring[36], 1e-7);
    }

    [Fact]
    public void Taxi_FromAllStarts_IsWorthAsMuch()
    {
        var model = Model("Taxi-v4");
        Assert.Equal(Oracles.Number("mdp", "taxi", "n_start_states"), model.Start.Count(probability => probability > 0));
        foreach (var (key, gamma) in new[] { ("mean_Vstar_start_g1", 1.0), ("mean_Vstar_start_g0.99", 0.99) })
        {
            var found = ValueIteration.Solve(model, new PlanningSettings { Gamma = gamma });
            Assert.Equal(Oracles.Number("mdp", "taxi", key), found.Values.Zip(model.Start, (value, probability) => value * probability).Sum(), Tolerance);
        }
    }

    [Fact]
    public void Inventory_Planned_OrdersAsComputed()
    {
        Assert.Contains("demand P(0..4)=.1,.3,.3,.2,.1", Oracles.At("mdp", "inventory", "spec").GetString(), StringComparison.Ordinal);
        var found = ValueIteration.Solve(Model("Inventory-v0"), new PlanningSettings { Gamma = 0.95, Tolerance = 1e-13 });
        AssertEqual(Oracles.Numbers("mdp", "inventory", "Vstar"), found.Values);
        AssertEqual(Oracles.Numbers("mdp", "inventory", "policy"), found.Actions.Select(action => (double)action));
        Assert.InRange(found.Changes.Count, 500, Oracles.Number("mdp", "inventory", "sweeps") + 60); // rounding decides the last ones
    }

    [Fact]
    public void Dialogue_WithEvidence_AsksUntilOneIsTwoAhead()
    {
        Assert.Contains("gamma .95", Oracles.At("mdp", "dialogue_pomdp", "spec").GetString(), StringComparison.Ordinal);
        var model = Model("DialogueEvidence-v0");
        var found = ValueIteration.Solve(model, new PlanningSettings { Gamma = 0.95 });
        string[] keys = ["Vstar_k0", "Vstar_k1", "Vstar_k2"];
        for (var evidence = 0; evidence < keys.Length; evidence++)
        {
            Assert.Equal(Oracles.Number("mdp", "dialogue_pomdp", keys[evidence]), found.Values[10 + evidence], Tolerance);
            Assert.Equal(found.Values[10 + evidence], found.Values[10 - evidence], Tolerance);
        }

        string[] names = ["ask", "A", "B"];
        Assert.Equal(
            Oracles.At("mdp", "dialogue_pomdp", "policy_k0..4").EnumerateArray().Select(name => name.GetString()),
            Enumerable.Range(10, 5).Select(state => names[found.Actions[state]]));
        Assert.Equal(Oracles.Number("mdp", "dialogue_pomdp", "submit_now_value"), found.ActionValues[10][1], Tolerance);

        // Asking once, and doing what was said.
        int[] once = [.. Enumerable.Range(0, model.States).Select(state => state == 10 ? 0 : state < 10 ? 2 : 1)];
        Assert.Equal(Oracles.Number("mdp", "dialogue_pomdp", "memoryless_value_ask_once"), PolicyEvaluation.Solve(model, TabularPolicy.Of(once, 3), 0.95)[10], Tolerance);

        // What the belief is after one to three answers that agree, from what doing A is worth then: 10 b - 20 (1 - b).
        var beliefs = Enumerable.Range(11, 3).Select(state => (found.ActionValues[state][1] + 20) / 30);
        AssertEqual(Oracles.Numbers("mdp", "dialogue_pomdp", "belief_after_1_2_3_agreeing"), beliefs);
    }

    [Fact]
    public void PauseGame_Planned_PausesWhereAPauseIsFree()
    {
        var free = Model("PauseGame-v0");
        var play = TabularPolicy.Of(new int[22], 2);
        var (expectedReturn, _, _) = FiniteHorizon.Evaluate(free, play, 200);
        Assert.Equal(Oracles.Number("mdp", "pause_game", "E_always_play"), expectedReturn, Tolerance);
        Assert.Equal(Oracles.Number("mdp", "pause_game", "p_win_always_play"), (expectedReturn + 1) / 2, Tolerance);
        var costly = Model("PauseGame-v0", new Info { ["pause_cost"] = 0.01 });
        var pause = TabularPolicy.Of([.. Enumerable.Repeat(1, 22)], 2);
        Assert.Equal(Oracles.Number("mdp", "pause_game", "E_always_pause_c0.01_limit200"), FiniteHorizon.Evaluate(costly, pause, 200).Return, Tolerance);
        Assert.Equal(1, ValueIteration.Solve(free, new PlanningSettings { Gamma = 1 }).Actions[0]);
        Assert.Equal(0, ValueIteration.Solve(costly, new PlanningSettings { Gamma = 1 }).Actions[0]);
    }

    [Fact]
    public void TicTacToe_Planned_IsWorthAsMuchAsItsTree()
    {
        Assert.Equal(Oracles.Number("mdp", "tictactoe", "optimal_X_value_vs_random_O"), Value("X", "random"), Tolerance);
        Assert.Equal(Oracles.Number("mdp", "tictactoe", "optimal_O_value_vs_random_X"), Value("O", "random"), Tolerance);
        Assert.Equal(Oracles.Number("mdp", "tictactoe", "minimax_value"), Value("X", "optimal"), Tolerance);
        Assert.Equal(Oracles.Number("mdp", "tictactoe", "minimax_value"), Value("O", "optimal"), Tolerance);

        static double Value(string mark, string opponent)
        {
            var model = Model("TicTacToe-v0", new Info { ["mark"] = mark, ["opponent"] = opponent });
            Assert.Equal(Oracles.Number("mdp", "tictactoe", "reachable_positions"), model.States);
            return ValueIteration.Solve(model, new PlanningSettings { Gamma = 1 }).Values.Zip(model.Start, (value, probability) => value * probability).Sum();
        }
    }

    private static MdpModel Model(string id, Info? kwargs = null)
    {
        using var env = TestEnvs.Registry.Make(id, new MakeOptions { Kwargs = kwargs ?? Info.Empty });
        return MdpModel.Of(env);
    }

    /// <summary>Of the policies that are best without a limit, the one that gains most within some steps.</summary>
    private static double[][] Quickest(MdpModel model, IReadOnlyList<double[]> values, int steps)
    {
        var best = values.Select(row => Enumerable.Range(0, model.Actions).Where(action => row[action] >= row.Max() - Tolerance).ToArray()).ToArray();
        var allowed = new MdpModel(
            [
                .. best.Select((actions, state) => Enumerable.Range(0, model.Actions)
                    .Select(action => Outcomes(state, actions.Contains(action) ? action : actions[0])).ToArray()),
            ],
            model.Start);
        var left = FiniteHorizon.Solve(allowed, steps);
        Assert.Equal(1, PolicyEvaluation.Solve(model, Greedy(allowed, left[steps - 1]), 1)[0], Tolerance);
        return Greedy(allowed, left[steps - 1]);

        MdpOutcome[] Outcomes(int state, int action) => model.Outcomes(state, action).ToArray();

        double[][] Greedy(MdpModel among, double[] after) => TabularPolicy.Of(
            [
                .. TabularPolicy.Greedy(among.ActionValues(after, 1))
                    .Select((action, state) => best[state].Contains(action) ? action : best[state][0]),
            ],
            model.Actions);
    }

    private static void AssertEqual(IEnumerable<double> expected, IEnumerable<double> actual)
    {
        var (one, other) = (expected.ToList(), actual.ToList());
        Assert.Equal(one.Count, other.Count);
        for (var i = 0; i < one.Count; i++)
        {
            Assert.True(Math.Abs(one[i] - other[i]) <= Tolerance, $"Element {i} is {other[i]:R}, expected {one[i]:R}.");
        }
    }

    private static void AssertPath(string key, MdpModel model, IReadOnlyList<int> actions)
    {
        var expected = Oracles.At("mdp", "cliffwalking", key);
        var states = new List<int>();
        for (var (state, ended) = (36, false); !ended && states.Count < 100;)
        {
            states.Add(state);
            var outcome = model.Outcomes(state, actions[state])[0];
            (state, ended) = (outcome.State, outcome.Terminated);
        }

        Assert.Equal(expected[0].GetInt32(), states.Count);
        Assert.Equal(expected[1].EnumerateArray().Select(item => item.GetInt32()), states);
    }

    // Paths along best actions; in this grid each leads to one state.
    private static int Paths(int state, MdpModel model, IReadOnlyList<double[]> values) => model.IsTerminal(state) ? 1 : Enumerable.Range(0, model.Actions)
        .Where(action => values[state][action] > values[state].Max() - 1e-12)
        .Sum(action => Paths(model.Outcomes(state, action)[0].State, model, values));
}
