namespace GymBridge.Agents.Completions;

/// <summary>Preferences as tensors.</summary>
internal sealed class PreferenceBatch
{
    /// <param name="problem">What the completions are about.</param>
    /// <param name="examples">The preferences.</param>
    /// <exception cref="ArgumentException">There are none, or one does not fit the problem.</exception>
    public PreferenceBatch(CompletionProblem problem, IReadOnlyList<PreferenceExample> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (examples.Count == 0)
        {
            throw new ArgumentException("There are no preferences to learn from; at least one is needed.", nameof(examples));
        }

        Preferred = new CompletionBatch(problem, [.. examples.Select(example => (example.Prompt, example.Preferred))]);
        Rejected = new CompletionBatch(problem, [.. examples.Select(example => (example.Prompt, example.Rejected))]);
        All = [.. Enumerable.Range(0, examples.Count)];
    }

    public CompletionBatch Preferred { get; }

    public CompletionBatch Rejected { get; }

    /// <summary>The indices of all pairs.</summary>
    public int[] All { get; }
}
