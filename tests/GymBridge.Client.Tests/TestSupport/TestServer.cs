using GymBridge.Environments;
using GymBridge.Protocol;
using GymBridge.Server;

namespace GymBridge.Client.Tests.TestSupport;

/// <summary>A real server in this process, on a socket of its own.</summary>
internal static class TestServer
{
    public static Task<GymBridgeServer> StartAsync(TemporaryFolder folder, Action<GymBridgeServerOptions>? configure = null) =>
        StartAsync($"unix:{folder.Combine("sock")}", configure);

    public static Task<GymBridgeServer> StartAsync(string address, Action<GymBridgeServerOptions>? configure = null) =>
        GymBridgeServer.StartAsync(EnvironmentCatalog.CreateRegistry(), ServerAddress.Parse(address), configure);

    public static RemoteServer Client(this GymBridgeServer server, ClientOptions? options = null) => new(server.Address.ToString(), options);
}
