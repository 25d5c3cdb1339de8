using GymBridge.Protocol;

namespace GymBridge.Server;

/// <summary>Limits, security and behaviour of a host; every limit is told to clients, in the contract or in the text of the refusal.</summary>
/// <remarks>Bound to the configuration section <c>GymBridge</c> by <c>AddGymBridge</c>, so that <c>appsettings.json</c> and
/// environment variables such as <c>GymBridge__MaxSessions</c> set them; what the application sets in code comes after.</remarks>
public sealed class GymBridgeOptions
{
    /// <summary>The smallest limit of a message that a host can work with: 64 KiB.</summary>
    public const int LeastMaxMessageBytes = 64 * 1024;

    /// <summary>The section of the configuration that is bound.</summary>
    public const string Section = "GymBridge";

    /// <summary>A port of 127.0.0.1 on which an application listens for GymBridge, under the rules of docs/security.md; 0 takes a
    /// free one.</summary>
    /// <value>Null: nothing beside the application's own URLs.</value>
    public int? Port { get; set; }

    /// <summary>The same as <see cref="Port"/> for any address: <c>host:port</c> or <c>unix:/path</c>.</summary>
    /// <value>Null.</value>
    public string? Address { get; set; }

    /// <summary>PEM file with the server's certificate, and those between it and its root.</summary>
    /// <value>Null: no TLS.</value>
    public string? TlsCertificate { get; set; }

    /// <summary>PEM file with the certificate's key.</summary>
    /// <value>Null: it stands in <see cref="TlsCertificate"/>.</value>
    public string? TlsKey { get; set; }

    /// <summary>PEM file with the roots of client certificates, which every client must then show.</summary>
    /// <value>Null: none is asked for.</value>
    public string? ClientCa { get; set; }

    /// <summary>File with the tokens that let clients in, one a line, as <c>TOKEN</c> or <c>NAME TOKEN</c>; readable by its owner only.</summary>
    /// <value>Null: on a loopback port a random token is drawn.</value>
    public string? TokenFile { get; set; }

    /// <summary>Whether a loopback port is open to every user of this machine.</summary>
    /// <value>False.</value>
    public bool NoToken { get; set; }

    /// <summary>Whether other machines may connect without TLS and credentials.</summary>
    /// <value>False.</value>
    public bool InsecureRemote { get; set; }

    /// <summary>Connections that are open at a time, of all clients.</summary>
    /// <value>2048.</value>
    public int MaxConnections { get; set; } = 2048;

    /// <summary>Connections at a time from one IP address, loopback included.</summary>
    /// <value>1024.</value>
    public int MaxConnectionsPerPeer { get; set; } = 1024;

    /// <summary>How long a connection may take for its handshake and the first call that is let in.</summary>
    /// <value>10 s.</value>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of one call or reply, both directions.</summary>
    /// <value>64 MiB; at least 64 KiB.</value>
    public int MaxMessageBytes { get; set; } = ProtocolConstants.DefaultMaxMessageBytes;

    /// <summary>Lanes that one session may have.</summary>
    /// <value>4096.</value>
    public int MaxLanes { get; set; } = ProtocolConstants.DefaultMaxLanes;

    /// <summary>Lanes of all sessions together.</summary>
    /// <value>65 536.</value>
    public int MaxTotalLanes { get; set; } = 16 * ProtocolConstants.DefaultMaxLanes;

    /// <summary>Sessions that are open at a time, of all clients.</summary>
    /// <value>1024.</value>
    public int MaxSessions { get; set; } = ProtocolConstants.DefaultMaxSessions;

    /// <summary>The part of <see cref="MaxSessions"/> and of <see cref="MaxTotalLanes"/> that one client may hold where several get in, by named
    /// tokens, by certificates or as users of an application: none of them can keep the others out.</summary>
    /// <value>0.75; above 0, at most 1.</value>
    public double MaxShareOfPrincipal { get; set; } = 0.75;

    /// <summary>Calls in flight in one session, and replies kept for a retry; fewer where a reply is very large.</summary>
    /// <value>8.</value>
    public int Credits { get; set; } = ProtocolConstants.DefaultCredits;

    /// <summary>A session without a call for so long is closed, unless the client asks for another time.</summary>
    /// <value>30 s.</value>
    public TimeSpan Lease { get; set; } = ProtocolConstants.DefaultLease;

