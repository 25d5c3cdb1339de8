using System.Net.Sockets;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using GymBridge.Environments;
using GymBridge.Protocol;
using GymBridge.Protocol.V1;
using GymBridge.Server.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GymBridge.Server.Tests.Hosting;

public sealed class GymBridgeServerTests
{
    [Fact]
    public async Task StartAsync_PortZero_TellsThePortItGot()
    {
        await using var host = await TestHost.StartAsync(address: ServerAddress.Parse("localhost:0"));

        Assert.NotEqual(0, host.Server.Address.Port);
        Assert.Equal("localhost", host.Server.Address.Host);
        host.Open("CartPole-v1").Reset(0);
    }

    [Fact]
    public async Task StartAsync_TakenPort_IsOneClearError()
    {
        await using var host = await TestHost.StartAsync(address: ServerAddress.Parse("127.0.0.1:0"));

        var error = await Assert.ThrowsAsync<GymBridgeException>(() => TestHost.StartAsync(address: host.Server.Address));

        Assert.Equal($"{host.Server.Address} is taken by another program; choose another port, or port 0 for a free one.", error.Message);
    }

    [Theory]
    [InlineData("0.0.0.0:0", "0.0.0.0:0 can be reached from other machines")]
    [InlineData("example.org:1", "example.org:1 can be reached from other machines")]
    public async Task StartAsync_AddressBeyondThisMachine_IsRefused(string address, string text)
    {
        var error = await Assert.ThrowsAsync<ServerConfigurationException>(() => TestHost.StartAsync(address: ServerAddress.Parse(address)));

        Assert.StartsWith(text, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_UnixSocket_IsForItsOwnerOnlyAndGoneAfterTheStop()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var host = await TestHost.StartAsync();
        var path = host.Server.Address.SocketPath!;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));

        await host.Server.StopAsync();

