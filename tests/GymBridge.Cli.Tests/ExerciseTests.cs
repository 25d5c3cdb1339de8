namespace GymBridge.Cli.Tests;

/// <summary><c>gymbridge exercise</c>: every number is the one that was computed independently (tests/Shared/oracles.json).</summary>
[Collection(InThisProcess.Name)]
public class ExerciseTests
{
    private const double Tolerance = 1e-9;

    // Advantages are computed in float32 and shown to six digits.
    private const double SingleTolerance = 2e-6;

    [Fact]
    public async Task X1_ValuesOfChains_AreTheOracles()
    {
        var numbers = await Numbers("X1");
        AssertClose(Oracles.Numbers("mdp", "chain3", "Vuniform_g0.9"), numbers["V, left and right alike"]);
        AssertClose(Oracles.Numbers("mdp", "chain3", "Vstar_g0.9"), numbers["V of the best policy"]);
        AssertClose(Oracles.Numbers("mdp", "chain3", "continuing", "V_g0.9"), numbers["V of the chain that nobody steers"]);
    }

    [Fact]
    public async Task X2_Backups_AreTheOracles()
    {
        var numbers = await Numbers("X2");
        var backups = Oracles.At("mdp", "chain3", "VI_backups_g0.9").EnumerateArray().ToList();
        for (var k = 0; k < backups.Count; k++)
        {
            AssertClose([.. backups[k].GetProperty("V").EnumerateArray().Select(value => value.GetDouble())], numbers[$"V_{k + 1}"]);
            Assert.Equal(backups[k].GetProperty("sup").GetDouble(), numbers["greatest changes"][k], Tolerance);
        }
    }

    [Fact]
    public async Task X3_ReturnsAndTargets_AreTheOracles()
    {
        var numbers = await Numbers("X3");
        AssertClose(Oracles.Numbers("ex3_mc_td", "G"), numbers["G"]);
        AssertClose(Oracles.Numbers("ex3_mc_td", "TD_targets"), numbers["TD targets"], SingleTolerance);
        AssertClose(Oracles.Numbers("ex3_mc_td", "TD_errors"), numbers["TD errors"], SingleTolerance);
    }

    [Fact]
    public async Task X4_Updates_AreTheOracles()
    {
        var numbers = await Numbers("X4");
        foreach (var (key, name) in new[]
        {
            ("sarsa", "SARSA"), ("q_learning", "Q-learning"), ("expected_sarsa_eps0.2", "Expected SARSA"), ("terminal", "at the end of an episode"),
        })
        {
            Assert.Equal(Oracles.Number("ex4_sarsa_q", key), numbers[name].Single(), Tolerance);
        }
    }

    [Fact]
    public async Task X5AndX6_Policies_AreTheOracles()
    {
        var greedy = await Numbers("X5");
        AssertClose(Oracles.Numbers("bandits", "eps_greedy", "ties_split"), greedy["pi"]);
        AssertClose(Oracles.Numbers("bandits", "eps_greedy", "first_argmax"), greedy["pi, the first of equal actions has it all"]);
        var softmax = await Numbers("X6");
        AssertClose(Oracles.Numbers("bandits", "two_action_softmax", "pi"), softmax["pi"]);
        AssertClose(Oracles.Numbers("bandits", "two_action_softmax", "grad"), softmax["grad J"]);
        AssertClose(Oracles.Numbers("bandits", "two_action_softmax", "single_sample_a0_r1_b0"), softmax["one sample: action 0, reward 1"]);
        AssertClose(Oracles.Numbers("bandits", "two_action_softmax", "single_sample_a0_r1_b0.5"), softmax["the same with baseline 0.5"]);
    }

    [Fact]
    public async Task X7_Advantages_AreTheOracles()
    {
        var numbers = await Numbers("X7");
        AssertClose(Oracles.Numbers("gae", "A_terminated_t2"), numbers["A, terminated"], SingleTolerance);
        AssertClose(Oracles.Numbers("gae", "A_truncated_t2_finalobs_value0.9"), numbers["A, truncated"], SingleTolerance);
    }

