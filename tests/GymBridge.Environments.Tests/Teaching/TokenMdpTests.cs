using GymBridge.Environments.Teaching;
using GymBridge.Errors;

namespace GymBridge.Environments.Tests.Teaching;

/// <summary>The token environments against numbers that an independent reference computed in Python (float64, all completions).</summary>
public class TokenMdpTests
{
    private static readonly EnvRegistry Registry = EnvironmentCatalog.CreateRegistry();
    private static readonly PreferenceTask Task = new();

    [Fact]
    public void SplitMix64_OfKeys_EqualsTheReference()
    {
        Assert.Equal(0xe220a8397b1dcdafUL, SplitMix64.Hash(0));
        Assert.Equal([0.8833108082136426, 0.5665615751722809, 0.1330796686614273], new ulong[] { 0, 1, 12345 }.Select(SplitMix64.Unit));
    }

    [Theory]
    [InlineData(0, new[] { 14 }, -4.0124166740882075, 1.0)]
    [InlineData(0, new[] { 0, 14 }, -5.384978731782427, 3.0)]
    [InlineData(1, new[] { 1, 5, 14 }, -10.197665810956114, 4.0)]
    [InlineData(2, new[] { 2, 7, 9 }, -8.907535956673089, 4.0)]
    [InlineData(3, new[] { 3, 3, 3 }, -7.365351904784513, 1.0)]
    public void Preference_OfCompletion_HasLikelihoodAndReward(int prompt, int[] completion, double logProbability, double reward)
    {
        Assert.Equal(logProbability, Task.Completions(prompt).Single(item => item.Tokens.SequenceEqual(completion)).LogProbability, 1e-9);
        Assert.Equal(reward, Task.GoldReward(prompt, completion));
        Assert.Equal(reward, Task.Reward(prompt, completion));
        using var env = Registry.Make<long[], long>("TokenPreference-v0");
        Assert.Equal([prompt, 15, 15, 15], env.Reset(1, new Info { ["prompt"] = (long)prompt }).Observation);
        var (sum, last) = (0.0, default(StepResult<long[]>));
        foreach (var token in completion)
        {
            Assert.False(last.Terminated);
            Assert.Equal(0, last.Reward);
            last = env.Step(token);
            sum += (double)last.Info["ref_log_prob"]!;
        }

        Assert.True(last.Terminated);
        Assert.Equal(reward, last.Reward);
        Assert.Equal(logProbability, sum, 1e-9);
        Assert.Equal([prompt, .. completion.Select(token => (long)token), .. Enumerable.Repeat(15L, 3 - completion.Length)], last.Observation);
    }

    [Theory]
    [InlineData(0, 1.3332174713788802, 6.853906624034221)]
    [InlineData(1, 0.9892226670761544, 6.9022149694943105)]
    [InlineData(2, 1.0039079058007645, 6.970762135945296)]
    [InlineData(3, 0.8846613566892769, 6.733360626135741)]
    public void Preference_ReferencePolicy_HasMeanRewardAndEntropy(int prompt, double reward, double entropy)
    {
        var completions = Task.Completions(prompt).ToList();
        Assert.Equal(2380, completions.Count);
        Assert.Equal(1, completions.Sum(item => Math.Exp(item.LogProbability)), 1e-12);
        Assert.Equal(reward, completions.Sum(item => Math.Exp(item.LogProbability) * Task.GoldReward(prompt, item.Tokens)), 1e-9);
        Assert.Equal(entropy, completions.Sum(item => -Math.Exp(item.LogProbability) * item.LogProbability), 1e-9);
        Assert.Equal(4, completions.Max(item => Task.GoldReward(prompt, item.Tokens)));
    }

    [Fact]
    public void Preference_ReferencePolicy_EarnsTheKnownReward() =>
        Assert.Equal(1.0527523502, Enumerable.Range(0, 4).Average(prompt => Tilt(Task, prompt, 1e12).Gold), 1e-9);

    [Theory]
    [InlineData(1.0, 1.4876520393, 1.9938701760, 0.5062181367)]
    [InlineData(0.5, 2.0263335903, 3.1139499803, 2.1752327808)]
    [InlineData(0.25, 2.8544882693, 3.9380793741, 4.3343644194)]
    public void Preference_OptimumOfBeta_IsTheKnownTilt(double beta, double objective, double reward, double divergence)
    {
        var tilts = Enumerable.Range(0, 4).Select(prompt => Tilt(Task, prompt, beta)).ToList();
        Assert.Equal(objective, tilts.Average(tilt => tilt.Proxy - (beta * tilt.Divergence)), 1e-9);
        Assert.Equal(reward, tilts.Average(tilt => tilt.Gold), 1e-9);
        Assert.Equal(divergence, tilts.Average(tilt => tilt.Divergence), 1e-9);
    }

