using GymBridge.Spaces;

namespace GymBridge.Agents.Completions;

/// <summary>What completions are about: prompts, tokens, and a reference policy that is known exactly.</summary>
/// <remarks>A completion is tokens that the reference may write; it ends with the end token, or is full. Observations are windows: the
/// prompt, the tokens so far, and padding, which is the last of the tokens. Thread-safe where the reference is.</remarks>
public sealed class CompletionProblem
{
    private readonly ReferencePolicy _reference;

    /// <summary>A problem of completing prompts with tokens.</summary>
    /// <param name="prompts">The prompts, all of one length.</param>
    /// <param name="maxLength">Most tokens of a completion, the end included.</param>
    /// <param name="tokens">V: number of tokens; the last one is padding.</param>
    /// <param name="end">The token that ends a completion.</param>
    /// <param name="reference">The reference policy.</param>
    /// <exception cref="ArgumentException">There are no prompts, or they differ in length, or a number is out of its range.</exception>
    public CompletionProblem(IReadOnlyList<IReadOnlyList<int>> prompts, int maxLength, int tokens, int end, ReferencePolicy reference)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(end);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(end, tokens - 1);
        if (prompts.Count == 0 || prompts.Any(prompt => prompt.Count != prompts[0].Count))
        {
            throw new ArgumentException($"Prompts must be at least one, and all of one length; got lengths [{string.Join(", ", prompts.Select(prompt => prompt.Count).Distinct())}].", nameof(prompts));
        }

        (Prompts, MaxLength, Tokens, End, _reference) = (prompts, maxLength, tokens, end, reference);
        ObservationSpace = new Box(0, tokens - 1, [Window], DType.Int64);
        ActionSpace = new Discrete(tokens);
    }

    /// <summary>Fills the log-probabilities of the next token.</summary>
    /// <param name="prompt">Index of the prompt.</param>
    /// <param name="prefix">The tokens of the completion so far.</param>
    /// <param name="logProbabilities">float64 [V]; negative infinity for tokens that are never written.</param>
    public delegate void ReferencePolicy(int prompt, ReadOnlySpan<int> prefix, Span<double> logProbabilities);

    /// <summary>What a whole completion is worth.</summary>
    /// <param name="prompt">Index of the prompt.</param>
    /// <param name="completion">Its tokens.</param>
    public delegate double Reward(int prompt, ReadOnlySpan<int> completion);

    /// <summary>The prompts, each a list of tokens.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Prompts { get; }

    /// <summary>L: most tokens of a completion.</summary>
    public int MaxLength { get; }

    /// <summary>V: number of tokens, at least 2.</summary>
    public int Tokens { get; }

    /// <summary>The token that ends a completion.</summary>
    public int End { get; }

    /// <summary>The token of empty places.</summary>
    public int Padding => Tokens - 1;

    /// <summary>W: places of a window.</summary>
    public int Window => Prompts[0].Count + MaxLength;

    /// <summary>Box(W) int64: windows, as a token environment gives them.</summary>
    public Box ObservationSpace { get; }

    /// <summary>Discrete(V): the next token.</summary>
    public Discrete ActionSpace { get; }

    /// <summary>Fills the log-probabilities of the next token under the reference policy.</summary>
    internal void Reference(int prompt, ReadOnlySpan<int> prefix, Span<double> logProbabilities) => _reference(prompt, prefix, logProbabilities);

    /// <summary>Fills the window of a prompt and a prefix.</summary>
    internal void Write(int prompt, ReadOnlySpan<int> prefix, Span<float> window)
    {
        window.Fill(Padding);
        var place = 0;
        foreach (var token in Prompts[prompt])
        {
            window[place++] = token;
        }

        foreach (var token in prefix)
        {
            window[place++] = token;
        }
    }

    /// <summary>The tokens that count: up to the first end.</summary>
    /// <exception cref="ArgumentException">The prompt is unknown, or the completion is empty, too long, or holds another token.</exception>
    internal int[] Check(int prompt, IReadOnlyList<int> completion)
    {
        if ((uint)prompt >= Prompts.Count)
        {
            throw new ArgumentException($"Prompt {prompt} is none of the {Prompts.Count} of the problem, which count from 0.");
        }

        int[] tokens = [.. completion];
        var length = tokens.AsSpan().IndexOf(End) is >= 0 and var end ? end + 1 : tokens.Length;
        if (length == 0 || length > MaxLength || tokens.AsSpan(0, length).ContainsAnyExceptInRange(0, Padding - 1))
        {
            throw new ArgumentException(
                $"The completion [{string.Join(", ", completion)}] must be 1 to {MaxLength} tokens from 0 to {Padding - 1}, up to the first {End}.");
        }

        return tokens[..length];
    }
}
