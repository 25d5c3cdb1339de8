using System.Runtime.InteropServices;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Gives observations mean 0 and variance 1, by the moments of those seen so far, as float32 arrays.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="epsilon">Added to the variance; positive.</param>
    /// <exception cref="ArgumentException">The observations are neither arrays nor numbers, or epsilon is not positive; of lanes: autoreset is disabled.</exception>
    public static Env NormalizeObservation(this Env env, double epsilon = 1e-8) => env.NormalizeObservation(out _, epsilon);

    /// <inheritdoc cref="NormalizeObservation(Env, double)"/>
    public static Env<NDArray, TAction> NormalizeObservation<TObservation, TAction>(this Env<TObservation, TAction> env, double epsilon = 1e-8) =>
        (Env<NDArray, TAction>)((Env)env).NormalizeObservation(epsilon);

    /// <inheritdoc cref="NormalizeObservation(Env, double)"/>
    public static VectorEnv NormalizeObservation(this VectorEnv env, double epsilon = 1e-8) =>
        env.NormalizeObservation(out _, epsilon);

    /// <summary>The same, with what it learns.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="normalization">The moments, to look at or to hold.</param>
    /// <param name="epsilon">Added to the variance; positive.</param>
    /// <exception cref="ArgumentException">The observations are neither arrays nor numbers, or epsilon is not positive; of lanes: autoreset is disabled.</exception>
    public static Env NormalizeObservation(this Env env, out Normalization normalization, double epsilon = 1e-8)
    {
        (var wrapped, normalization) = Wrappers.NormalizeObservation.Wrap(env, epsilon);
        return wrapped;
    }

    /// <inheritdoc cref="NormalizeObservation(Env, out Normalization, double)"/>
    public static Env<NDArray, TAction> NormalizeObservation<TObservation, TAction>(
        this Env<TObservation, TAction> env, out Normalization normalization, double epsilon = 1e-8) =>
        (Env<NDArray, TAction>)((Env)env).NormalizeObservation(out normalization, epsilon);

    /// <inheritdoc cref="NormalizeObservation(Env, out Normalization, double)"/>
    /// <remarks>With <see cref="AutoresetMode.SameStep"/>, which Gymnasium refuses, final observations are normalized by the same
    /// moments and leave them as they are, as in Stable-Baselines3.</remarks>
    public static VectorEnv NormalizeObservation(this VectorEnv env, out Normalization normalization, double epsilon = 1e-8)
    {
        var wrapped = new VectorNormalizeObservation(env, epsilon);
        normalization = wrapped.Normalization;
        return wrapped;
    }
}

/// <summary>Gives observations mean 0 and variance 1, by the moments of those seen so far.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/stateful_observation.py</c> 1.4.0.</remarks>
internal static class NormalizeObservation
{
    /// <summary>Wraps an environment whose observations are arrays or numbers; the new ones are float32 arrays.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="epsilon">Added to the variance; positive.</param>
    /// <exception cref="ArgumentException">The observations are neither arrays nor numbers, or epsilon is not positive.</exception>
    public static (Env Env, Normalization Normalization) Wrap(Env env, double epsilon = 1e-8)
    {
        var normalization = new ObservationNormalization(env.ObservationSpace, epsilon);
        var transform = new Transform(normalization);
        return (env.Accept(new LaneObservation<NDArray>(transform, nameof(NormalizeObservation), transform)), normalization.State);
    }

    private sealed class Transform(ObservationNormalization normalization) : ArrayTransform(normalization.Space), ISnapshot
    {
        public override void Apply(ReadOnlySpan<byte> source, Span<byte> target) => normalization.Apply(source, MemoryMarshal.Cast<byte, float>(target));

        public Info Save() => normalization.State.Save();

        public void Restore(Info state) => normalization.State.Restore(state);
    }
}