    [Theory]
    [InlineData(1.2, 1.4997054012442999, 2.8678613639887436)]
    [InlineData(1.0, 1.4014981253123666, 3.591594856161398)]
    [InlineData(0.5, -0.5247, null)]
    [InlineData(0.1, -0.9999991532, 8.0)]
    public void Preference_HackedProxy_RisesWhileTheGoldRewardFalls(double beta, double gold, double? proxy)
    {
        var task = new PreferenceTask(isHackable: true);
        var tilts = Enumerable.Range(0, 4).Select(prompt => Tilt(task, prompt, beta)).ToList();
        Assert.Equal(gold, tilts.Average(tilt => tilt.Gold), beta == 0.5 ? 5e-5 : 1e-9);
        if (proxy is { } expected)
        {
            Assert.Equal(expected, tilts.Average(tilt => tilt.Proxy), beta == 0.1 ? 1e-4 : 1e-9);
        }
    }

    [Fact]
    public void Preference_DataSet_IsTheKnownOne()
    {
        var pairs = Task.Pairs().ToList();
        Assert.Equal(
            ["0 14 2,3,0 True", "1 4,9,6 4,2,8 True", "2 8,2,11 7,14 False", "3 9,11,9 2,2,7 True", "0 1,12,0 9,10,2 True"],
            pairs.Take(5).Select(pair => $"{pair.Prompt} {string.Join(',', pair.First)} {string.Join(',', pair.Second)} {pair.PrefersFirst}"));
        Assert.Equal(4000, pairs.Count);
        Assert.Equal(6, pairs.Count(pair => pair.First.SequenceEqual(pair.Second)));
        Assert.Equal(1989, pairs.Count(pair => pair.PrefersFirst));
        Assert.Equal(0.6686191724912546, pairs.Average(pair => 1 / (1 + Math.Exp(-Math.Abs(Margin(pair))))), 1e-9);
        Assert.Equal((2005, 2638), (pairs.Count(pair => Margin(pair) != 0 && Margin(pair) > 0 == pair.PrefersFirst), pairs.Count(pair => Margin(pair) != 0)));

        static double Margin(PreferencePair pair) => Task.GoldReward(pair.Prompt, [.. pair.First]) - Task.GoldReward(pair.Prompt, [.. pair.Second]);
    }

    [Theory]
    [InlineData("TokenParity-v0", 16, 2, "1 0 1 1 11", "1 14")]
    [InlineData("TokenModularAddition-v0", 49, 2, "5 10 6 11", "4 14")]
    [InlineData("TokenSorting-v0", 125, 4, "4 0 3 11", "0 3 4 14")]
    public void Verifiable_RightAnswer_EarnsOneAndPartsEarnTheirShare(string id, int prompts, int length, string prompt, string answer)
    {
        using var env = Registry.Make<long[], long>(id);
        using var sparse = Registry.Make<long[], long>(id, new MakeOptions { Kwargs = new Info { ["sparse"] = true } });
        var task = (VerifiableTask)((TokenMdpEnv)env.Unwrapped).Task;
        Assert.Equal((prompts, length), (task.Prompts.Count, task.MaxLength));
        var index = Enumerable.Range(0, prompts).Single(i => string.Join(' ', task.Prompts[i]) == prompt);
        Assert.Equal(answer, string.Join(' ', task.Answer(index)));
        var tokens = answer.Split(' ').Select(long.Parse).ToArray();

        Assert.Equal(1.0, Play(env, index, tokens));
        Assert.Equal(1.0, Play(sparse, index, tokens));
        Assert.Equal(0.5 * (length - 1) / length, Play(env, index, [12, .. tokens[1..]]));
        Assert.Equal(0.0, Play(sparse, index, [12, .. tokens[1..]]));
        Assert.Equal(0.0, Play(env, index, [14]));
        Assert.Equal(-2.0, Play(env, index, [13]));
        Assert.Equal(-2.0, Play(env, index, [tokens[0], 15]));

        // Uniform over the 14 legal tokens.
        var right = task.Completions(index).Single(item => item.Tokens.Select(token => (long)token).SequenceEqual(tokens));
        Assert.Equal(Math.Pow(1 / 14.0, length), Math.Exp(right.LogProbability), 1e-12);
    }

