using GymBridge.Environments;
using GymBridge.Server;

/// <summary>Found by Python's transport "inproc" by this name, in no namespace: <see cref="InProcessServer"/>.</summary>
internal static class GymBridgeEntry
{
    public static int Bind(nint table, int size) => InProcessServer.Bind(table, size, EnvironmentCatalog.CreateRegistry);
}
