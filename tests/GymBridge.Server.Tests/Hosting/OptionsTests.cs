using System.Runtime.Versioning;
using GymBridge.Environments;
using GymBridge.Protocol;
using GymBridge.Protocol.Credentials;
using GymBridge.Protocol.V1;
using GymBridge.Server.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GymBridge.Server.Tests.Hosting;

/// <summary>AddGymBridge in applications: its options come from the configuration, and calling it again adds.</summary>
public sealed class OptionsTests
{
    [Fact]
    public async Task AddGymBridge_SectionOfTheConfiguration_IsBoundBeforeCode()
    {
        await using var application = Build(
            services => services.AddGymBridge(options => options.MaxLanes = 7),
            ("GymBridge:MaxSessions", "5"),
            ("GymBridge:MaxLanes", "9"),
            ("GymBridge:Lease", "00:00:12"));

        var options = application.Services.GetRequiredService<IOptions<GymBridgeOptions>>().Value;

        Assert.Equal((5, 7, TimeSpan.FromSeconds(12)), (options.MaxSessions, options.MaxLanes, options.Lease));
    }

    [Fact]
    public async Task AddGymBridge_PortInTheConfiguration_ListensThereWithATokenThatClientsFind()
    {
        await using var application = Build(
            services => services.AddGymBridge().AddEnvironments(EnvironmentCatalog.CreateRegistry()), ("GymBridge:Port", "0"));
        application.MapGymBridge();
        await application.StartAsync();
        var port = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        var token = RuntimeTokens.Read(port);
        Assert.Equal(43, token!.Length);

        using var channel = TestHost.ChannelTo(ServerAddress.Tcp("127.0.0.1", port), token);
        RemoteSession.Open(new EnvService.EnvServiceClient(channel), "CartPole-v1", 1).Reset(1);
        using var stranger = TestHost.ChannelTo(ServerAddress.Tcp("127.0.0.1", port));
        var refusal = Assert.Throws<Grpc.Core.RpcException>(() => new EnvService.EnvServiceClient(stranger).List(new ListRequest()));
        Assert.Equal(Grpc.Core.StatusCode.Unauthenticated, refusal.StatusCode);

        await application.StopAsync();
        Assert.Null(RuntimeTokens.Read(port));
    }

    [Fact]
    public void AddGymBridge_VariablesOfTheEnvironment_AreItsConfiguration()
    {
        Environment.SetEnvironmentVariable("GymBridge__Port", "0");
        Environment.SetEnvironmentVariable("GymBridge__Credits", "3");
        try
        {
            using var application = (IDisposable)Build(services => services.AddGymBridge());

            var options = ((WebApplication)application).Services.GetRequiredService<IOptions<GymBridgeOptions>>().Value;

            Assert.Equal((0, 3), (options.Port, options.Credits));
        }
        finally
        {
            Environment.SetEnvironmentVariable("GymBridge__Port", null);
            Environment.SetEnvironmentVariable("GymBridge__Credits", null);
        }
    }

    [Fact]
    public async Task StartAsync_OptionsThatMakeNoSense_AreAllNamedAtOnce()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => Build(
            services => services.AddGymBridge(options => (options.MaxLanes, options.Lease) = (0, TimeSpan.Zero)), ("GymBridge:Credits", "0")).StartAsync());

        Assert.Equal(
            "GymBridge: MaxLanes must be at least 1, got 0. Credits must be 1 to 1024, got 0. Lease must be positive and at most MaxLease (01:00:00), got 00:00:00.",
            error.Message);
    }

    [Theory]
    [InlineData("GymBridge:MaxSession", "5", "MaxSession")]
    [InlineData("GymBridge:MaxSessions", "many", "many")]
    public async Task StartAsync_ConfigurationThatFitsNoOption_IsAnError(string key, string value, string text)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Build(services => services.AddGymBridge(), (key, value)).StartAsync());

        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_UnsafeAddress_IsRefused()
    {
        var error = await Assert.ThrowsAsync<ServerConfigurationException>(() => Build(services => services.AddGymBridge(), ("GymBridge:Address", "0.0.0.0:0")).StartAsync());

        Assert.Contains("add TLS by --tls-cert FILE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task AddGymBridge_Twice_ServesTheEnvironmentsOfBoth()
    {
        var path = TestHost.NewSocketPath();
        await using var application = Build(
            services =>
            {
                services.AddSingleton<Probe>();
                services.AddGymBridge(options => options.MaxSessions = 3).AddEnvironment<ProbeEnv>("First-v0");
                services.AddGymBridge(options => options.MaxLanes = 4).AddEnvironment<ProbeEnv>("Second-v0");
            },
            ("GymBridge:Address", $"unix:{path}"));
        application.MapGymBridge();
        await application.StartAsync();
        using var channel = TestHost.ChannelTo(ServerAddress.Unix(path));

        var listing = new EnvService.EnvServiceClient(channel).List(new ListRequest());

        Assert.Equal(["First-v0", "Second-v0"], listing.Environments.Select(entry => entry.EnvId).Order());
        var options = application.Services.GetRequiredService<IOptions<GymBridgeOptions>>().Value;
        Assert.Equal((3, 4), (options.MaxSessions, options.MaxLanes));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        await application.StopAsync();
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static WebApplication Build(Action<IServiceCollection> add, params (string Key, string Value)[] configuration)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(configuration.Select(item => KeyValuePair.Create<string, string?>(item.Key, item.Value)));
        builder.Logging.ClearProviders();
        add(builder.Services);
        return builder.Build();
    }
}
