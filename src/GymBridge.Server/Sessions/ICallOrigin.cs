namespace GymBridge.Server.Sessions;

/// <summary>Where a call came from: what a session needs to know of its transport.</summary>
internal interface ICallOrigin
{
    /// <summary>The connection that brought it; null where the transport has none.</summary>
    IPeerConnection? Connection { get; }

    /// <summary>Answers a call whose own thread is inside the environment and so cannot answer it.</summary>
    void Refuse(CallRefusedException refusal);
}

/// <summary>A connection of a client, on which its sessions depend.</summary>
internal interface IPeerConnection
{
    /// <summary>Tells the session when the connection has ended; at once if it has.</summary>
    void Attach(Session session);

    /// <summary>The session has ended, or goes on elsewhere.</summary>
    void Release(Session session);
}
