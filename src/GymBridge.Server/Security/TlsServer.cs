using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace GymBridge.Server.Security;

/// <summary>The certificate of a server and whose certificates it takes; changed files count for new connections.</summary>
internal sealed class TlsServer
{
    private const long LookEveryMs = 1000;
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly string _certificatePath;
    private readonly string? _keyPath;
    private readonly string? _clientCaPath;
    private readonly ILogger _logger;
    private volatile SslServerAuthenticationOptions _options;
    private DateTime _written;
    private long _looked;

    /// <summary>Reads the files.</summary>
    /// <exception cref="ServerConfigurationException">One cannot be read, or certificate and key do not belong together.</exception>
    public TlsServer(string certificatePath, string? keyPath, string? clientCaPath, ILogger logger)
    {
        _certificatePath = certificatePath;
        _keyPath = keyPath;
        _clientCaPath = clientCaPath;
        _logger = logger;
        _written = Written();
        _options = Load();
        _looked = Environment.TickCount64;
    }

    /// <summary>What Kestrel asks for at each handshake.</summary>
    public TlsHandshakeCallbackOptions Handshake(TimeSpan timeout) => new()
    {
        HandshakeTimeout = timeout,
        OnConnection = _ => ValueTask.FromResult(Current()),
    };

    private SslServerAuthenticationOptions Current()
    {
        var now = Environment.TickCount64;
        var looked = Interlocked.Read(ref _looked);
        if (now - looked >= LookEveryMs && Interlocked.CompareExchange(ref _looked, now, looked) == looked && Written() is var written && written != _written)
        {
            try
            {
                _options = Load();
                _written = written;
                _logger.CertificateReloaded(_certificatePath);
            }
            catch (ServerConfigurationException exception)
            {
                // Certificate and key are two files: between the two writes they do not fit. The old pair serves meanwhile.
                _logger.CertificateNotReloaded(exception.Message);
            }
        }

        return _options;
    }

    private DateTime Written()
    {
        var latest = File.GetLastWriteTimeUtc(_certificatePath);
        foreach (var path in new[] { _keyPath, _clientCaPath })
        {
            if (path is not null && File.GetLastWriteTimeUtc(path) is var written && written > latest)
            {
                latest = written;
            }
        }

        return latest;
    }

    private SslServerAuthenticationOptions Load()
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(_certificatePath);
            var certificate = X509Certificate2.CreateFromPemFile(_certificatePath, _keyPath);
            if (OperatingSystem.IsWindows())
            {
                // SChannel takes no key that lives in memory only.
                certificate = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
            }

            var roots = Roots();
            return new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                AllowRenegotiation = false,
                ClientCertificateRequired = roots is not null,
                RemoteCertificateValidationCallback = roots is null ? null : (_, client, _, _) => IsTrusted(client, roots),
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            };
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ServerConfigurationException(
                $"TLS cannot be set up with certificate '{_certificatePath}', key '{_keyPath ?? _certificatePath}'{(_clientCaPath is null ? string.Empty : $", client CA '{_clientCaPath}'")}: {exception.Message} PEM files are needed, the key unencrypted.",
                exception);
        }
    }

    private X509Certificate2Collection? Roots()
    {
        if (_clientCaPath is null)
        {
            return null;
        }

        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(_clientCaPath);
        return roots.Count > 0 ? roots : throw new CryptographicException($"'{_clientCaPath}' holds no certificate.");
    }

    private static bool IsTrusted(X509Certificate? client, X509Certificate2Collection roots)
    {
        if (client is not X509Certificate2 certificate)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return chain.Build(certificate);
    }
}
