using GymBridge.Spaces;

namespace GymBridge.Batch;

/// <summary>A <see cref="Discrete"/> as long, without boxing.</summary>
internal sealed class DiscreteInt64Codec : LaneCodec<long>
{
    public override long Read(Columns columns, int lane) => ((Discrete)columns.Space).ReadValue(columns[0], lane);

    public override void Write(long value, Columns columns, int lane) => ((Discrete)columns.Space).WriteValue(value, columns[0], lane);
}