    [Fact]
    public async Task X8_Surrogate_IsTheOracles()
    {
        var numbers = await Numbers("X8");
        Assert.Equal(6, numbers.Count);
        foreach (var row in Oracles.At("ppo_clip_table_eps0.2[A,rho,L,dL/drho]").EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetDouble()).ToArray()))
        {
            if (numbers.TryGetValue(FormattableString.Invariant($"A = {row[0]:+0;-0}, rho = {row[1]}: L and its slope"), out var found))
            {
                AssertClose(row[2..], found);
                numbers.Remove(FormattableString.Invariant($"A = {row[0]:+0;-0}, rho = {row[1]}: L and its slope"));
            }
        }

        Assert.Empty(numbers);
    }

    [Fact]
    public async Task X9AndX10_Preferences_AreTheOracles()
    {
        var fit = await Numbers("X9");
        Assert.Equal(Oracles.Number("bradley_terry", "p(1.2,0.5)"), fit["P(1.2 before 0.5)"].Single(), Tolerance);
        Assert.Equal(Oracles.Number("bradley_terry", "nll"), fit["negative log-likelihood"].Single(), Tolerance);
        AssertClose(Oracles.Numbers("bradley_terry", "bt_mle", "theta_sum0"), fit["rewards of three items"]);
        AssertClose(Oracles.Numbers("bradley_terry", "bt_mle", "P(0>1),P(0>2),P(1>2)"), fit["P(0 before 1), P(0 before 2), P(1 before 2)"]);
        var dpo = await Numbers("X10");
        foreach (var (key, name) in new[] { ("h", "h"), ("loss", "loss"), ("dloss_dlogp_w", "dL / dlog pi_w"), ("loss_at_init", "loss of the reference itself") })
        {
            Assert.Equal(Oracles.Number("dpo", key), dpo[name].Single(), Tolerance);
        }

        AssertClose([Oracles.Number("dpo", "implicit_reward_w"), Oracles.Number("dpo", "implicit_reward_l")], dpo["implicit rewards"]);
    }

    [Fact]
    public async Task X11ToX13_OneStepEpisodes_AreLearntAsFastAsKnown()
    {
        // The reference's first check at or above 90 %: 100 episodes, with a small learning rate 600 (at most 700), and at most 1000 here.
        Assert.All((await Numbers("X11")).Values.SelectMany(values => values), episodes => Assert.InRange(episodes, 100, 200));
        var steps = await Numbers("X12");
        Assert.All(steps["learning rate 0.003"], episodes => Assert.InRange(episodes, 100, 200));
        Assert.InRange(steps["learning rate 0.0001"].Order().ElementAt(4), 300, 1000);
        var mistakes = await Numbers("X13");
        Assert.All(mistakes["wrong_reward 0"].Concat(mistakes["wrong_reward -0.1"]), episodes => Assert.InRange(episodes, 100, 200));
        AssertClose(Oracles.Numbers("simple_env", "grad_J_logits_uniform_target2"), mistakes["grad J of all alike, wrong_reward -0.1"]);
        AssertClose(Oracles.Numbers("simple_env", "grad_J_wrong0"), mistakes["grad J of all alike, wrong_reward 0"]);
    }

    [Fact]
    public async Task Exercise_AsText_HasItsFourParts()
    {
        var result = await InThisProcess.RunAsync("exercise", "x6");
        Assert.True(result.ExitCode == 0, result.Error);
        foreach (var part in new[] { "X6: The policy gradient of two actions", "  (a) random   ", "  (b) target   grad J", "  (c) numbers  pi: 0.6224593312, 0.3775406688", "  (d) meaning  " })
        {
            Assert.Contains(part, result.Output, StringComparison.Ordinal);
        }

        Assert.Equal(13, (await InThisProcess.RunAsync("exercise", "--json")).Json.AsArray().Count);
        var wrong = await InThisProcess.RunAsync("exercise", "X14");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("There is no exercise 'X14'; choose of X1, X2", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exercise_OfSeveral_WorksThoseBetween()
    {
        var result = await InThisProcess.RunAsync("exercise", "x2..X4", "X8", "--json");
        Assert.Equal(["X2", "X3", "X4", "X8"], result.Json.AsArray().Select(exercise => exercise!["name"]!.GetValue<string>()));
        var wrong = await InThisProcess.RunAsync("exercise", "X4..X2");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("the first comes first, as in X2..X4", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("There is no exercise 'X14'", (await InThisProcess.RunAsync("exercise", "X9..X14")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exercise_OfAZeroSlope_ShowsNoSign()
    {
        var result = await InThisProcess.RunAsync("exercise", "X8");
        Assert.Contains("A = +1, rho = 1.5: L and its slope: 1.2, 0", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("-0\n", result.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static async Task<Dictionary<string, double[]>> Numbers(string name)
    {
        var result = await InThisProcess.RunAsync("exercise", name, "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Json.AsArray().Single()!["numbers"]!.AsObject().ToDictionary(
            item => item.Key, item => item.Value!.AsArray().Select(value => value?.GetValue<double>() ?? double.NaN).ToArray());
    }

    private static void AssertClose(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance = Tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
