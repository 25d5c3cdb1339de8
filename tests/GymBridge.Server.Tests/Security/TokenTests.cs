using System.Runtime.Versioning;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using GymBridge.Protocol;
using GymBridge.Protocol.Credentials;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Server.Security;
using GymBridge.Server.Tests.Infrastructure;
using Microsoft.Extensions.Logging;

namespace GymBridge.Server.Tests.Security;

/// <summary>Who gets into a server on a TCP port.</summary>
public sealed class TokenTests
{
    private static readonly ServerAddress Loopback = ServerAddress.Parse("127.0.0.1:0");

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task Loopback_WithoutConfiguration_HasATokenInAFileOfItsOwnUserOnly()
    {
        await using var host = await TestHost.StartAsync(address: Loopback);

        var path = host.Server.TokenFile!;
        Assert.Equal(host.Server.Token, RuntimeTokens.Read(host.Server.Address.Port));
        Assert.Equal(host.Server.Token + "\n", await File.ReadAllTextAsync(path));
        Assert.Equal(43, host.Server.Token!.Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        Assert.DoesNotContain(host.Log.Entries, entry => entry.Text.Contains(host.Server.Token, StringComparison.Ordinal));
        await host.Server.StopAsync();
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("TOKEN")]
    [InlineData("Bearer ")]
    [InlineData("Bearer nonsense")]
    [InlineData("Bearer TOKENx")]
    [InlineData("Bearer  TOKEN")]
    [InlineData("Bearer\tTOKEN")]
    [InlineData("Basic TOKEN")]
    public async Task Call_WithoutTheToken_IsUnauthenticatedWithOneText(string? header)
    {
        await using var host = await TestHost.StartAsync(address: Loopback);
        using var channel = TestHost.ChannelTo(host.Server.Address);
        var client = new EnvService.EnvServiceClient(channel);
        var metadata = header is null ? [] : new Metadata { { "authorization", header.Replace("TOKEN", host.Server.Token, StringComparison.Ordinal) } };

        var unary = Assert.Throws<RpcException>(() => client.List(new ListRequest(), metadata));
        using var stream = client.Drive(metadata);
        var streaming = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(default));
        using var reflection = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(metadata);
        var reflecting = await Assert.ThrowsAsync<RpcException>(() => reflection.ResponseStream.MoveNext(default));

        foreach (var refusal in new[] { unary, streaming, reflecting })
        {
            Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
            Assert.Equal(
                "This server needs its token: clients of the user who started it find it by themselves, others set GYMBRIDGE_TOKEN_FILE or GYMBRIDGE_TOKEN.",
                refusal.Status.Detail);
        }

        host.AssertQuiet();
    }

    [Fact]
    public async Task Call_WithTwoTokens_IsUnauthenticated()
    {
        await using var host = await TestHost.StartAsync(address: Loopback);
        using var channel = TestHost.ChannelTo(host.Server.Address);
        var metadata = new Metadata { { "authorization", $"Bearer {host.Server.Token}" }, { "authorization", "Bearer other" } };

        var refusal = Assert.Throws<RpcException>(() => new EnvService.EnvServiceClient(channel).List(new ListRequest(), metadata));

        Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
    }

