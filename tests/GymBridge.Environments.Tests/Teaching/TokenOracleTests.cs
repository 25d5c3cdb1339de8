using System.Globalization;
using System.Text.Json;
using GymBridge.Environments.Teaching;

namespace GymBridge.Environments.Tests.Teaching;

/// <summary>Oracle <c>token_env</c>: what the tasks of the token environments are.</summary>
public class TokenOracleTests
{
    private const double Tolerance = 1e-9;

    private static readonly PreferenceTask Task = new();

    [Fact]
    public void Hash_OfKeys_IsTheOracles()
    {
        Assert.Equal(Oracles.At("token_env", "splitmix64(0)").GetString(), $"0x{SplitMix64.Hash(0):x}");
        Assert.Equal(Oracles.Numbers("token_env", "u01(0),u01(1),u01(12345)"), new ulong[] { 0, 1, 12345 }.Select(SplitMix64.Unit));
    }

    [Fact]
    public void ReferencePolicy_AtTheFirstPrompt_HasTheOraclesLogits()
    {
        var (logits, log) = (new double[Tokens.Count], new double[Tokens.Count]);
        Task.ReferenceLogits(0, [], logits);
        Task.ReferenceLogProbabilities(0, [], log);
        Near(Oracles.Numbers("token_env", "ref_logits_x0_empty"), logits);
        Near(Oracles.Numbers("token_env", "ref_logp_x0_empty"), log);
    }

    [Theory]
    [InlineData("(0, (14,))")]
    [InlineData("(0, (0, 14))")]
    [InlineData("(1, (1, 5, 14))")]
    [InlineData("(2, (2, 7, 9))")]
    [InlineData("(3, (3, 3, 3))")]
    public void Completion_OfAPrompt_HasTheOraclesLikelihoodAndReward(string example)
    {
        var (prompt, tokens) = Parse(example);
        var completion = Task.Completions(prompt).Single(item => item.Tokens.SequenceEqual(tokens));
        Assert.Equal(Oracles.Number("token_env", "ref_logp_examples", example), completion.LogProbability, Tolerance);
        Assert.Equal(Oracles.Number("token_env", "util_examples", example), Task.GoldReward(prompt, tokens));
        Assert.Equal(Oracles.Number("token_env", "util_examples", "(2, (7, 7, 14))"), Task.GoldReward(2, [7, 7, 14]));
    }

    [Fact]
    public void Completions_OfEveryPrompt_HaveTheOraclesLikelihoodsAndRewards()
    {
        var all = Enumerable.Range(0, 4).Select(prompt => Task.Completions(prompt).ToList()).ToList();
        Assert.All(all, completions => Assert.Equal(Oracles.Number("token_env", "n_completions_per_prompt"), completions.Count));
        Near(Oracles.Numbers("token_env", "sum_prob"), [.. all.Select(list => list.Sum(item => Math.Exp(item.LogProbability)))]);
        double[] entropies = [.. all.Select(list => list.Sum(item => -Math.Exp(item.LogProbability) * item.LogProbability))];
        Near(Oracles.Numbers("token_env", "seq_entropy_ref"), entropies);
        Near(Oracles.Numbers("token_env", "max_u_per_prompt"), [.. all.Select((list, prompt) => list.Max(item => Task.GoldReward(prompt, item.Tokens)))]);
        double[] means = [.. all.Select((list, prompt) => list.Sum(item => Math.Exp(item.LogProbability) * Task.GoldReward(prompt, item.Tokens)))];
        Near(Oracles.Numbers("token_env", "E_ref_u_per_prompt"), means);
        Assert.Equal(Oracles.Number("token_env", "E_ref_u"), means.Average(), Tolerance);
    }

    [Fact]
    public void Pairs_OfTheDataSet_AreTheOracles()
    {
        var pairs = Task.Pairs().ToList();
        Assert.Equal(Oracles.Number("token_env", "pref_data", "N"), pairs.Count);
        Assert.Equal(
            Oracles.At("token_env", "pref_data", "first5").EnumerateArray().Select(item => JsonSerializer.Serialize(item)),
            pairs.Take(5).Select(pair => JsonSerializer.Serialize(new object[] { pair.Prompt, pair.First, pair.Second, pair.PrefersFirst ? 1 : 0 })));
        Assert.Equal(Oracles.Number("token_env", "pref_data", "n_identical"), pairs.Count(pair => pair.First.SequenceEqual(pair.Second)));
        Assert.Equal(Oracles.Number("token_env", "pref_data", "n_label_a"), pairs.Count(pair => pair.PrefersFirst));
        Assert.Equal(Oracles.Number("token_env", "pref_data", "n_nontied"), pairs.Count(pair => Margin(pair) != 0));
        var agree = pairs.Count(pair => Margin(pair) != 0 && Margin(pair) > 0 == pair.PrefersFirst);
        Assert.Equal(Oracles.Number("token_env", "pref_data", "n_gold_agree(excl ties)"), agree);
        var bayes = pairs.Average(pair => 1 / (1 + Math.Exp(-Math.Abs(Margin(pair)))));
        Assert.Equal(Oracles.Number("token_env", "bayes_pairwise_accuracy_expected"), bayes, Tolerance);

        static double Margin(PreferencePair pair) => Task.GoldReward(pair.Prompt, [.. pair.First]) - Task.GoldReward(pair.Prompt, [.. pair.Second]);
    }

    [Theory]
    [InlineData("modadd")]
    [InlineData("parity")]
    [InlineData("sort3")]
    public void VerifiableTask_Bounds_AreTheOracles(string name)
    {
        var task = name switch { "modadd" => VerifiableTask.ModularAddition(), "parity" => VerifiableTask.Parity(), _ => VerifiableTask.Sorting() };
        var answers = Enumerable.Range(0, task.Prompts.Count).Select(task.Answer).ToList();
        var constant = answers.GroupBy(answer => string.Join(',', answer)).Max(group => group.Count()) / (double)answers.Count;
        var bounds = new Dictionary<string, double>
        {
            ["prompts"] = task.Prompts.Count,
            ["Lmax"] = task.MaxLength,
            ["uniform14_success"] = Math.Pow(14, -task.MaxLength),

            // Without the prompt the best that can be done is one answer for all of them.
            ["const_answer_best"] = constant,
            ["blind_to_prompt_optimum"] = constant,
            ["blind_optimum"] = constant,

            // Without the prefix each position is drawn from one distribution, at best that of the answer's tokens.
            ["prompt_only_policy_optimum_success"] = answers.Average(answer => answer.GroupBy(token => token)
                .Aggregate(1.0, (product, group) => product * Math.Pow(group.Count() / (double)answer.Count, group.Count()))),
        };
        foreach (var bound in Oracles.At("token_env", "verifiable", name).EnumerateObject())
        {
            Assert.Equal(bound.Value.GetDouble(), bounds[bound.Name], Tolerance);
        }
    }

    // "(0, (0, 14))" and "(0, (14,))".
    private static (int Prompt, int[] Tokens) Parse(string text)
    {
        var parts = text.Split(['(', ')', ',', ' '], StringSplitOptions.RemoveEmptyEntries);
        int[] numbers = [.. parts.Select(item => int.Parse(item, CultureInfo.InvariantCulture))];
        return (numbers[0], numbers[1..]);
    }

    private static void Near(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);

        // A token that is never written is null there and negative infinity here.
        Assert.All(expected.Zip(actual), pair => Assert.Equal(double.IsNaN(pair.First) ? double.NegativeInfinity : pair.First, pair.Second, Tolerance));
    }
}
