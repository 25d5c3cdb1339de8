using GymBridge.Agents.Networks;
using static TorchSharp.torch;

namespace GymBridge.Agents.Completions;

/// <summary>Completions as the rows of tensors: of each as many rows as one may have tokens, of which those after its end do not count.</summary>
internal sealed class CompletionBatch
{
    private readonly int _length;
    private readonly int _window;
    private readonly int _tokens;
    private readonly float[] _windows;
    private readonly float[] _reference;
    private readonly long[] _actions;
    private readonly float[] _mask;
    private readonly float[] _finals;

    /// <param name="problem">What they complete.</param>
    /// <param name="completions">Prompt and tokens of each.</param>
    /// <exception cref="ArgumentException">A completion does not fit the problem.</exception>
    public CompletionBatch(CompletionProblem problem, IReadOnlyList<(int Prompt, IReadOnlyList<int> Completion)> completions)
    {
        (_length, _window, _tokens, Count) = (problem.MaxLength, problem.Window, problem.Tokens, completions.Count);
        var rows = Count * _length;
        (_windows, _reference, _actions, _mask) = (new float[rows * _window], new float[rows * _tokens], new long[rows], new float[rows]);
        (_finals, ReferenceLogProbabilities) = (new float[Count * _window], new float[Count]);
        var next = new double[_tokens];
        for (var i = 0; i < Count; i++)
        {
            var (prompt, sequence) = completions[i];
            var tokens = problem.Check(prompt, sequence);
            var sum = 0.0;
            for (var t = 0; t < _length; t++)
            {
                var row = (i * _length) + t;
                problem.Write(prompt, tokens.AsSpan(0, Math.Min(t, tokens.Length)), _windows.AsSpan(row * _window, _window));
                if (t >= tokens.Length)
                {
                    continue;
                }

                problem.Reference(prompt, tokens.AsSpan(0, t), next);
                TokenTree.Clamp(next, _reference.AsSpan(row * _tokens, _tokens));
                (_actions[row], _mask[row]) = (tokens[t], 1);
                sum += next[tokens[t]];
            }

            problem.Write(prompt, tokens, _finals.AsSpan(i * _window, _window));
            ReferenceLogProbabilities[i] = (float)sum;
        }
    }

    /// <summary>Number of completions.</summary>
    public int Count { get; }

    /// <summary>float32 [N]; sum of the log-probabilities of the tokens of each under the reference policy.</summary>
    public float[] ReferenceLogProbabilities { get; }

    /// <summary>Sum of the log-probabilities of the tokens of some completions; padding and the prompt are left out.</summary>
    /// <returns>float32 [B].</returns>
    public Tensor LogProbabilities(ActorCriticNetwork network, ReadOnlySpan<int> completions)
    {
        var rows = completions.Length * _length;
        var distribution = network.Distribution(
            network.Extract(tensor(Take(_windows, completions, _length * _window), [rows, _window])),
            null,
            tensor(Take(_reference, completions, _length * _tokens), [rows, _tokens]));
        var tokens = distribution.LogProbability(tensor(Take(_actions, completions, _length), [rows, 1]));
        return (tokens * tensor(Take(_mask, completions, _length))).reshape(completions.Length, _length).sum(1);
    }

    /// <summary>float32 [B]; those of the reference policy.</summary>
    public Tensor Reference(ReadOnlySpan<int> completions) => tensor(Take(ReferenceLogProbabilities, completions, 1));

    /// <summary>float32 [B, W]; the windows of whole completions.</summary>
    public Tensor Finals(ReadOnlySpan<int> completions) => tensor(Take(_finals, completions, _window), [completions.Length, _window]);

    private static T[] Take<T>(T[] values, ReadOnlySpan<int> rows, int width)
    {
        var taken = new T[rows.Length * width];
        for (var i = 0; i < rows.Length; i++)
        {
            values.AsSpan(rows[i] * width, width).CopyTo(taken.AsSpan(i * width));
        }

        return taken;
    }
}