    [Fact]
    public async Task HealthCheck_WithoutTheToken_IsOpenAndWatchIsNot()
    {
        await using var host = await TestHost.StartAsync(address: Loopback);
        using var channel = TestHost.ChannelTo(host.Server.Address);
        var health = new Health.HealthClient(channel);

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest())).Status);
        using var watch = health.Watch(new HealthCheckRequest());
        var refusal = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
    }

    [Fact]
    public async Task Health_OfTheService_ServesUntilTheStop()
    {
        await using var host = await TestHost.StartAsync();
        var health = new Health.HealthClient(host.NewChannel());
        var request = new HealthCheckRequest { Service = "gymbridge.v1.EnvService" };

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(request)).Status);
        var unknown = await Assert.ThrowsAsync<RpcException>(async () => await health.CheckAsync(new HealthCheckRequest { Service = "nobody" }));
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task NoToken_OnLoopback_LetsInAndSaysSoInTheLog()
    {
        await using var host = await TestHost.StartAsync(limits => limits.NoToken = true, address: Loopback);
        using var channel = TestHost.ChannelTo(host.Server.Address);

        new EnvService.EnvServiceClient(channel).List(new ListRequest());

        Assert.Contains(host.Log.Entries, entry => entry is { Level: LogLevel.Warning, Id.Id: 15 });
        Assert.Null(host.Server.Token);
    }

    [Fact]
    public async Task TokenFile_TwoNames_AreTwoPrincipalsWhoseSessionsAreTheirOwn()
    {
        using var files = new TestCertificates();
        var (ada, bob) = (new string('a', 43), new string('b', 43));
        var file = files.Write("tokens", $"# who may come\nada {ada}\n\nbob {bob}\n", isPrivate: true);
        await using var host = await TestHost.StartAsync(limits => limits.TokenFile = file, address: Loopback);
        using var adaChannel = TestHost.ChannelTo(host.Server.Address, ada);
        using var bobChannel = TestHost.ChannelTo(host.Server.Address, bob);
        var hers = RemoteSession.Open(new EnvService.EnvServiceClient(adaChannel), TestHost.ProbeId, 1);
        hers.Reset();
        var stolen = new RemoteSession(new EnvService.EnvServiceClient(bobChannel), hers.Session) { Seq = hers.Seq };

        const string Never = "There is no such session: its id is wrong, or the host was restarted. Open a new session.";
        var call = stolen.Refused(stolen.StepCall(2, ProbeEnv.Count));
        Assert.Equal((StatusCode.NotFound, Never), (call.StatusCode, call.Status.Detail));
        using var drive = stolen.Client.Drive();
        await drive.RequestStream.WriteAsync(stolen.StepCall(2, ProbeEnv.Count));
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => drive.ResponseStream.MoveNext(default))).StatusCode);
        stolen.Client.Close(new CloseRequest { SessionId = hers.Session.SessionId }); // fine, as for an id that never was
        var request = new OpenRequest { Generation = 1, EnvId = TestHost.ProbeId, ResumeToken = hers.Session.ResumeToken };
        var resume = Assert.Throws<RpcException>(() => stolen.Client.Open(request));
        Assert.Equal(StatusCode.NotFound, resume.StatusCode);
        Assert.Equal(2UL, hers.Step(ProbeEnv.Count).Seq);

        hers.Client.Close(new CloseRequest { SessionId = hers.Session.SessionId });
        Assert.Equal(Never, stolen.Refused(stolen.StepCall(3, ProbeEnv.Count)).Status.Detail);
        Assert.StartsWith("The session was closed at seq 2", hers.Refused(hers.StepCall(3, ProbeEnv.Count)).Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 100, 1, 3, "max_sessions", 3)]
    [InlineData(100, 8, 2, 3, "max_total_lanes", 6)]
    public async Task TokenFile_TwoNames_NeitherCanKeepTheOtherOut(int maxSessions, int maxLanes, int lanes, int sessions, string cap, int limit)
    {
        using var files = new TestCertificates();
        var (ada, bob) = (new string('a', 43), new string('b', 43));
        var file = files.Write("tokens", $"ada {ada}\nbob {bob}\n", isPrivate: true);
        await using var host = await TestHost.StartAsync(
            limits => (limits.TokenFile, limits.MaxSessions, limits.MaxTotalLanes) = (file, maxSessions, maxLanes), address: Loopback);
        using var adaChannel = TestHost.ChannelTo(host.Server.Address, ada);
        using var bobChannel = TestHost.ChannelTo(host.Server.Address, bob);
        var hers = new EnvService.EnvServiceClient(adaChannel);
        var opened = Enumerable.Range(0, sessions).Select(_ => RemoteSession.Open(hers, TestHost.ProbeId, lanes)).ToList();

        var refusal = Assert.Throws<RpcException>(() => RemoteSession.Open(hers, TestHost.ProbeId, lanes));

        var detail = ErrorDetails.Read(refusal.Trailers.GetValueBytes(ErrorDetails.Trailer));
        Assert.Equal((StatusCode.ResourceExhausted, cap, $"{limit}"), (refusal.StatusCode, detail.Metadata["cap"], detail.Metadata["limit"]));
        Assert.Contains("'token:ada' has", refusal.Status.Detail, StringComparison.Ordinal);
        RemoteSession.Open(new EnvService.EnvServiceClient(bobChannel), TestHost.ProbeId, lanes).Reset();
        hers.Close(new CloseRequest { SessionId = opened[0].Session.SessionId });
        RemoteSession.Open(hers, TestHost.ProbeId, lanes).Reset();
    }

    [Fact]
    public async Task TokenFile_Changed_LetsTheNewTokenInAndTheOldOneNoMore()
    {
        using var files = new TestCertificates();
        var (old, next) = (new string('o', 43), new string('n', 43));
        var file = files.Write("tokens", old, isPrivate: true);
        await using var host = await TestHost.StartAsync(limits => limits.TokenFile = file, address: Loopback);
        Assert.False(IsLetIn(host, next));

        files.Write("tokens", next, isPrivate: true);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddSeconds(5));

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!IsLetIn(host, next))
        {
            await Task.Delay(50, limit.Token);
        }

        Assert.False(IsLetIn(host, old));
    }

    [Fact]
    public async Task TokenFile_ALink_IsReadAgainOnlyWhenWhatItLeadsToChanges()
    {
        using var files = new TestCertificates();
        var (old, next) = (new string('o', 43), new string('n', 43));
        var file = files.Write("tokens", old, isPrivate: true);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1)); // the link is younger
        File.CreateSymbolicLink(file + ".link", file);
        using var log = new LogCollector();
        var tokens = new TokenFile(file + ".link", log.CreateLogger("tokens"));
        await Task.Delay(1_100); // a look is due
        Assert.NotNull(tokens.Find(old));
        Assert.Empty(log.Entries);

        files.Write("tokens", next, isPrivate: true);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (tokens.Find(next) is null)
        {
            await Task.Delay(50, limit.Token);
        }

        Assert.Single(log.Entries);
    }

    [Theory]
    [InlineData("", true, "holds no token")]
    [InlineData("# nothing\n", true, "holds no token")]
    [InlineData("short", true, "Line 1 of the token file")]
    [InlineData("name aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa more", true, "Line 1 of the token file")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaé", true, "Line 1 of the token file")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false, "can be read by others; close it with: chmod 600")]
    [InlineData(null, true, "cannot be read")]
    public async Task TokenFile_ThatIsUnsafe_IsNeverAServerWithoutAToken(string? content, bool isPrivate, string text)
    {
        using var files = new TestCertificates();
        var file = files.Path("tokens");
        if (content is not null)
        {
            files.Write("tokens", content, isPrivate);
        }

        var error = await Assert.ThrowsAsync<ServerConfigurationException>(
            () => TestHost.StartAsync(limits => limits.TokenFile = file, address: Loopback));

        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Fault_ToTheSameUserOnly_HasATrace(bool isUnix, bool hasTrace)
    {
        await using var host = await TestHost.StartAsync(
            limits => limits.NoToken = !isUnix, address: isUnix ? null : Loopback);
        var remote = host.Open();
        remote.Reset();

        var fault = remote.Step(ProbeEnv.ThrowArgument).Fault;

        Assert.Equal(hasTrace, fault.Trace.Length > 0);
        Assert.Equal("Two is a bad number.", fault.Message);
    }

    // On a connection of its own: one that was not let in is cut after a while.
    private static bool IsLetIn(TestHost host, string token)
    {
        using var channel = TestHost.ChannelTo(host.Server.Address, token);
        try
        {
            new EnvService.EnvServiceClient(channel).List(new ListRequest());
            return true;
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.Unauthenticated)
        {
            return false;
        }
    }
}
