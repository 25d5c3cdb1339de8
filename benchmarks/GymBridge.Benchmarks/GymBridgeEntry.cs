using GymBridge.Environments;
using GymBridge.Server;

/// <summary>What Python's transport "inproc" looks for, in the peer <c>inproc_step.py</c>.</summary>
internal static class GymBridgeEntry
{
    public static int Bind(nint table, int size) => InProcessServer.Bind(table, size, EnvironmentCatalog.CreateRegistry);
}
