using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GymBridge.Protocol;
using GymBridge.Protocol.Credentials;

namespace GymBridge.Client.Security;

/// <summary>What a client shows a server, and what it demands of it: docs/security.md has the order in which it is found.</summary>
internal static class ClientCredentials
{
    private const string TokenVariable = "GYMBRIDGE_TOKEN";
    private const string TokenFileVariable = "GYMBRIDGE_TOKEN_FILE";
    private const string RootsVariable = "GYMBRIDGE_TLS_CA";
    private const string CertificateVariable = "GYMBRIDGE_TLS_CERT";
    private const string KeyVariable = "GYMBRIDGE_TLS_KEY";

    /// <summary>The token for an address; null if there is none.</summary>
    /// <exception cref="GymBridgeException">It would travel in clear to another machine, or its file cannot be read.</exception>
    public static string? TokenFor(ServerAddress address, ClientOptions options)
    {
        var token = options.Token ?? Variable(TokenVariable) ?? FromFile();
        if (token is not null && !address.IsTls && !address.IsLocal)
        {
            throw new GymBridgeException(
                $"The token for {address} would travel in clear to another machine; use 'https://{address}' with a server that has TLS.");
        }

        return token ?? (address is { IsUnix: false, IsLocal: true } ? RuntimeTokens.Read(address.Port) : null);
    }

    /// <summary>The TLS settings for an address that speaks it.</summary>
    /// <exception cref="GymBridgeException">A file cannot be read, or certificate and key do not belong together.</exception>
    public static SslClientAuthenticationOptions TlsFor(ClientOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if ((options.TlsRootCertificates ?? Variable(RootsVariable)) is { } roots)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            Read(roots, () => tls.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(roots));
        }

        if ((options.TlsCertificate ?? Variable(CertificateVariable)) is { } certificate)
        {
            Read(certificate, () => tls.ClientCertificates = [Certificate(certificate, options.TlsKey ?? Variable(KeyVariable))]);
        }

        return tls;
    }

    private static X509Certificate2 Certificate(string path, string? keyPath)
    {
        var certificate = X509Certificate2.CreateFromPemFile(path, keyPath);
        return OperatingSystem.IsWindows()
            ? X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null) // SChannel takes no key that lives in memory only
            : certificate;
    }

    private static string? FromFile()
    {
        if (Variable(TokenFileVariable) is not { } path)
        {
            return null;
        }

        string? token = null;
        Read(path, () => token = File.ReadLines(path)
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(parts => parts.Length > 0 && parts[0][0] != '#')?[^1]);
        return token ?? throw new GymBridgeException($"The token file '{path}' ({TokenFileVariable}) holds no token.");
    }

    private static void Read(string path, Action read)
    {
        try
        {
            read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new GymBridgeException($"'{path}' cannot be used: {exception.Message}", exception);
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
