using GymBridge.Spaces;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Gives observations as one array of one dimension.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <exception cref="ArgumentException">The observations have no fixed length.</exception>
    public static Env FlattenObservation(this Env env) => Wrappers.FlattenObservation.Wrap(env);

    /// <inheritdoc cref="FlattenObservation(Env)"/>
    public static Env<NDArray, TAction> FlattenObservation<TObservation, TAction>(this Env<TObservation, TAction> env) =>
        (Env<NDArray, TAction>)((Env)env).FlattenObservation();

    /// <inheritdoc cref="FlattenObservation(Env)"/>
    public static VectorEnv FlattenObservation(this VectorEnv env) =>
        new VectorObservations(env, Wrappers.FlattenObservation.Transform(env.SingleObservationSpace));
}

/// <summary>Gives observations as one array of numbers. Source: <c>gymnasium/wrappers/transform_observation.py</c> 1.4.0.</summary>
internal static class FlattenObservation
{
    /// <summary>Wraps an environment; its observations become float or integer <see cref="NDArray"/>s of one dimension.</summary>
    /// <exception cref="NotSupportedException">The observations hold a sequence or graph.</exception>
    public static Env Wrap(Env env) => env.Accept(new LaneObservation<NDArray>(Transform(env.ObservationSpace), nameof(FlattenObservation)));

    /// <summary>The arithmetic, for the vector wrapper too.</summary>
    internal static LaneTransform Transform(Space space)
    {
        _ = space.FlatDimension(); // throws where there is none
        return space.FixedParts is { } parts ? new FlattenParts(space, parts) : new FlattenValue(space);
    }

    private sealed class FlattenParts(Space space, IReadOnlyList<ArraySpace> parts) : LaneTransform(space.Flattened())
    {
        public override void Apply(Columns source, int sourceLane, Columns target, int targetLane)
        {
            var rest = target[0].Lane(targetLane);
            var dtype = target[0].Leaf.DType;
            for (var leaf = 0; leaf < parts.Count; leaf++)
            {
                var bytes = parts[leaf].FlatDimension() * dtype.ItemSize();
                parts[leaf].FlattenInto(source[leaf].Lane(sourceLane), rest[..bytes], dtype);
                rest = rest[bytes..];
            }
        }
    }

    // Texts and choices between spaces have no fixed form.
    private sealed class FlattenValue(Space space) : LaneTransform(space.Flattened())
    {
        public override void Apply(Columns source, int sourceLane, Columns target, int targetLane) =>
            target.Write(targetLane, space.Flatten(source.Read(sourceLane)));
    }
}
