using GymBridge;
using GymBridge.Spaces;

namespace Project._1;

/// <summary>A robot on a floor of 5 by 5 cells fetches a parcel.</summary>
/// <remarks>
/// Observation: float32 [4], the cell of the robot and the cell of the parcel, each column and row in [0, 4].
/// Actions: 0 right, 1 up, 2 left, 3 down; a wall stops the robot.
/// Reward: -0.01 a step, 1 at the parcel, which ends the episode.
/// </remarks>
public sealed class WarehouseEnv() : Env<float[], long>(new Box(0, Size - 1, [4]), new Discrete(4))
{
    /// <summary>Cells a side.</summary>
    public const int Size = 5;

    private readonly int[] _robot = new int[2];
    private readonly int[] _parcel = new int[2];

    protected override ResetResult<float[]> OnReset(Info? options)
    {
        // All randomness comes from Rng, which the seed of the reset decides.
        do
        {
            Place(_robot);
            Place(_parcel);
        }
        while (IsThere);
        return Observation();
    }

    protected override StepResult<float[]> OnStep(long action)
    {
        var (axis, direction) = action switch { 0 => (0, 1), 1 => (1, 1), 2 => (0, -1), _ => (1, -1) };
        _robot[axis] = Math.Clamp(_robot[axis] + direction, 0, Size - 1);
        return new(Observation(), IsThere ? 1 : -0.01, terminated: IsThere);
    }

    private bool IsThere => _robot.AsSpan().SequenceEqual(_parcel);

    private void Place(int[] cell)
    {
        cell[0] = Rng.Integers(0, Size);
        cell[1] = Rng.Integers(0, Size);
    }

    // A fresh array each time: callers keep observations.
    private float[] Observation() => [_robot[0], _robot[1], _parcel[0], _parcel[1]];
}
