using GymBridge.Spaces;

namespace GymBridge.Agents.Observations;

/// <summary>Tells windows of tokens from other observations.</summary>
internal static class TokenCount
{
    private const int Most = 65_536;

    /// <summary>Number of tokens of a window: a Box of integers of one axis, from 0 to the same bound in each place. Null of other spaces.</summary>
    public static int? Of(Space space)
    {
        if (space is not Box { DType: DType.Int64 or DType.Int32 or DType.Int16 or DType.UInt16 or DType.UInt32, Shape.Length: 1 } box)
        {
            return null;
        }

        var (low, high) = (Bounds(box.Low), Bounds(box.High));
        return low.All(bound => bound == 0) && high.Length > 0 && high.All(bound => bound == high[0]) && high[0] is >= 1 and < Most ? (int)high[0] + 1 : null;
    }

    private static float[] Bounds(NDArray bounds)
    {
        var numbers = new float[bounds.Length];
        LaneNumbers.Read(bounds.Bytes, bounds.DType, numbers);
        return numbers;
    }
}
