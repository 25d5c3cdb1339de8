using GymBridge.Batch;
using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>A function of one value as a <see cref="LaneTransform"/>.</summary>
/// <param name="source">The space of what comes in.</param>
/// <param name="target">The space of the results.</param>
/// <param name="outside">That of the two which the wrapper shows.</param>
/// <param name="transform">The function.</param>
internal sealed class FunctionTransform<TSource, TTarget>(Space source, Space target, Space outside, Func<TSource, TTarget> transform)
    : LaneTransform(outside)
{
    private readonly LaneCodec<TSource> _source = LaneCodec.For<TSource>(source);
    private readonly LaneCodec<TTarget> _target = LaneCodec.For<TTarget>(target);

    public override void Apply(Columns source, int sourceLane, Columns target, int targetLane) =>
        _target.Write(transform(_source.Read(source, sourceLane)), target, targetLane);
}
