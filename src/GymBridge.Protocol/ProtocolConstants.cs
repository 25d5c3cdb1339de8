namespace GymBridge.Protocol;

/// <summary>Numbers that both ends of the wire contract agree on.</summary>
public static class ProtocolConstants
{
    /// <summary>The generation of the wire contract; a peer of another one is refused.</summary>
    public const uint Generation = 1;

    /// <summary>Bytes of one <c>Call</c> or <c>Reply</c>, unless a host says otherwise: 64 MiB.</summary>
    public const int DefaultMaxMessageBytes = 64 * 1024 * 1024;

    /// <summary>Lanes of one session, unless a host says otherwise.</summary>
    public const int DefaultMaxLanes = 4096;

    /// <summary>Sessions of one host, unless it says otherwise.</summary>
    public const int DefaultMaxSessions = 1024;

    /// <summary>Calls in flight in one session, and replies kept for a retry, unless a host says otherwise.</summary>
    public const int DefaultCredits = 8;

    /// <summary>Bytes of a session id: 128 bits.</summary>
    public const int SessionIdBytes = 16;

    /// <summary>Bytes of a resume token: 256 bits.</summary>
    public const int ResumeTokenBytes = 32;

    /// <summary>Bytes of the nonce by which a client names an Open: 128 bits.</summary>
    public const int OpenNonceBytes = 16;

    /// <summary>Lists, tuples and dicts that a value may hold inside one another.</summary>
    public const int MaxValueDepth = 32;

    /// <summary>Values, keys included, inside one value.</summary>
    public const int MaxValueItems = 100_000;

    /// <summary>UTF-8 bytes of one text inside a value.</summary>
    public const int MaxTextBytes = 64 * 1024;

    /// <summary>Bytes that the spaces of one request may take once their bounds are spread over their shapes, unless a host says otherwise.</summary>
    public const long DefaultMaxExpandedBytes = 16 * 1024 * 1024;

    /// <summary>Bytes of one request of List, Describe, Open or Close, unless a host says otherwise.</summary>
    public const int DefaultMaxControlBytes = 1024 * 1024;

    /// <summary>UTF-8 bytes of an environment's id.</summary>
    public const int MaxEnvIdBytes = 1024;

    /// <summary>Dimensions of an array.</summary>
    public const int MaxRank = 64;

    /// <summary>Bytes of one space value: an observation of one lane must fit one message.</summary>
    public const int MaxSpaceBytes = DefaultMaxMessageBytes;

    /// <summary>Bytes of a seed or of a Python int beyond 64 bits.</summary>
    public const int MaxIntegerBytes = 64 * 1024;

    /// <summary>UTF-8 bytes of a fault's message; longer ones are cut and say so.</summary>
    public const int MaxFaultMessageBytes = 4096;

    /// <summary>A session without a call for so long is closed, unless client and host agree on another time.</summary>
    public static TimeSpan DefaultLease { get; } = TimeSpan.FromSeconds(30);

    /// <summary>The shortest lease that a client gets, unless a host says otherwise.</summary>
    public static TimeSpan DefaultMinLease { get; } = TimeSpan.FromSeconds(1);

    /// <summary>A session that has had no call yet is closed after so long at the latest, however long its lease is: the client may never
    /// have got the reply to its Open.</summary>
    public static TimeSpan FirstCallTime { get; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a session is kept after its connection broke, unless client and host agree on another time.</summary>
    public static TimeSpan DefaultGrace { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Calls and streams of one connection at a time.</summary>
    public const int MaxStreamsPerConnection = 100;

    /// <summary>Streams that drive one session at a time; the oldest makes room for another one.</summary>
    public const int MaxStreamsPerSession = 2;

    /// <summary>How long a host lets one environment call run before it answers DEADLINE_EXCEEDED, and the longest that a client can ask for.</summary>
    public static TimeSpan DefaultCallLimit { get; } = TimeSpan.FromMinutes(10);
}
