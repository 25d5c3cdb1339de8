using GymBridge.Client.Transports;
using GymBridge.Protocol;

namespace GymBridge.Client;

/// <summary>How a client talks to a server or host.</summary>
public sealed record ClientOptions
{
    /// <summary>What applies unless said otherwise.</summary>
    public static ClientOptions Default { get; } = new();

    /// <summary>Longest time for one call of an environment, at most the host's limit (10 minutes unless told otherwise); the
    /// connection waits a little longer, for the host's own answer.</summary>
    /// <value>60 s.</value>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How much longer than <see cref="CallTimeout"/> the connection waits for the host's answer.</summary>
    /// <value>5 s.</value>
    public TimeSpan DeadlineMargin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest time for opening an environment: its constructor may load a lot.</summary>
    /// <value>2 minutes.</value>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Longest time for making a connection.</summary>
    /// <value>10 s.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most bytes of one message in either direction; the server has a limit of its own.</summary>
    /// <value>64 MiB.</value>
    public int MaxMessageBytes { get; init; } = ProtocolConstants.DefaultMaxMessageBytes;

    /// <summary>
    /// How long a session may go without a call before the server closes it. Idle sessions are renewed in the background, so
    /// this is about a program that is stopped: in a debugger, or by closing the lid.
    /// </summary>
    /// <value>5 minutes.</value>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The token that a server asks for; see docs/security.md for where else it is looked for.</summary>
    /// <value>Null: <c>$GYMBRIDGE_TOKEN</c>, <c>$GYMBRIDGE_TOKEN_FILE</c>, or the file that a server of this user on this machine has left.</value>
    public string? Token { get; init; }

    /// <summary>PEM file with the roots that a server's certificate must lead to, instead of those that the system trusts.</summary>
    /// <value>Null: <c>$GYMBRIDGE_TLS_CA</c>, else the system's.</value>
    public string? TlsRootCertificates { get; init; }

    /// <summary>PEM file with the certificate that says who this client is.</summary>
    /// <value>Null: <c>$GYMBRIDGE_TLS_CERT</c>, else none.</value>
    public string? TlsCertificate { get; init; }

    /// <summary>PEM file with the key of <see cref="TlsCertificate"/>.</summary>
    /// <value>Null: <c>$GYMBRIDGE_TLS_KEY</c>, else it stands in the certificate's file.</value>
    public string? TlsKey { get; init; }

    /// <summary>How steps travel between client and host.</summary>
    /// <value>Null: <c>$GYMBRIDGE_TRANSPORT</c> (<c>auto</c>, <c>grpc</c>, <c>shm</c>, <c>inproc</c>), else <see cref="Transport.Auto"/>.</value>
    public Transport? Transport { get; init; }

    /// <summary>Told, once for each sentence in a process, what is not bit-exact on the host; null for nobody.</summary>
    public Action<string>? OnWarning { get; init; }

    /// <summary>Told, in one line for each environment that is opened, how its steps travel and why not the faster way: "'CartPole-v1' at
    /// the server at unix:/run/s.sock steps over gRPC: client and host run as two users." Lanes in several processes are told of by the same line
    /// once for each process, on any thread; null for nobody.</summary>
    public Action<string>? OnInformation { get; init; }

    /// <summary>The transport that was asked for, here or by the environment variable.</summary>
    /// <exception cref="GymBridgeException">The variable names none.</exception>
    internal Transport EffectiveTransport => Transport ?? (Environment.GetEnvironmentVariable("GYMBRIDGE_TRANSPORT") switch
    {
        null or "" => Client.Transport.Auto,
        var name => TransportNames.Find(name) ?? throw new GymBridgeException(TransportNames.Wrong("GYMBRIDGE_TRANSPORT", name)),
    });

    /// <summary>The clock of lease renewals.</summary>
    internal TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Name of the type only: the options may hold a token, which belongs in no log.</summary>
    public override string ToString() => nameof(ClientOptions);

    /// <summary>Throws unless every value makes sense.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A time or a size is not positive.</exception>
    internal ClientOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(CallTimeout, TimeSpan.Zero, nameof(CallTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(DeadlineMargin, TimeSpan.Zero, nameof(DeadlineMargin));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(OpenTimeout, TimeSpan.Zero, nameof(OpenTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ConnectTimeout, TimeSpan.Zero, nameof(ConnectTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Lease, TimeSpan.Zero, nameof(Lease));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageBytes, 1, nameof(MaxMessageBytes));
        return this;
    }
}
