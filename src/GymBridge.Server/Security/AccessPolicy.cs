using GymBridge.Protocol;

namespace GymBridge.Server.Security;

/// <summary>What an address demands of those who connect: the rules of docs/security.md, in one place.</summary>
internal sealed class AccessPolicy
{
    private const string Mend =
        "add TLS by --tls-cert FILE (option TlsCertificate) and credentials by --token-file FILE or --client-ca FILE (TokenFile, ClientCa)";

    private AccessPolicy(Tokens? tokens, TlsServer? tls, bool needsCertificate, bool isSameUser)
    {
        Tokens = tokens;
        Tls = tls;
        NeedsCertificate = needsCertificate;
        IsSameUser = isSameUser;
    }

    /// <summary>The tokens that let in; null where none is asked for.</summary>
    public Tokens? Tokens { get; }

    /// <summary>TLS; null for none.</summary>
    public TlsServer? Tls { get; }

    /// <summary>Whether a client certificate says who comes.</summary>
    public bool NeedsCertificate { get; }

    /// <summary>Whether whoever gets in acts as the user of this process, so that paths and traces are no secret.</summary>
    public bool IsSameUser { get; }

    /// <summary>The token that was drawn for this server; null if it has none of its own.</summary>
    public string? OwnToken => (Tokens as RandomToken)?.Text;

    /// <summary>Nobody is asked: an application that does its own authentication.</summary>
    public static AccessPolicy Open { get; } = new(null, null, false, false);

    /// <summary>Only this process gets in.</summary>
    public static AccessPolicy OwnProcess { get; } = new(null, null, false, isSameUser: true);

    /// <summary>The same for an application, to which URLs of its own lead as well: nobody is known to be the same user.</summary>
    public AccessPolicy ForApplication() => new(Tokens, Tls, NeedsCertificate, isSameUser: false);

    /// <summary>The tokens of a file, for an application that listens as it likes.</summary>
    /// <exception cref="ServerConfigurationException">The file cannot be used.</exception>
    public static AccessPolicy ForApplication(string tokenFile, ILogger logger) => new(new TokenFile(tokenFile, logger), null, false, false);

    /// <summary>The policy for an address.</summary>
    /// <exception cref="ServerConfigurationException">The options are unsafe there, or contradict one another.</exception>
    public static AccessPolicy For(ServerAddress address, GymBridgeOptions options, ILogger logger)
    {
        CheckCombination(address, options);
        var tokens = options.TokenFile is { } file ? new TokenFile(file, logger) : (Tokens?)null;
        if (address.IsUnix)
        {
            return new AccessPolicy(tokens, null, false, tokens is null);
        }

        if (!address.IsLocal)
        {
            WarnOfRemote(address, options, logger);
        }
        else if (options.NoToken)
        {
            logger.NoToken(address.ToString());
        }
        else if (tokens is null && options.ClientCa is null)
        {
            tokens = new RandomToken();
        }

        var tls = options.TlsCertificate is { } certificate ? new TlsServer(certificate, options.TlsKey, options.ClientCa, logger) : null;
        return new AccessPolicy(tokens, tls, options.ClientCa is not null, tokens is RandomToken);
    }

    private static void CheckCombination(ServerAddress address, GymBridgeOptions options)
    {
        if (options.NoToken && options.TokenFile is not null)
        {
            throw new ServerConfigurationException("--no-token and --token-file contradict each other; leave one out.");
        }

        if (options.TlsCertificate is null && (options.TlsKey ?? options.ClientCa) is { } orphan)
        {
            throw new ServerConfigurationException($"'{orphan}' is for TLS, which needs a certificate: --tls-cert FILE (option TlsCertificate).");
        }

        if (address.IsUnix && options.TlsCertificate is not null)
        {
            throw new ServerConfigurationException($"{address} stays on this machine and has no TLS; leave --tls-cert out.");
        }

        if (address.IsTls && options.TlsCertificate is null)
        {
            throw new ServerConfigurationException($"{address} needs a certificate: --tls-cert FILE (option TlsCertificate).");
        }

        if (!address.IsLocal && options.NoToken && !options.InsecureRemote)
        {
            throw new ServerConfigurationException($"--no-token is for this machine only, and {address} can be reached from others; {Mend}.");
        }

        if (!address.IsLocal && !options.InsecureRemote && (options.TlsCertificate is null || (options.TokenFile ?? options.ClientCa) is null))
        {
            throw new ServerConfigurationException(
                $"{address} can be reached from other machines: {Mend}. Or listen on 127.0.0.1 or a Unix socket.");
        }
    }

    private static void WarnOfRemote(ServerAddress address, GymBridgeOptions options, ILogger logger)
    {
        if (options.TlsCertificate is null || (options.TokenFile ?? options.ClientCa) is null)
        {
            logger.InsecureRemote(address.ToString());
        }
    }
}
