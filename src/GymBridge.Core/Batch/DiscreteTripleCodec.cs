using GymBridge.Spaces;

namespace GymBridge.Batch;

/// <summary>A tuple of three <see cref="Discrete"/>, as Blackjack observes, without boxing.</summary>
internal sealed class DiscreteTripleCodec : LaneCodec<(int, int, int)>
{
    public override (int, int, int) Read(Columns columns, int lane) => (Element(columns, 0, lane), Element(columns, 1, lane), Element(columns, 2, lane));

    public override void Write((int, int, int) value, Columns columns, int lane)
    {
        Space(columns, 0).WriteValue(value.Item1, columns[0], lane);
        Space(columns, 1).WriteValue(value.Item2, columns[1], lane);
        Space(columns, 2).WriteValue(value.Item3, columns[2], lane);
    }

    private static Discrete Space(Columns columns, int index) => (Discrete)((TupleSpace)columns.Space).Spaces[index];

    private static int Element(Columns columns, int index, int lane) => checked((int)Space(columns, index).ReadValue(columns[index], lane));
}
