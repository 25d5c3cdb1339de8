using GymBridge.Spaces;

namespace GymBridge.Batch;

/// <summary>A <see cref="Discrete"/> as int, without boxing.</summary>
internal sealed class DiscreteInt32Codec : LaneCodec<int>
{
    public override int Read(Columns columns, int lane) => checked((int)((Discrete)columns.Space).ReadValue(columns[0], lane));

    public override void Write(int value, Columns columns, int lane) => ((Discrete)columns.Space).WriteValue(value, columns[0], lane);
}