    [Theory]
    [InlineData("TokenPreference-v0")]
    [InlineData("TokenParity-v0")]
    [InlineData("TokenModularAddition-v0")]
    [InlineData("TokenSorting-v0")]
    public void Reset_WithSeeds_DrawsEveryPromptAndSaysWhich(string id)
    {
        using var env = Registry.Make<long[], long>(id);
        var task = ((TokenMdpEnv)env.Unwrapped).Task;
        env.Reset(1);
        var drawn = new HashSet<long>();
        for (var episode = 0; episode < 2000; episode++)
        {
            var (observation, info) = env.Reset();
            var prompt = task.Prompts[(int)(long)info["prompt_id"]!];
            drawn.Add((long)info["prompt_id"]!);
            Assert.Equal((long)prompt.Count, info["prompt_length"]);
            Assert.Equal(0L, info["length"]);
            Assert.Equal([.. prompt.Select(token => (long)token), .. Enumerable.Repeat(15L, task.MaxLength)], observation);
            Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0], ((NDArray)info["action_mask"]!).AsSpan<sbyte>().ToArray());
        }

        Assert.Equal(task.Prompts.Count, drawn.Count);
    }

    [Fact]
    public void Step_OnTheWay_TellsTheReferenceOfTheNextToken()
    {
        using var env = Registry.Make<long[], long>("TokenPreference-v0");
        var next = ((NDArray)env.Reset(1, new Info { ["prompt"] = 2L }).Info["ref_log_probs"]!).AsSpan<double>().ToArray();
        Assert.Equal([double.NegativeInfinity, double.NegativeInfinity], [next[Tokens.Begin], next[Tokens.Padding]]);
        Assert.Equal(1, next.Sum(Math.Exp), 1e-12);
        var step = env.Step(7);
        Assert.Equal(next[7], step.Info["ref_log_prob"]);
        Assert.Equal(1L, step.Info["length"]);
        Assert.True(step.Info.ContainsKey("ref_log_probs"));
        step = env.Step(Tokens.End);
        Assert.True(step.Terminated);
        Assert.False(step.Info.ContainsKey("ref_log_probs"));
    }

    /// <summary>The bug of a state that is the prompt alone, as an ablation.</summary>
    [Fact]
    public void Observation_OfThePromptAlone_HidesWhatWasWritten()
    {
        using var env = Registry.Make<long[], long>("TokenPreference-v0", new MakeOptions { Kwargs = new Info { ["prompt_only"] = true } });
        env.Reset(1, new Info { ["prompt"] = 2L });
        Assert.Equal([2L, 15, 15, 15], env.Step(7).Observation);
        Assert.Equal(1.0, env.Step(Tokens.End).Reward);
    }

    [Fact]
    public void Use_AgainstTheRules_SaysWhatIsWrong()
    {
        using var env = new TokenMdpEnv(Task);
        Assert.Contains("Call reset", Assert.Throws<ResetNeededException>(() => env.Step(0)).Message, StringComparison.Ordinal);
        Assert.Contains("from 0 to 3, got 4", Assert.Throws<ArgumentException>(() => env.Reset(1, new Info { ["prompt"] = 4L })).Message, StringComparison.Ordinal);
        env.Reset(1);
        Assert.Contains("Action 16 is not in Discrete(16)", Assert.Throws<InvalidActionException>(() => env.Step(16)).Message, StringComparison.Ordinal);
        env.Step(Tokens.End);
        Assert.Contains("has ended and takes no further token", Assert.Throws<ResetNeededException>(() => env.Step(0)).Message, StringComparison.Ordinal);
    }

    private static double Play(Env<long[], long> env, int prompt, long[] tokens)
    {
        env.Reset(1, new Info { ["prompt"] = (long)prompt });
        var last = default(StepResult<long[]>);
        foreach (var token in tokens)
        {
            last = env.Step(token);
        }

        Assert.True(last.Terminated);
        return last.Reward;
    }

    // The policy that maximises E[reward] - beta KL: the reference policy times exp(reward / beta), normalised.
    private static (double Gold, double Proxy, double Divergence) Tilt(PreferenceTask task, int prompt, double beta)
    {
        var completions = task.Completions(prompt).ToList();
        var weights = completions.Select(item => item.LogProbability + (task.Reward(prompt, item.Tokens) / beta)).ToList();
        var largest = weights.Max();
        var normalizer = largest + Math.Log(weights.Sum(weight => Math.Exp(weight - largest)));
        var (gold, proxy, divergence) = (0.0, 0.0, 0.0);
        foreach (var (item, weight) in completions.Zip(weights))
        {
            var probability = Math.Exp(weight - normalizer);
            gold += probability * task.GoldReward(prompt, item.Tokens);
            proxy += probability * task.Reward(prompt, item.Tokens);
            divergence += probability * (weight - normalizer - item.LogProbability);
        }

        return (gold, proxy, divergence);
    }
}
