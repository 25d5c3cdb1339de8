namespace GymBridge.Batch;

/// <summary>A value in the form in which the space itself speaks of it.</summary>
internal sealed class NaturalCodec<T> : LaneCodec<T>
{
    public override T Read(Columns columns, int lane) => (T)columns.Read(lane);

    public override void Write(T value, Columns columns, int lane) => columns.Write(lane, value!);
}
