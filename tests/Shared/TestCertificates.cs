using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GymBridge.Testing;

/// <summary>A certificate authority of a test, and what it signs, as PEM files in a folder of its own.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _root;

    public TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=GymBridge test root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(30));
        RootFile = Write("root.pem", _root.ExportCertificatePem());
    }

    public string RootFile { get; }

    public string Path(string name) => _folder.Combine(name);

    /// <summary>A certificate for the loopback addresses.</summary>
    public (string Certificate, string Key) Server(string name = "server", int daysLeft = 10, string? host = null)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host ?? "localhost");
        if (host is null)
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        return Issue(name, "CN=server", "1.3.6.1.5.5.7.3.1", names.Build(), daysLeft);
    }

    /// <summary>A certificate for a client.</summary>
    public (string Certificate, string Key) Client(string subject) => Issue(subject, $"CN={subject}", "1.3.6.1.5.5.7.3.2", null, 10);

    /// <summary>What a client needs that trusts our root, and shows a certificate of its own.</summary>
    public SslClientAuthenticationOptions Trusting((string Certificate, string Key)? own = null)
    {
        var options = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
        };
        options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(RootFile);
        if (own is { } pair)
        {
            options.ClientCertificates = [X509Certificate2.CreateFromPemFile(pair.Certificate, pair.Key)];
        }

        return options;
    }

    public string Write(string name, string content, bool isPrivate = false)
    {
        var path = Path(name);
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
        {
            // Said, not left to the umask, which is the process's: a server of another test may have it at 077 for a moment.
            File.SetUnixFileMode(
                path, UnixFileMode.UserRead | UnixFileMode.UserWrite | (isPrivate ? default : UnixFileMode.GroupRead | UnixFileMode.OtherRead));
        }

        return path;
    }

    public void Dispose()
    {
        _root.Dispose();
        _folder.Dispose();
    }

    private (string Certificate, string Key) Issue(string name, string subject, string usage, X509Extension? names, int daysLeft)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names);
        }

        using var certificate = request.Create(
            _root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(daysLeft).AddHours(-1), RandomNumberGenerator.GetBytes(8));
        return (Write($"{name}.pem", certificate.ExportCertificatePem()), Write($"{name}.key", key.ExportPkcs8PrivateKeyPem()));
    }
}
