namespace GymBridge.Environments.Teaching;

/// <summary>Prompts, the reward of their completions and a reference policy: what a <see cref="TokenMdpEnv"/> is about.</summary>
/// <remarks>A completion is up to <see cref="MaxLength"/> legal tokens; it ends with <see cref="Tokens.End"/> or is full. Thread-safe.</remarks>
public abstract class TokenTask
{
    private protected TokenTask(IReadOnlyList<IReadOnlyList<int>> prompts, int maxLength) => (Prompts, MaxLength) = (prompts, maxLength);

    /// <summary>The prompts, all of one length.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Prompts { get; }

    /// <summary>Most tokens of a completion, the end included.</summary>
    public int MaxLength { get; }

    /// <summary>Tokens that an observation holds: a prompt and a completion.</summary>
    public int Window => Prompts[0].Count + MaxLength;

    /// <summary>What an agent gets for a whole completion.</summary>
    /// <param name="prompt">Index of the prompt.</param>
    /// <param name="completion">The tokens, all legal.</param>
    public abstract double Reward(int prompt, ReadOnlySpan<int> completion);

    /// <summary>What the completion is really worth; other than <see cref="Reward"/> where the reward can be hacked.</summary>
    public virtual double GoldReward(int prompt, ReadOnlySpan<int> completion) => Reward(prompt, completion);

    /// <summary>The reference policy's logits for the next token; by default every legal token is as likely.</summary>
    /// <param name="prompt">Index of the prompt.</param>
    /// <param name="prefix">The tokens of the completion so far.</param>
    /// <param name="logits">float64 [16]; filled, negative infinity for tokens that are not legal.</param>
    public virtual void ReferenceLogits(int prompt, ReadOnlySpan<int> prefix, Span<double> logits)
    {
        for (var token = 0; token < Tokens.Count; token++)
        {
            logits[token] = Tokens.IsLegal(token) ? 0 : double.NegativeInfinity;
        }
    }

    /// <summary>The reference policy's log-probabilities of the next token: the logits less their log-sum-exp.</summary>
    /// <param name="prompt">Index of the prompt.</param>
    /// <param name="prefix">The tokens of the completion so far.</param>
    /// <param name="logProbabilities">float64 [16]; filled.</param>
    public void ReferenceLogProbabilities(int prompt, ReadOnlySpan<int> prefix, Span<double> logProbabilities)
    {
        ReferenceLogits(prompt, prefix, logProbabilities);
        var (largest, sum) = (double.NegativeInfinity, 0.0);
        foreach (var logit in logProbabilities)
        {
            largest = Math.Max(largest, logit);
        }

        foreach (var logit in logProbabilities)
        {
            sum += Math.Exp(logit - largest);
        }

        var normalizer = largest + Math.Log(sum);
        foreach (ref var value in logProbabilities)
        {
            value -= normalizer;
        }
    }

    /// <summary>Every completion of a prompt with its log-probability under the reference policy, tokens in increasing order.</summary>
    public IEnumerable<(int[] Tokens, double LogProbability)> Completions(int prompt)
    {
        return After([], 0);

        IEnumerable<(int[] Tokens, double LogProbability)> After(int[] prefix, double logProbability)
        {
            var next = new double[Tokens.Count];
            ReferenceLogProbabilities(prompt, prefix, next);
            for (var token = 0; token < Tokens.Count; token++)
            {
                if (!Tokens.IsLegal(token))
                {
                    continue;
                }

                int[] completion = [.. prefix, token];
                if (token == Tokens.End || completion.Length == MaxLength)
                {
                    yield return (completion, logProbability + next[token]);
                    continue;
                }

                foreach (var longer in After(completion, logProbability + next[token]))
                {
                    yield return longer;
                }
            }
        }
    }
}
