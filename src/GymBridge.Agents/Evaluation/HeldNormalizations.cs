using GymBridge.Wrappers;

namespace GymBridge.Agents.Evaluation;

/// <summary>Holds the moments of an environment's wrappers while a policy is evaluated in it: those of observations at the policy's, and
/// gives rewards as they were before they were normalised.</summary>
internal sealed class HeldNormalizations : IDisposable
{
    private readonly List<(Normalization Normalization, Info State)> _before;
    private readonly ReadOnlyMemory<double>? _originalRewards;

    public HeldNormalizations(Policy policy, VectorEnv env)
    {
        var all = Normalization.Of(env);
        _before = [.. all.Select(normalization => (normalization, normalization.Save()))];
        _originalRewards = all.LastOrDefault(normalization => !normalization.OriginalRewards.IsEmpty)?.OriginalRewards;
        if (policy.Preprocessing is { } own
            && ObservationPreprocessing.Of(env) is { } theirs
            && own.ToString() == theirs.ToString()
            && theirs.Space.Equals(own.Space))
        {
            IsPreprocessed = true;
            foreach (var (mine, other) in own.Normalizations.Zip(theirs.Normalizations))
            {
                other.Restore(mine.Save());
            }
        }

        foreach (var normalization in all)
        {
            normalization.UpdatesMoments = false;
        }
    }

    /// <summary>Whether the environment itself does what the policy would do to observations.</summary>
    public bool IsPreprocessed { get; }

    /// <summary>The rewards of the last step as the bare environment gave them.</summary>
    public ReadOnlySpan<double> Rewards(VectorStep step) => _originalRewards is { } original ? original.Span : step.Rewards;

    public void Dispose()
    {
        foreach (var (normalization, state) in _before)
        {
            normalization.Restore(state);
        }
    }
}