        Assert.False(File.Exists(path));
        await host.DisposeAsync();
    }

    [Theory]
    [InlineData("gymbridge-s-", false)]
    [InlineData("mine-", true)]
    public async Task StopAsync_FolderMadeForOneSocket_EndsWithIt(string prefix, bool stays)
    {
        var folder = Directory.CreateTempSubdirectory(prefix).FullName;
        await using (var server = await GymBridgeServer.StartAsync(EnvironmentCatalog.CreateRegistry(), ServerAddress.Unix(Path.Combine(folder, "s"))))
        {
            Assert.True(Directory.Exists(folder));
        }

        Assert.Equal(stays, Directory.Exists(folder));
        if (stays)
        {
            Directory.Delete(folder);
        }
    }

    [Theory]
    [InlineData("unix:/proc/self/s", "The server cannot listen on unix:/proc/self/s: ", typeof(GymBridgeException))]
    [InlineData(
        "[::ffff:127.0.0.1]:0", "'::ffff:127.0.0.1' is an IPv4 address written as one of IPv6; listen on '127.0.0.1'.", typeof(ServerConfigurationException))]
    public async Task StartAsync_AddressThatCannotBeHad_IsOneErrorAndNoReport(string address, string message, Type type)
    {
        var log = new LogCollector();

        var error = await Assert.ThrowsAsync(type, () => GymBridgeServer.StartAsync(
            EnvironmentCatalog.CreateRegistry(), ServerAddress.Parse(address), options => options.Logging = logging => logging.AddProvider(log)));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Empty(log.Entries);
    }

    [Fact]
    public async Task StopAsync_WhileACallRuns_IsNotServingRefusesCallsAndWaitsForIt()
    {
        await using var host = await TestHost.StartAsync(stopTimeout: TimeSpan.FromHours(1));
        var (busy, other) = (host.Open(), RemoteSession.Open(host.NewClient(), TestHost.ProbeId, 1));
        busy.Reset();
        host.Probe.Gate.Reset();
        var call = Task.Run(() => busy.Step(ProbeEnv.WaitAtGate));
        await WaitUntilAsync(() => host.Client.List(new ListRequest()).State.RunningCalls == 1);
        using var channel = host.NewChannel();
        var health = new Health.HealthClient(channel);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Check(new HealthCheckRequest()).Status);

        var stop = host.Server.StopAsync();

        await WaitUntilAsync(() => health.Check(new HealthCheckRequest()).Status == HealthCheckResponse.Types.ServingStatus.NotServing);
        Assert.Equal(
            HealthCheckResponse.Types.ServingStatus.NotServing, health.Check(new HealthCheckRequest { Service = "gymbridge.v1.EnvService" }).Status);
        var refusal = Assert.Throws<RpcException>(() => other.Reset());
        Assert.Equal((StatusCode.Unavailable, "The host is stopping."), (refusal.StatusCode, refusal.Status.Detail));
        Assert.False(stop.IsCompleted);
        host.Probe.Gate.Set();
        Assert.Equal(2UL, (await call).Seq);
        await stop;
    }

    [Fact]
    public async Task StopAsync_WithoutPatience_LeavesTheCallThatHangs()
    {
        await using var host = await TestHost.StartAsync(stopTimeout: TimeSpan.Zero);
        var busy = host.Open();
        busy.Reset();
        host.Probe.Gate.Reset();
        var call = Task.Run(() => busy.Step(ProbeEnv.WaitAtGate));
        await WaitUntilAsync(() => host.Client.List(new ListRequest()).State.RunningCalls == 1);

        await host.Server.StopAsync();

        Assert.False(host.Probe.Gate.IsSet);
        await Assert.ThrowsAsync<RpcException>(() => call);
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(5);
        }
    }

    [Fact]
    public async Task StartAsync_SocketOfALivingServer_IsRefusedAndLeftAlone()
    {
        await using var host = await TestHost.StartAsync();

        var error = await Assert.ThrowsAsync<GymBridgeException>(() => TestHost.StartAsync(address: host.Server.Address));

        Assert.Equal($"Another server listens on '{host.Server.Address}'; stop it, or choose another path.", error.Message);
        host.Open("CartPole-v1").Reset(0);
    }

    [Fact]
    public async Task StartAsync_SocketOfADeadServer_IsReplaced()
    {
        var path = TestHost.NewSocketPath();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        LeaveDeadSocket(path);
        Assert.True(File.Exists(path));

        await using var host = await TestHost.StartAsync(address: ServerAddress.Unix(path));

        host.Open("CartPole-v1").Reset(0);
    }

    [Fact]
    public async Task StartAsync_SomethingElseAtThePath_IsNeverRemoved()
    {
        var path = TestHost.NewSocketPath();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, "precious");
        var link = path + "-link";
        File.CreateSymbolicLink(link, path);

        foreach (var taken in new[] { path, link })
        {
            var error = await Assert.ThrowsAsync<GymBridgeException>(() => TestHost.StartAsync(address: ServerAddress.Unix(taken)));
            Assert.Equal($"'{taken}' exists and is not a socket; choose another path, or remove it.", error.Message);
        }

        Assert.Equal("precious", await File.ReadAllTextAsync(path));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public async Task StopAsync_WithOpenSessionsAndAnIdleStream_ClosesAllSoon()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open(lanes: 3);
        host.Open();
        using var stream = host.Client.Drive();
        await stream.RequestStream.WriteAsync(remote.ResetCall());
        Assert.True(await stream.ResponseStream.MoveNext(default));

        await host.Server.StopAsync(); // there is no call to wait for

        Assert.Equal(4, host.Probe.Disposed);
        await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task StopAsync_WhileAStepRuns_AnswersItFirst()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();
        host.Probe.Gate.Reset();
        var step = remote.SendAsync(remote.StepCall(2, ProbeEnv.WaitAtGate));
        Assert.True(await host.Probe.Entered.WaitAsync(TimeSpan.FromMinutes(1)));

        var stop = host.Server.StopAsync();
        host.Probe.Gate.Set();

        Assert.Equal(2UL, (await step).Seq);
        await stop;
        Assert.Equal(1, host.Probe.Disposed);
    }

    [Fact]
    public async Task Health_OfARunningServer_IsServing()
    {
        await using var host = await TestHost.StartAsync();

        var health = new Health.HealthClient(host.NewChannel()).Check(new HealthCheckRequest());

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
    }

    [Fact]
    public async Task Reflection_OfARunningServer_ShowsTheServiceAndItsMessages()
    {
        await using var host = await TestHost.StartAsync();
        using var stream = new ServerReflection.ServerReflectionClient(host.NewChannel()).ServerReflectionInfo();

        await stream.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = string.Empty });
        Assert.True(await stream.ResponseStream.MoveNext(default));
        Assert.Contains(stream.ResponseStream.Current.ListServicesResponse.Service, service => service.Name == "gymbridge.v1.EnvService");

        await stream.RequestStream.WriteAsync(new ServerReflectionRequest { FileContainingSymbol = "gymbridge.v1.EnvService" });
        Assert.True(await stream.ResponseStream.MoveNext(default));
        Assert.NotEmpty(stream.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto);
    }

    [Fact]
    public async Task AddGymBridge_InAnApplication_ServesItsEnvironments()
    {
        var path = TestHost.NewSocketPath();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton<Probe>();
        builder.Services.AddGymBridge()
            .AddEnvironment<ProbeEnv>("Mine-v0", maxEpisodeSteps: 2)
            .AddEnvironment<PlainEnv>("Plain-v0")
            .AddEnvironments(EnvironmentCatalog.CreateRegistry());
        await using var application = builder.Build();
        application.MapGymBridge();
        await application.StartAsync();
        using var channel = TestHost.ChannelTo(ServerAddress.Unix(path));
        var client = new EnvService.EnvServiceClient(channel);

        var mine = RemoteSession.Open(client, "Mine-v0", 1);
        mine.Reset();
        mine.Step(ProbeEnv.Count);
        Assert.Equal(1, mine.Step(ProbeEnv.Count).Truncated[0]);
        RemoteSession.Open(client, "Plain-v0", 1).Reset();
        RemoteSession.Open(client, "CartPole-v1", 1).Reset(1);
        var refusal = Assert.Throws<RpcException>(() => RemoteSession.Open(client, "Plane-v0", 1));
        Assert.Equal(
            "Environment 'Plane-v0' is not registered. Did you mean 'Plain-v0'? The host's List shows all ids.", refusal.Status.Detail);
        await application.StopAsync();
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static void LeaveDeadSocket(string path)
    {
        // .NET removes the file when it closes a socket that it bound; a crash does not, and neither does a second name.
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path + "-bound"));
        File.Move(path + "-bound", path);
    }

    private sealed class PlainEnv : Env<long, long>
    {
        public PlainEnv()
            : base(new GymBridge.Spaces.Discrete(2), new GymBridge.Spaces.Discrete(2))
        {
        }

        protected override ResetResult<long> OnReset(Info? options) => 0;

        protected override StepResult<long> OnStep(long action) => new(action, 1, false);
    }
}
