namespace GymBridge.Server;

/// <summary>Everything the server logs. Event ids never change; what a client did wrong is at most information.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Information, "Session {Session} opened, lanes {Lanes}, lease {Lease}.")]
    public static partial void SessionOpened(this ILogger logger, string session, int lanes, TimeSpan lease);

    [LoggerMessage(2, LogLevel.Information, "Session {Session} closed at seq {Seq}.")]
    public static partial void SessionClosed(this ILogger logger, string session, ulong seq);

    [LoggerMessage(3, LogLevel.Information, "Session {Session} expired at seq {Seq} after {Lease} without a call.")]
    public static partial void SessionExpired(this ILogger logger, string session, ulong seq, TimeSpan lease);

    [LoggerMessage(4, LogLevel.Information, "Session {Session} resumed at seq {Seq}.")]
    public static partial void SessionResumed(this ILogger logger, string session, ulong seq);

    [LoggerMessage(5, LogLevel.Warning, "Session {Session}: the environment call of seq {Seq} runs longer than {Limit}.")]
    public static partial void CallTooLong(this ILogger logger, string session, ulong seq, TimeSpan limit);

    [LoggerMessage(6, LogLevel.Error, "Session {Session}: the host failed at seq {Seq}; the session is closed.")]
    public static partial void InternalError(this ILogger logger, Exception exception, string session, ulong seq);

    [LoggerMessage(7, LogLevel.Warning, "Session {Session}: the environment threw when it was closed.")]
    public static partial void CloseFailed(this ILogger logger, Exception exception, string session);

    [LoggerMessage(8, LogLevel.Warning, "Session {Session}: the environment was lost at seq {Seq} ({Reason}); the session is closed.")]
    public static partial void EnvironmentLost(this ILogger logger, string session, ulong seq, string reason);

    [LoggerMessage(9, LogLevel.Warning, "A connection of user {User} to the socket was refused; only user {Owner} may connect.")]
    public static partial void PeerRefused(this ILogger logger, uint user, uint owner);

    [LoggerMessage(10, LogLevel.Warning, "Session {Session} was closed while the environment call of seq {Seq} ran; it is abandoned with its thread ({Abandoned} of {Limit} threads are).")]
    public static partial void CallAbandoned(this ILogger logger, string session, ulong seq, int abandoned, int limit);

    [LoggerMessage(11, LogLevel.Information, "{File} has changed; tokens read from it: {Count}.")]
    public static partial void TokensReloaded(this ILogger logger, string file, int count);

    [LoggerMessage(12, LogLevel.Warning, "The token file has changed and cannot be used; the tokens before stay valid. {Problem}")]
    public static partial void TokensNotReloaded(this ILogger logger, string problem);

    [LoggerMessage(13, LogLevel.Information, "The certificate {File} has changed; new connections get the new one.")]
    public static partial void CertificateReloaded(this ILogger logger, string file);

    [LoggerMessage(14, LogLevel.Warning, "The certificate has changed and cannot be used; the one before stays. {Problem}")]
    public static partial void CertificateNotReloaded(this ILogger logger, string problem);

    [LoggerMessage(15, LogLevel.Warning, "{Address} is open to every user of this machine: --no-token.")]
    public static partial void NoToken(this ILogger logger, string address);

    [LoggerMessage(16, LogLevel.Warning, "{Address} is open to other machines without TLS and credentials: --insecure-remote. Whoever reaches it can run the environments.")]
    public static partial void InsecureRemote(this ILogger logger, string address);

    [LoggerMessage(17, LogLevel.Debug, "Connection {Connection} was closed: it brought no call that was let in.")]
    public static partial void StrangerClosed(this ILogger logger, string connection);

    [LoggerMessage(18, LogLevel.Information, "A call on connection {Connection} was refused: no valid token or certificate.")]
    public static partial void Unauthenticated(this ILogger logger, string connection);

    [LoggerMessage(19, LogLevel.Error, "Making {EnvId} failed inside the host.")]
    public static partial void MakingFailed(this ILogger logger, Exception exception, string envId);

    [LoggerMessage(40, LogLevel.Information, "Session {Session} steps through shared memory (bell: {Bell}).")]
    public static partial void StepsThroughSharedMemory(this ILogger logger, string session, string bell);

    [LoggerMessage(41, LogLevel.Information, "Session {Session} steps over gRPC: {Reason}.")]
    public static partial void StepsOverGrpc(this ILogger logger, string session, string reason);

    [LoggerMessage(42, LogLevel.Warning, "Session {Session}: whoever mapped the shared file is not the client that it was made for; the session goes on over gRPC.")]
    public static partial void SharedMemoryStranger(this ILogger logger, string session);

    [LoggerMessage(43, LogLevel.Error, "Session {Session}: shared memory failed inside the host; the session goes on over gRPC.")]
    public static partial void SharedMemoryFailed(this ILogger logger, Exception exception, string session);
}
