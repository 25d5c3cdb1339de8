using GymBridge.Server;
using GymBridge.Tests.OwnSimulator;

/// <summary>What Python's transport "inproc" looks for.</summary>
internal static class GymBridgeEntry
{
    public static int Bind(nint table, int size) => InProcessServer.Bind(table, size, TroubleEnv.CreateRegistry);
}
