namespace GymBridge.Environments.Teaching;

/// <summary>A task whose completions are right or wrong: each prompt has one answer.</summary>
/// <remarks>Reward in [0, 1]: half for the whole answer, half for the fraction of its positions that are right, the end
/// included; or only 1 for the whole answer. The reference policy is uniform over the legal tokens.</remarks>
public sealed class VerifiableTask : TokenTask
{
    private readonly int[][] _answers;
    private readonly bool _isSparse;

    private VerifiableTask(IEnumerable<(int[] Prompt, int[] Answer)> problems, bool isSparse)
        : this([.. problems], isSparse)
    {
    }

    private VerifiableTask((int[] Prompt, int[] Answer)[] problems, bool isSparse)
        : base([.. problems.Select(problem => problem.Prompt)], problems[0].Answer.Length)
    {
        _answers = [.. problems.Select(problem => problem.Answer)];
        _isSparse = isSparse;
    }

    /// <summary>The parity of four bits: [b, b, b, b, =] to [parity, end]; 16 prompts.</summary>
    /// <param name="isSparse">Whether only the whole answer is rewarded.</param>
    public static VerifiableTask Parity(bool isSparse = false) => new(
        Numbers(2, 4).Select(bits => ((int[])[.. bits, Tokens.EqualsSign], (int[])[bits.Sum() % 2, Tokens.End])), isSparse);

    /// <summary>Addition modulo 7: [a, +, b, =] to [(a + b) mod 7, end]; 49 prompts.</summary>
    /// <param name="isSparse">Whether only the whole answer is rewarded.</param>
    public static VerifiableTask ModularAddition(bool isSparse = false) => new(
        Numbers(7, 2).Select(terms => ((int[])[terms[0], Tokens.Plus, terms[1], Tokens.EqualsSign], (int[])[terms.Sum() % 7, Tokens.End])), isSparse);

    /// <summary>Sorting three digits below 5: [a, b, c, =] to the digits ascending and end; 125 prompts.</summary>
    /// <param name="isSparse">Whether only the whole answer is rewarded.</param>
    public static VerifiableTask Sorting(bool isSparse = false) => new(
        Numbers(5, 3).Select(digits => ((int[])[.. digits, Tokens.EqualsSign], (int[])[.. digits.Order(), Tokens.End])), isSparse);

    /// <summary>The answer of a prompt.</summary>
    public IReadOnlyList<int> Answer(int prompt) => _answers[prompt];

    /// <inheritdoc/>
    public override double Reward(int prompt, ReadOnlySpan<int> completion)
    {
        ReadOnlySpan<int> answer = _answers[prompt];
        var right = 0;
        for (var i = 0; i < completion.Length; i++)
        {
            right += completion[i] == answer[i] ? 1 : 0;
        }

        var exact = right == answer.Length ? 1.0 : 0.0;
        return _isSparse ? exact : (0.5 * exact) + (0.5 * (right / (double)answer.Length));
    }

    // All numbers of so many digits in a base, in order.
    private static IEnumerable<int[]> Numbers(int radix, int digits) => digits == 0
        ? [[]]
        : Numbers(radix, digits - 1).SelectMany(start => Enumerable.Range(0, radix).Select(digit => (int[])[.. start, digit]));
}
