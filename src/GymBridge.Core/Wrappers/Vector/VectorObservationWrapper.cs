using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Wrappers.Vector;

/// <summary>A wrapper that changes the observations of all lanes.</summary>
/// <remarks>As in Gymnasium, not around an environment with <see cref="AutoresetMode.SameStep"/>: its final observations
/// would stay as they are. Source: <c>gymnasium/vector/vector_env.py</c> 1.4.0.</remarks>
public abstract class VectorObservationWrapper : VectorWrapper
{
    private readonly VectorStep _inner;

    /// <summary>Wraps a vector environment.</summary>
    /// <param name="env">The vector environment inside.</param>
    /// <param name="singleObservationSpace">The observations of one lane outside; null for those inside.</param>
    /// <exception cref="ArgumentException">Its autoreset mode is SameStep.</exception>
    protected VectorObservationWrapper(VectorEnv env, Space? singleObservationSpace = null)
        : base(env, singleObservationSpace)
    {
        if (env.AutoresetMode == AutoresetMode.SameStep)
        {
            throw new ArgumentException(
                "Expected autoreset_mode to be NEXT_STEP or DISABLED, got AutoresetMode.SAME_STEP; make the environment with another mode, or wrap the single environments.",
                nameof(env));
        }

        _inner = env.CreateStep();
    }

    /// <inheritdoc/>
    public override PythonTypes PythonTypes => Inner.PythonTypes with { ObservationLeaves = [] };

    /// <summary>Fills the observations outside.</summary>
    /// <param name="source">The observations inside.</param>
    /// <param name="target">The observations outside.</param>
    /// <param name="mask">The lanes that have reset, of which alone the target may change; empty for all lanes.</param>
    protected abstract void Observations(Columns source, Columns target, ReadOnlySpan<bool> mask);

    /// <inheritdoc/>
    protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
    {
        Inner.Reset(_inner, seeds, mask, options);
        result.CopyOutcomes(_inner);
        Observations(_inner.Observations, result.Observations, mask);
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        Inner.Step(actions, _inner);
        result.CopyOutcomes(_inner);
        Observations(_inner.Observations, result.Observations, default);
    }
}
