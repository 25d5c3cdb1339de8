using System.Security.Authentication;
using Grpc.Core;
using GymBridge.Protocol;
using GymBridge.Protocol.V1;
using GymBridge.Server.Tests.Infrastructure;

namespace GymBridge.Server.Tests.Security;

/// <summary>Real handshakes with certificates made here.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly ServerAddress Loopback = ServerAddress.Parse("127.0.0.1:0");
    private static readonly string Token = new('t', 43);

    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task Wildcard_WithTlsAndTokens_ServesWhoHasBoth()
    {
        await using var host = await StartAsync(ServerAddress.Parse("0.0.0.0:0"), options => options.TokenFile = Tokens());
        Assert.StartsWith("https://0.0.0.0:", host.Server.Address.ToString(), StringComparison.Ordinal);
        var address = ServerAddress.Tcp("localhost", host.Server.Address.Port, isTls: true);

        using var channel = TestHost.ChannelTo(address, Token, _certificates.Trusting());
        RemoteSession.Open(new EnvService.EnvServiceClient(channel), "CartPole-v1", 1).Reset(1);

        using var stranger = TestHost.ChannelTo(address, tls: _certificates.Trusting());
        var refused = Assert.Throws<RpcException>(() => new EnvService.EnvServiceClient(stranger).List(new ListRequest()));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    [Fact]
    public async Task ClientCertificates_SignedByTheCa_ArePrincipals()
    {
        await using var host = await StartAsync(Loopback, options => options.ClientCa = _certificates.RootFile);
        var address = host.Server.Address;
        using var ada = TestHost.ChannelTo(address, tls: _certificates.Trusting(_certificates.Client("ada")));
        using var bob = TestHost.ChannelTo(address, tls: _certificates.Trusting(_certificates.Client("bob")));
        var hers = RemoteSession.Open(new EnvService.EnvServiceClient(ada), TestHost.ProbeId, 1);
        hers.Reset();

        var his = new RemoteSession(new EnvService.EnvServiceClient(bob), hers.Session) { Seq = hers.Seq };
        Assert.Equal(StatusCode.NotFound, his.Refused(his.StepCall(2, ProbeEnv.Count)).StatusCode);
        Assert.Equal(2UL, hers.Step(ProbeEnv.Count).Seq);
    }

    [Fact]
    public async Task ClientCertificates_MissingOrOfAnotherRoot_FailTheHandshake()
    {
        await using var host = await StartAsync(Loopback, options => options.ClientCa = _certificates.RootFile);
        using var others = new TestCertificates();

        foreach (var own in new (string, string)?[] { null, others.Client("mallory"), _certificates.Server("not-for-clients") })
        {
            using var channel = TestHost.ChannelTo(host.Server.Address, tls: _certificates.Trusting(own));
            var refusal = Assert.Throws<RpcException>(() => new EnvService.EnvServiceClient(channel).List(new ListRequest()));
            Assert.Contains(refusal.StatusCode, new[] { StatusCode.Unavailable, StatusCode.Internal });
        }
    }

    [Fact]
    public async Task Certificate_ReplacedWhileTheServerRuns_IsTheNewOneForNewConnections()
    {
        var (certificate, key) = _certificates.Server(host: "old.test");
        await using var host = await TestHost.StartAsync(
            options => (options.TlsCertificate, options.TlsKey, options.NoToken) = (certificate, key, true), address: Loopback);
        Assert.False(Handshakes(host.Server.Address));

        _certificates.Server();
        File.SetLastWriteTimeUtc(certificate, DateTime.UtcNow.AddSeconds(5));

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!Handshakes(host.Server.Address))
        {
            await Task.Delay(50, limit.Token);
        }
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, true)]
    [InlineData(SslProtocols.Tls13, true)]
#pragma warning disable SYSLIB0039, CA5397 // The point is that it is refused.
    [InlineData(SslProtocols.Tls11, false)]
#pragma warning restore SYSLIB0039, CA5397
    public async Task Versions_OfTls_From12On(SslProtocols version, bool isTaken)
    {
        await using var host = await StartAsync(Loopback, options => options.NoToken = true);
        var tls = _certificates.Trusting();
        tls.EnabledSslProtocols = version;
        using var channel = TestHost.ChannelTo(host.Server.Address, tls: tls);

        var error = Record.Exception(() => new EnvService.EnvServiceClient(channel).List(new ListRequest()));

        Assert.Equal(isTaken, error is null);
    }

    [Theory]
    [InlineData("0.0.0.0:0", "can be reached from other machines: add TLS by --tls-cert FILE")]
    [InlineData("[::]:0", "can be reached from other machines: add TLS by --tls-cert FILE")]
    [InlineData("0.0.0.0:0 tls", "credentials by --token-file FILE or --client-ca FILE")]
    [InlineData("0.0.0.0:0 token", "add TLS by --tls-cert FILE")]
    [InlineData("0.0.0.0:0 tls notoken", "--no-token is for this machine only")]
    [InlineData("127.0.0.1:0 token notoken", "contradict each other")]
    [InlineData("127.0.0.1:0 ca", "is for TLS, which needs a certificate")]
    [InlineData("https://127.0.0.1:0", "needs a certificate: --tls-cert FILE")]
    [InlineData("unix:/tmp/gb-never/s tls", "has no TLS; leave --tls-cert out")]
    [InlineData("127.0.0.1:0 badcert", "TLS cannot be set up with certificate")]
    [InlineData("127.0.0.1:0 otherkey", "TLS cannot be set up with certificate")]
    public async Task StartAsync_UnsafeOrContradictoryOptions_AreRefusedWithTheRemedy(string line, string text)
    {
        var parts = line.Split(' ');
        var (certificate, key) = _certificates.Server();

        var error = await Assert.ThrowsAsync<ServerConfigurationException>(() => TestHost.StartAsync(
            options =>
            {
                foreach (var part in parts[1..])
                {
                    switch (part)
                    {
                        case "tls":
                            (options.TlsCertificate, options.TlsKey) = (certificate, key);
                            break;
                        case "badcert":
                            options.TlsCertificate = key;
                            break;
                        case "otherkey":
                            (options.TlsCertificate, options.TlsKey) = (certificate, _certificates.Server("other").Key);
                            break;
                        case "token":
                            options.TokenFile = Tokens();
                            break;
                        case "notoken":
                            options.NoToken = true;
                            break;
                        default:
                            options.ClientCa = _certificates.RootFile;
                            break;
                    }
                }
            },
            address: ServerAddress.Parse(parts[0])));

        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InsecureRemote_AskedFor_StartsAndSaysWhatItMeans()
    {
        await using var host = await TestHost.StartAsync(options => options.InsecureRemote = true, address: ServerAddress.Parse("0.0.0.0:0"));

        Assert.Contains(host.Log.Entries, entry => entry.Id.Id == 16);
    }

    private bool Handshakes(ServerAddress address)
    {
        using var channel = TestHost.ChannelTo(address, tls: _certificates.Trusting());
        return Record.Exception(() => new EnvService.EnvServiceClient(channel).List(new ListRequest())) is null;
    }

    private string Tokens() => _certificates.Write("tokens", Token, isPrivate: true);

    private Task<TestHost> StartAsync(ServerAddress address, Action<GymBridgeOptions> change) => TestHost.StartAsync(
        options =>
        {
            (options.TlsCertificate, options.TlsKey) = _certificates.Server();
            change(options);
        },
        address: address);
}
