using System.Net.Security;
using System.Net.Sockets;
using Grpc.Net.Client;
using GymBridge.Environments;
using GymBridge.Protocol;
using GymBridge.Protocol.V1;
using Microsoft.Extensions.Logging;

namespace GymBridge.Server.Tests.Infrastructure;

/// <summary>A real server on a real socket, with clients to it.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    public const string ProbeId = "Probe-v0";
    public const string ColumnsId = "Columns-v0";
    public const string SpacesId = "Spaces-v0";
    public const string CastingId = "Casting-v0";

    private readonly List<GrpcChannel> _channels = [];

    private TestHost(GymBridgeServer server, Probe probe, ManualTime? time, LogCollector log)
    {
        Server = server;
        Probe = probe;
        Time = time;
        Log = log;
        Client = NewClient();
    }

    public GymBridgeServer Server { get; }

    public Probe Probe { get; }

    public ManualTime? Time { get; }

    public LogCollector Log { get; }

    public EnvService.EnvServiceClient Client { get; }

    public static string NewSocketPath() => Path.Combine(Path.GetTempPath(), $"gb-{Guid.NewGuid():N}", "s");

    public static async Task<TestHost> StartAsync(
        Action<GymBridgeOptions>? limits = null, bool hasManualTime = false, ServerAddress? address = null, TimeSpan? stopTimeout = null)
    {
        var probe = new Probe();
        var log = new LogCollector();
        var time = hasManualTime ? new ManualTime() : null;
        var server = await GymBridgeServer.StartAsync(RegistryWith(probe), address ?? ServerAddress.Unix(NewSocketPath()), options =>
        {
            limits?.Invoke(options.Limits);
            options.TimeProvider = time;
            options.StopTimeout = stopTimeout ?? options.StopTimeout;
            options.Logging = logging => logging.AddProvider(log);
        });
        return new TestHost(server, probe, time, log);
    }

    public static EnvRegistry RegistryWith(Probe probe) => EnvironmentCatalog.CreateRegistry()
        .Register(new EnvSpec { Id = ProbeId }, arguments => new ProbeEnv(probe, arguments))
        .Register(new EnvSpec { Id = ColumnsId }, arguments => new ProbeEnv(probe, arguments), lanes => new ColumnEnv(probe, lanes))
        .Register(new EnvSpec { Id = SpacesId }, _ => new SpacesEnv())
        .Register(new EnvSpec { Id = CastingId }, _ => new CastingEnv());

    public GrpcChannel NewChannel()
    {
        var channel = ChannelTo(Server.Address, token: Server.Token);
        _channels.Add(channel);
        return channel;
    }

    public EnvService.EnvServiceClient NewClient() => new(NewChannel());

    public RemoteSession Open(string id = ProbeId, int lanes = 1, Action<OpenRequest>? change = null) => RemoteSession.Open(Client, id, lanes, change);

    /// <summary>Nothing that an operator would have to look at was logged.</summary>
    public void AssertQuiet() => Assert.DoesNotContain(Log.Entries, entry => entry.Level >= LogLevel.Warning);

    public async ValueTask DisposeAsync()
    {
        Probe.Gate.Set();
        _channels.ForEach(channel => channel.Dispose());
        await Server.DisposeAsync();
        if (Server.Address.SocketPath is { } path && Directory.Exists(Path.GetDirectoryName(path)))
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    /// <summary>A channel with exactly what is given: no credential is looked for.</summary>
    public static GrpcChannel ChannelTo(ServerAddress address, string? token = null, SslClientAuthenticationOptions? tls = null)
    {
        var sockets = new SocketsHttpHandler();
        if (address.SocketPath is { } path)
        {
            sockets.ConnectCallback = async (_, cancellation) => await ConnectAsync(path, cancellation);
        }

        if (tls is not null)
        {
            sockets.SslOptions = tls;
        }

        return GrpcChannel.ForAddress($"{(address.IsTls ? "https" : "http")}://{address.Authority}", new GrpcChannelOptions
        {
            MaxReceiveMessageSize = null,
            HttpHandler = token is null ? sockets : new WithToken(sockets, token),
            DisposeHttpClient = true,
        });
    }

    private static async Task<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class WithToken(HttpMessageHandler inner, string token) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.TryAddWithoutValidation("authorization", $"Bearer {token}");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