    /// <summary>The longest lease that a client gets.</summary>
    /// <value>1 h.</value>
    public TimeSpan MaxLease { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The shortest lease that a client gets.</summary>
    /// <value>1 s.</value>
    public TimeSpan MinLease { get; set; } = ProtocolConstants.DefaultMinLease;

    /// <summary>How long a session is kept after its last connection broke, unless the client asks for another time; never
    /// longer than its lease.</summary>
    /// <value>60 s.</value>
    public TimeSpan Grace { get; set; } = ProtocolConstants.DefaultGrace;

    /// <summary>How long a constructor may run before its client is answered with DEADLINE_EXCEEDED.</summary>
    /// <value>5 minutes.</value>
    public TimeSpan OpenLimit { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Bytes of one request of List, Describe, Open or Close.</summary>
    /// <value>1 MiB; at least 4 KiB.</value>
    public int MaxControlBytes { get; set; } = ProtocolConstants.DefaultMaxControlBytes;

    /// <summary>Bytes that all spaces of one request may take once their bounds are spread over their shapes.</summary>
    /// <value>16 MiB.</value>
    public long MaxExpandedBytes { get; set; } = ProtocolConstants.DefaultMaxExpandedBytes;

    /// <summary>Threads on which environments run, those that hang and whose session was closed included.</summary>
    /// <value>256.</value>
    public int MaxEnvironmentThreads { get; set; } = 256;

    /// <summary>How long one environment call may run before it is answered with DEADLINE_EXCEEDED; the environment finishes
    /// nevertheless, and its reply is kept for the client that asks again. No client can ask for longer.</summary>
    /// <value>10 minutes.</value>
    public TimeSpan CallLimit { get; set; } = ProtocolConstants.DefaultCallLimit;

    /// <summary>Whether the stack trace of an environment's exception travels to the client.</summary>
    /// <value>Null: to clients of the same user only, on a Unix socket and on a loopback port with a random token.</value>
    public bool? DetailedErrors { get; set; }

    /// <summary>Whether clients of the same user on this machine may step through memory that they share with the host.</summary>
    /// <value>True.</value>
    public bool SharedMemory { get; set; } = true;

    /// <summary>A session whose last call took no longer runs the next one on the thread that brought it, which saves a
    /// change of threads; others run on a thread of their own.</summary>
    internal TimeSpan QuickCall { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Everything that makes no sense, one sentence each.</summary>
    internal IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        Check(Port is null or (>= 0 and <= 65535), $"{nameof(Port)} must be 0 to 65535, got {Port}.");
        Check(Port is null || Address is null, $"{nameof(Port)} and {nameof(Address)} say the same; set one of them.");
        Check(MaxConnections >= 1, $"{nameof(MaxConnections)} must be at least 1, got {MaxConnections}.");
        Check(MaxConnectionsPerPeer >= 1, $"{nameof(MaxConnectionsPerPeer)} must be at least 1, got {MaxConnectionsPerPeer}.");
        Check(HandshakeTimeout > TimeSpan.Zero && HandshakeTimeout <= TimeSpan.FromHours(1), $"{nameof(HandshakeTimeout)} must be positive and at most 1 h, got {HandshakeTimeout}.");
        Check(MaxMessageBytes >= LeastMaxMessageBytes, $"{nameof(MaxMessageBytes)} must be at least {LeastMaxMessageBytes}, got {MaxMessageBytes}.");
        Check(MaxLanes >= 1, $"{nameof(MaxLanes)} must be at least 1, got {MaxLanes}.");
        Check(MaxTotalLanes >= 1, $"{nameof(MaxTotalLanes)} must be at least 1, got {MaxTotalLanes}.");
        Check(MaxSessions >= 1, $"{nameof(MaxSessions)} must be at least 1, got {MaxSessions}.");
        Check(MaxShareOfPrincipal is > 0 and <= 1, $"{nameof(MaxShareOfPrincipal)} must be above 0 and at most 1, got {MaxShareOfPrincipal}.");
        Check(Credits is >= 1 and <= 1024, $"{nameof(Credits)} must be 1 to 1024, got {Credits}.");
        Check(Lease > TimeSpan.Zero && Lease <= MaxLease, $"{nameof(Lease)} must be positive and at most {nameof(MaxLease)} ({MaxLease}), got {Lease}.");
        Check(MinLease > TimeSpan.Zero && MinLease <= MaxLease, $"{nameof(MinLease)} must be positive and at most {nameof(MaxLease)} ({MaxLease}), got {MinLease}.");
        Check(Grace > TimeSpan.Zero, $"{nameof(Grace)} must be positive, got {Grace}.");
        Check(OpenLimit > TimeSpan.Zero, $"{nameof(OpenLimit)} must be positive, got {OpenLimit}.");
        Check(MaxControlBytes >= 4096, $"{nameof(MaxControlBytes)} must be at least 4096, got {MaxControlBytes}.");
        Check(MaxExpandedBytes >= 4096, $"{nameof(MaxExpandedBytes)} must be at least 4096, got {MaxExpandedBytes}.");
        Check(MaxEnvironmentThreads >= 1, $"{nameof(MaxEnvironmentThreads)} must be at least 1, got {MaxEnvironmentThreads}.");
        Check(MaxLease <= TimeSpan.FromDays(49), $"{nameof(MaxLease)} must be at most 49 days, got {MaxLease}.");
        Check(CallLimit > TimeSpan.Zero, $"{nameof(CallLimit)} must be positive, got {CallLimit}.");
        return problems;

        void Check(bool isFine, string problem)
        {
            if (!isFine)
            {
                problems.Add(problem);
            }
        }
    }
}
