using GymBridge.Client.Transports.Rpc;
using GymBridge.Protocol;

namespace GymBridge.Client.Transports;

/// <summary>Chooses the transport to an address.</summary>
internal static class TransportFactory
{
    /// <summary>The transport to an address; nothing is connected yet.</summary>
    public static ITransport Create(ServerAddress address, ClientOptions options) => new RpcTransport(address, options);
}
