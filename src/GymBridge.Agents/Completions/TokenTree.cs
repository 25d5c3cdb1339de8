using System.Runtime.InteropServices;
using GymBridge.Agents.Formulas;
using static TorchSharp.torch;

namespace GymBridge.Agents.Completions;

/// <summary>All contexts of a problem, prompts and prefixes, so that expectations over completions are exact sums.</summary>
/// <remarks>The number of contexts grows as V^L: for problems of a few tokens. Contexts stand prompt by prompt within a level, levels after
/// one another.</remarks>
public sealed class TokenTree
{
    private const int MostContexts = 1 << 20;
    private const float Never = -1e9f;

    private readonly List<int[]> _levels = [];
    private readonly List<(int Prompt, int[] Prefix)> _contexts = [];
    private readonly List<int> _parents = [];
    private readonly double[] _reference;
    private readonly float[] _windows;

    /// <summary>Lists the contexts of a problem.</summary>
    /// <exception cref="ArgumentException">They are more than 2^20.</exception>
    public TokenTree(CompletionProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        Problem = problem;
        int[] level = [.. Enumerable.Range(0, problem.Prompts.Count).Select(prompt => Add(prompt, [], -1))];
        var reference = new List<double>();
        var next = new double[problem.Tokens];
        while (level.Length > 0)
        {
            _levels.Add(level);
            var following = new List<int>();
            foreach (var context in level)
            {
                var (prompt, prefix) = _contexts[context];
                problem.Reference(prompt, prefix, next);
                reference.AddRange(next);
                for (var token = 0; token < next.Length && prefix.Length + 1 < problem.MaxLength; token++)
                {
                    if (double.IsFinite(next[token]) && token != problem.End)
                    {
                        following.Add(Add(prompt, [.. prefix, token], (context * problem.Tokens) + token));
                    }
                }
            }

            level = [.. following];
        }

        _reference = [.. reference];
        _windows = new float[_contexts.Count * problem.Window];
        for (var i = 0; i < _contexts.Count; i++)
        {
            problem.Write(_contexts[i].Prompt, _contexts[i].Prefix, _windows.AsSpan(i * problem.Window, problem.Window));
        }
    }

    /// <summary>The problem whose contexts these are.</summary>
    public CompletionProblem Problem { get; }

    /// <summary>C: number of contexts.</summary>
    public int Count => _contexts.Count;

    /// <summary>float64 [C, V]; log-probabilities of the reference policy.</summary>
    public ReadOnlySpan<double> Reference => _reference;

    /// <summary>What each last token of a completion earns.</summary>
    /// <param name="reward">Of whole completions.</param>
    /// <returns>float64 [C, V]; 0 of tokens after which a completion goes on, or that are never written.</returns>
    public double[] Rewards(CompletionProblem.Reward reward)
    {
        ArgumentNullException.ThrowIfNull(reward);
        var rewards = new double[_reference.Length];
        for (var context = 0; context < Count; context++)
        {
            var (prompt, prefix) = _contexts[context];
            for (var token = 0; token < Problem.Tokens; token++)
            {
                var at = (context * Problem.Tokens) + token;
                if (double.IsFinite(_reference[at]) && (token == Problem.End || prefix.Length + 1 == Problem.MaxLength))
                {
                    rewards[at] = reward(prompt, [.. prefix, token]);
                }
            }
        }

        return rewards;
    }

