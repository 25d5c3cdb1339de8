namespace GymBridge.Environments.Teaching;

/// <summary>A task with a hidden reward, for learning from preferences: four prompts, completions of up to three tokens.</summary>
/// <remarks>
/// <para>Gold reward: 2 if the first token equals the prompt, 1 for each adjacent ascending pair, -0.5 for each repeated token,
/// 1 if it ends with <see cref="Tokens.End"/>, which counts as no token otherwise; 4 at most.</para>
/// <para>The reference policy and the data set are hashes of their keys (<see cref="SplitMix64"/>), so that all 2380 completions
/// of a prompt, and the optimum of a KL-regularised objective, are known exactly.</para>
/// </remarks>
public sealed class PreferenceTask : TokenTask
{
    private const int PromptCount = 4;
    private const ulong FirstPairKey = 1_000_000;
    private const int HackedToken = 7;

    private readonly bool _isHackable;

    /// <summary>The task, with its gold reward or with the proxy that can be hacked.</summary>
    /// <param name="isHackable">Whether the reward is a proxy: the gold reward and the square of the number of 7s.</param>
    public PreferenceTask(bool isHackable = false)
        : base([.. Enumerable.Range(0, PromptCount).Select(prompt => (IReadOnlyList<int>)[prompt])], 3) => _isHackable = isHackable;

    /// <inheritdoc/>
    public override double Reward(int prompt, ReadOnlySpan<int> completion)
    {
        var hacks = completion.Count(HackedToken);
        return GoldReward(prompt, completion) + (_isHackable ? hacks * hacks : 0);
    }

    /// <inheritdoc/>
    public override double GoldReward(int prompt, ReadOnlySpan<int> completion)
    {
        var hasEnd = completion[^1] == Tokens.End;
        var tokens = hasEnd ? completion[..^1] : completion;
        var reward = hasEnd ? 1.0 : 0.0;
        for (var i = 0; i < tokens.Length; i++)
        {
            reward += i == 0 && tokens[0] == prompt ? 2.0 : 0.0;
            reward += i > 0 && tokens[i] > tokens[i - 1] ? 1.0 : 0.0;
            reward -= tokens[..i].Contains(tokens[i]) ? 0.5 : 0.0;
        }

        return reward;
    }

    /// <inheritdoc/>
    public override void ReferenceLogits(int prompt, ReadOnlySpan<int> prefix, Span<double> logits)
    {
        var first = prefix.Length > 0 ? prefix[0] + 1 : 0;
        var second = prefix.Length > 1 ? prefix[1] + 1 : 0;
        for (var token = 0; token < Tokens.Count; token++)
        {
            var key = (((((prompt * 17) + first) * 17) + second) * 17) + token;
            var isEarlyEnd = token == Tokens.End && prefix.IsEmpty;
            logits[token] = Tokens.IsLegal(token)
                ? (1.5 * ((2 * SplitMix64.Unit((ulong)key)) - 1)) + (isEarlyEnd ? -1.0 : 0.0)
                : double.NegativeInfinity;
        }
    }

    /// <summary>The first pairs of the data set: completions of the reference policy, labelled with the probability sigmoid(r(a) - r(b)).</summary>
    public IEnumerable<PreferencePair> Pairs(int count = 4000)
    {
        for (var i = 0; i < count; i++)
        {
            var (prompt, key) = (i % PromptCount, FirstPairKey + (4 * (ulong)i));
            var (first, second) = (Sample(prompt, key), Sample(prompt, key + 1));
            var probability = 1 / (1 + Math.Exp(-(GoldReward(prompt, first) - GoldReward(prompt, second))));
            yield return new(prompt, first, second, SplitMix64.Unit((key + 2) * 8) < probability);
        }
    }

    // Inverse of the cumulative distribution, one hashed number a token.
    private int[] Sample(int prompt, ulong key)
    {
        var completion = new List<int>();
        Span<double> next = stackalloc double[Tokens.Count];
        while (completion.Count < MaxLength && !completion.Contains(Tokens.End))
        {
            ReferenceLogProbabilities(prompt, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(completion), next);
            var (u, sum, chosen) = (SplitMix64.Unit((key * 8) + (ulong)completion.Count), 0.0, Tokens.End);
            for (var token = 0; token < Tokens.Count; token++)
            {
                sum += Math.Exp(next[token]);
                if (u < sum)
                {
                    chosen = token;
                    break;
                }
            }

            completion.Add(chosen);
        }

        return [.. completion];
    }
}
