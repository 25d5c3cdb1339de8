namespace GymBridge.Server.Sessions;

/// <summary>How large the messages of a step are, as far as the spaces say it.</summary>
internal static class StepSize
{
    /// <summary>Room for the fields around the slabs, and for small infos.</summary>
    public const long Overhead = 4096;

    // Reward, and a byte each for terminated, truncated, final lane and what protobuf adds.
    private const int NumbersPerLane = sizeof(double) + 4;

    /// <summary>Bytes of a reply with observations and final observations of all lanes.</summary>
    public static long OfReply(VectorEnv env) =>
        env.NumEnvs * ((2 * env.SingleObservationSpace.Leaves.Sum(leaf => (long)leaf.Bytes)) + NumbersPerLane);

    /// <summary>Bytes of the actions of all lanes.</summary>
    public static long OfActions(VectorEnv env) => env.NumEnvs * env.SingleActionSpace.Leaves.Sum(leaf => (long)leaf.Bytes);
}