    /// <summary>float64 [C, V]; log-probabilities of a policy in every context.</summary>
    /// <exception cref="ArgumentException">The policy reads other observations.</exception>
    public double[] LogProbabilities(Policy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (!policy.ObservationSpace.Equals(Problem.ObservationSpace))
        {
            throw new ArgumentException($"The policy reads {policy.ObservationSpace}, the problem has windows {Problem.ObservationSpace}.", nameof(policy));
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var logits = policy.Module.Outputs(tensor(_windows, [Count, Problem.Window]).to(policy.Module.Device)).cpu();
        if (policy.Module.UsesReference)
        {
            logits += ReferenceTensor().to_type(ScalarType.Float32);
        }

        return MemoryMarshal.Cast<byte, double>(logits.to_type(ScalarType.Float64).log_softmax(1).contiguous().bytes).ToArray();
    }

    /// <summary>The expected score of completions, and how far their distribution is from the reference's.</summary>
    /// <param name="logProbabilities">float64 [C, V]; of the policy.</param>
    /// <param name="rewards">float64 [C, V]; what <see cref="Rewards"/> gave.</param>
    /// <returns>Means over the prompts: E[r], and KL(pi || ref) of whole completions in nats.</returns>
    public (double Score, double Kl) Evaluate(ReadOnlySpan<double> logProbabilities, ReadOnlySpan<double> rewards)
    {
        var visits = new double[Count];
        var (score, kl) = (0.0, 0.0);
        for (var context = 0; context < Count; context++)
        {
            visits[context] = _parents[context] is >= 0 and var parent ? visits[parent / Problem.Tokens] * Math.Exp(logProbabilities[parent]) : 1;
            for (var token = 0; token < Problem.Tokens; token++)
            {
                var at = (context * Problem.Tokens) + token;
                if (Math.Exp(logProbabilities[at]) is > 0 and var probability)
                {
                    score += visits[context] * probability * rewards[at];
                    kl += visits[context] * probability * (logProbabilities[at] - Math.Max(_reference[at], Never));
                }
            }
        }

        return (score / Problem.Prompts.Count, kl / Problem.Prompts.Count);
    }

    /// <summary>The optimum of E[r] - beta KL(pi || ref): the reference tilted by exp(r / beta).</summary>
    /// <param name="rewards">float64 [C, V]; what <see cref="Rewards"/> gave.</param>
    /// <param name="beta">Weight of the divergence, positive.</param>
    /// <returns>float64 [C, V]; log-probabilities of the optimal policy in every context.</returns>
    /// <remarks>Backwards through the levels: the value of a context is beta log sum over tokens of ref exp(value after it / beta), so that
    /// the optimal next token is a tilt by the values.</remarks>
    public double[] Optimum(ReadOnlySpan<double> rewards, double beta)
    {
        var values = rewards.ToArray();
        var optimum = new double[values.Length];
        for (var context = Count - 1; context >= 0; context--)
        {
            var at = context * Problem.Tokens;
            var (policy, logZ) = Tilt.Of(_reference.AsSpan(at, Problem.Tokens), values.AsSpan(at, Problem.Tokens), beta);
            for (var token = 0; token < policy.Length; token++)
            {
                optimum[at + token] = Math.Log(policy[token]);
            }

            if (_parents[context] is >= 0 and var parent)
            {
                values[parent] = beta * logZ;
            }
        }

        return optimum;
    }

    /// <summary>E[r] - beta KL(pi || ref) as a tensor whose gradient is exact.</summary>
    /// <param name="logProbabilities">float64 [C, V].</param>
    /// <param name="rewards">float64 [C, V].</param>
    /// <param name="beta">Weight of the divergence.</param>
    internal Tensor Objective(Tensor logProbabilities, Tensor rewards, double beta)
    {
        var flat = logProbabilities.flatten();
        var visits = new List<Tensor> { zeros(_levels[0].Length, float64) };
        foreach (var level in _levels.Skip(1))
        {
            var parents = tensor(level.Select(context => (long)_parents[context]).ToArray());
            var first = _contexts[level[0]].Prefix.Length - 1;
            var places = tensor(level.Select(context => (long)((_parents[context] / Problem.Tokens) - _levels[first][0])).ToArray());
            visits.Add(visits[^1].index_select(0, places) + flat.index_select(0, parents));
        }

        var gains = rewards - ((logProbabilities - ReferenceTensor()) * beta);
        return (cat([.. visits]).exp().unsqueeze(1) * logProbabilities.exp() * gains).sum() / Problem.Prompts.Count;
    }

    /// <summary>float64 [C, V]; the reference policy's log-probabilities, those of tokens that it never writes finite.</summary>
    internal Tensor ReferenceTensor() => tensor(_reference.Select(value => Math.Max(value, Never)).ToArray(), [Count, Problem.Tokens]);

    internal static void Clamp(ReadOnlySpan<double> logProbabilities, Span<float> logits)
    {
        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] = Math.Max((float)logProbabilities[i], Never);
        }
    }

    private int Add(int prompt, int[] prefix, int parent)
    {
        if (_contexts.Count == MostContexts)
        {
            throw new ArgumentException($"The problem has more than {MostContexts} contexts, which no exact sum goes through; sample, or make completions shorter.");
        }

        _contexts.Add((prompt, prefix));
        _parents.Add(parent);
        return _contexts.Count - 1;
    }
}
