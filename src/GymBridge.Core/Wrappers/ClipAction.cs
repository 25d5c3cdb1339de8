using System.Numerics;
using System.Runtime.InteropServices;
using GymBridge.Spaces;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Cuts array actions off at the bounds of the action space; outside, actions are unbounded.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <exception cref="ArgumentException">The actions are no Box.</exception>
    public static Env ClipAction(this Env env) => Wrappers.ClipAction.Wrap(env);

    /// <inheritdoc cref="ClipAction(Env)"/>
    public static Env<TObservation, NDArray> ClipAction<TObservation, TAction>(this Env<TObservation, TAction> env) =>
        (Env<TObservation, NDArray>)((Env)env).ClipAction();

    /// <inheritdoc cref="ClipAction(Env)"/>
    public static VectorEnv ClipAction(this VectorEnv env) =>
        new VectorActions(env, Wrappers.ClipAction.Transform(env.SingleActionSpace));
}

/// <summary>Cuts array actions off at the bounds of the action space. Source: <c>gymnasium/wrappers/transform_action.py</c> 1.4.0.</summary>
internal static class ClipAction
{
    /// <summary>Wraps an environment whose actions are a Box; outside, actions are unbounded.</summary>
    /// <exception cref="ArgumentException">The actions are no Box.</exception>
    public static Env Wrap(Env env) => env.Accept(new LaneAction<NDArray>(Transform(env.ActionSpace), nameof(ClipAction)));

    /// <summary>The arithmetic, for the vector wrapper too.</summary>
    internal static ArrayTransform Transform(Space space) => new Clip(
        space as Box ?? throw new ArgumentException($"ClipAction requires a Box action space, got {space}", nameof(space)));

    private sealed class Clip(Box box) : ArrayTransform(new Box(double.NegativeInfinity, double.PositiveInfinity, box.Shape, box.DType))
    {
        public override void Apply(ReadOnlySpan<byte> source, Span<byte> target)
        {
            switch (box.DType)
            {
                case DType.Float32: Apply<float>(source, target); break;
                case DType.Float64: Apply<double>(source, target); break;
                case DType.Float16: Apply<Half>(source, target); break;
                case DType.Int8: Apply<sbyte>(source, target); break;
                case DType.Int16: Apply<short>(source, target); break;
                case DType.Int32: Apply<int>(source, target); break;
                default: Apply<long>(source, target); break;
            }
        }

        private void Apply<T>(ReadOnlySpan<byte> source, Span<byte> target)
            where T : unmanaged, INumber<T>
        {
            var values = MemoryMarshal.Cast<byte, T>(source);
            var results = MemoryMarshal.Cast<byte, T>(target);
            var low = box.Low.AsSpan<T>();
            var high = box.High.AsSpan<T>();
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = T.Min(T.Max(values[i], low[i]), high[i]);
            }
        }
    }
}
