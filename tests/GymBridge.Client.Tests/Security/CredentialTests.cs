using GymBridge.Client.Compliance;
using GymBridge.Client.Errors;
using GymBridge.Client.Tests.TestSupport;
using GymBridge.Client.Transports.Rpc;
using GymBridge.Server;

namespace GymBridge.Client.Tests.Security;

/// <summary>What a client shows a server, and what it says when that is not enough.</summary>
public sealed class CredentialTests : IDisposable
{
    private const string LoopbackTls = "127.0.0.1:0";

    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task Make_OverTlsWithTheRootAndTheToken_Steps()
    {
        var file = _certificates.Write("tokens", "ada " + new string('a', 43), isPrivate: true);
        await using var server = await StartTlsAsync(options => options.TokenFile = file);

        using var env = new RemoteServer(server.Address.ToString(), Trusting() with { Token = new string('a', 43) }).Make("CartPole-v1");

        env.Reset(1);
        env.Step(1L);
    }

    [Fact]
    public async Task Make_OverTls_FindsTheRandomTokenOfItsUser()
    {
        await using var server = await StartTlsAsync();

        Assert.NotEmpty(new RemoteServer(server.Address.ToString(), Trusting()).List().Environments);
    }

    [Fact]
    public async Task Call_TokenThatChangedWhileConnected_IsReadOnceMore()
    {
        var first = await TestServer.StartAsync(LoopbackTls);
        using var transport = new RpcTransport(first.Address, ClientOptions.Default);
        Assert.NotEmpty(transport.List(TimeSpan.FromSeconds(30)).Environments);
        await first.DisposeAsync();
        await using var second = await TestServer.StartAsync(first.Address.ToString());
        Assert.NotEqual(first.Token, second.Token);

        Assert.NotEmpty(transport.List(TimeSpan.FromSeconds(30)).Environments);
    }

    [Fact]
    public async Task Run_ComplianceOverLoopbackTcp_ShowsTheToken()
    {
        await using var server = await TestServer.StartAsync(LoopbackTls);

        Assert.All(ComplianceSuite.Run(server.Address.ToString()), result => Assert.NotEqual(ComplianceOutcome.Failed, result.Outcome));
    }

    [Fact]
    public async Task Make_WithAClientCertificate_IsLetIn()
    {
        await using var server = await StartTlsAsync(options => options.ClientCa = _certificates.RootFile);
        var (certificate, key) = _certificates.Client("ada");

        using var env = new RemoteServer(server.Address.ToString(), Trusting() with { TlsCertificate = certificate, TlsKey = key }).Make("CartPole-v1");

        env.Reset(1);
    }

    [Fact]
    public async Task List_RootThatIsNotTrusted_SaysThatTlsFailed()
    {
        await using var server = await StartTlsAsync();

        var error = await Limit.ThrowsAsync<ServerConnectionException>(() => new RemoteServer(server.Address.ToString()).List());

        Assert.Contains("TLS failed", error.Message, StringComparison.Ordinal);
        Assert.Contains("GYMBRIDGE_TLS_CA", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ExpiredCertificate_SaysThatTlsFailed()
    {
        var (certificate, key) = _certificates.Server(daysLeft: 0);
        await using var server = await TestServer.StartAsync(
            LoopbackTls, options => (options.Limits.TlsCertificate, options.Limits.TlsKey) = (certificate, key));

        var error = await Limit.ThrowsAsync<ServerConnectionException>(() => new RemoteServer(server.Address.ToString(), Trusting()).List());

        Assert.Contains("TLS failed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_PlainAddressOfATlsPort_SaysHowToWriteIt()
    {
        await using var server = await StartTlsAsync();

        var error = await Limit.ThrowsAsync<ServerConnectionException>(() => new RemoteServer(server.Address.Authority).List());

        Assert.Contains("https://", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_TlsAddressOfAPlainPort_SaysThatTlsFailed()
    {
        await using var server = await TestServer.StartAsync("127.0.0.1:0");

        var error = await Limit.ThrowsAsync<ServerConnectionException>(() => new RemoteServer($"https://{server.Address}").List());

        Assert.Contains("TLS failed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_WrongToken_IsRefusedWithWhereItIsLookedFor()
    {
        await using var server = await TestServer.StartAsync("127.0.0.1:0");

        var error = await Limit.ThrowsAsync<ServerRefusedException>(() => server.Client(new ClientOptions { Token = new string('x', 43) }).List());

        Assert.Contains("GYMBRIDGE_TOKEN_FILE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void List_TokenInClearToAnotherMachine_IsNotSent()
    {
        var error = Assert.Throws<GymBridgeException>(() => new RemoteServer("192.0.2.1:50051", new ClientOptions { Token = new string('x', 43) }).List());

        Assert.Equal(
            "The token for 192.0.2.1:50051 would travel in clear to another machine; use 'https://192.0.2.1:50051' with a server that has TLS.",
            error.Message);
    }

    [Fact]
    public void ClientOptions_AsText_HideTheToken() =>
        Assert.DoesNotContain("secret", new ClientOptions { Token = "secret" }.ToString(), StringComparison.Ordinal);

    private ClientOptions Trusting() => new() { TlsRootCertificates = _certificates.RootFile };

    private Task<GymBridgeServer> StartTlsAsync(Action<GymBridgeOptions>? change = null)
    {
        var (certificate, key) = _certificates.Server();
        return TestServer.StartAsync(LoopbackTls, server =>
        {
            (server.Limits.TlsCertificate, server.Limits.TlsKey) = (certificate, key);
            change?.Invoke(server.Limits);
        });
    }
}
