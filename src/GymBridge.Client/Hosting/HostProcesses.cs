namespace GymBridge.Client.Hosting;

/// <summary>How many processes the lanes of a Python environment are worth.</summary>
internal static class HostProcesses
{
    private const int LanesPerProcess = 4;

    // Of Gymnasium's classic control and toy text, those whose step takes Python about ten microseconds.
    private static readonly HashSet<string> Quick = new(StringComparer.Ordinal)
    {
        "Blackjack", "CartPole", "CliffWalking", "CliffWalkingSlippery", "FrozenLake", "FrozenLake8x8", "MountainCar", "MountainCarContinuous", "Pendulum", "Taxi",
    };

    /// <summary>One process for each four lanes, at most as many as there are processors; where a step is so short that the agent takes as long, one processor
    /// is left to it.</summary>
    /// <remarks>PPO on CartPole-v1 on two processors takes 1.1 to 1.4 times as long with two processes as with one, with 8 to 64 lanes.</remarks>
    public static int ByDefault(EnvId id, int numEnvs, int processors) =>
        Math.Max(1, Math.Min(numEnvs / LanesPerProcess, IsQuick(id) ? processors - 1 : processors));

    private static bool IsQuick(EnvId id) => id is { Module: "gymnasium", Namespace: null } && Quick.Contains(id.Name);
}
