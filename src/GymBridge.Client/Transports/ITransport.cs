using GymBridge.Protocol.V1;

namespace GymBridge.Client.Transports;

/// <summary>A way to a server. A transport is added by implementing this and <see cref="ICallChannel"/>, and by a line in
/// <see cref="TransportFactory"/>.</summary>
/// <remarks>Every method throws <see cref="TransportException"/>. Used by one environment at a time, save for <see cref="Close"/>.</remarks>
internal interface ITransport : IDisposable
{
    /// <summary>What the server has.</summary>
    ListResponse List(TimeSpan timeout);

    /// <summary>Opens or resumes a session.</summary>
    Session Open(OpenRequest request, TimeSpan timeout);

    /// <summary>Ends a session, or withdraws an Open.</summary>
    CloseResponse Close(CloseRequest request, TimeSpan timeout);

    /// <summary>The way for the calls of one session.</summary>
    ICallChannel OpenChannel(Session session);
}
