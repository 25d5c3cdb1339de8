using System.Net;
using System.Net.Sockets;
using GymBridge.Client.Errors;
using GymBridge.Client.Tests.TestSupport;
using GymBridge.Errors;
using GymBridge.Protocol.Errors;

namespace GymBridge.Client.Tests.Errors;

public sealed class ServerFaultTests
{
    [Fact]
    public async Task List_Server_HasItsEnvironments()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);

        var listing = server.Client().List();

        var spec = Assert.Single(listing.Environments, spec => spec.Id == "CartPole-v1");
        Assert.Equal((500, 475.0), (spec.MaxEpisodeSteps, spec.RewardThreshold));
        Assert.Contains("dotnet", listing.Versions.Keys);
    }

    [Fact]
    public async Task Make_UnknownId_SuggestsWhatIsClose()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);

        var exception = await Limit.ThrowsAsync<NameNotFoundException>(() => server.Client().Make("CartPol-v1"));

        Assert.Contains("Environment `CartPol` doesn't exist. Did you mean", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'CartPole-v1'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Make_UnknownKeywordArgument_ThrowsUnexpectedArgument()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        var options = new MakeOptions { Kwargs = new Info { ["gravity"] = 9.81 } };

        var exception = await Limit.ThrowsAsync<UnexpectedArgumentException>(() => server.Client().Make("CartPole-v1", options));

        Assert.Contains("'gravity'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Step_ActionOutOfRange_ThrowsAndTheSessionGoesOn()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        using var env = server.Client().Make("CartPole-v1");
        env.Reset(1);

        var exception = await Limit.ThrowsAsync<InvalidActionException>(() => env.Step(5L));

        Assert.Contains("5", exception.Message, StringComparison.Ordinal);
        env.Reset(1);
        Assert.Equal(1.0, env.Step(1L).Reward);
    }

    [Fact]
    public async Task Step_ServerStoppedMidTraining_ThrowsLost()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        using var env = server.Client().MakeVec("CartPole-v1", 2);
        var (result, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(result, 1);
        using var stopper = new Timer(_ => _ = server.StopAsync(), null, 200, Timeout.Infinite);

        var exception = await Limit.ThrowsAsync<SessionLostException>(() =>
        {
            while (true)
            {
                env.Step(actions, result);
            }
        });

        Assert.Contains("'CartPole-v1' is lost: during Step of 'CartPole-v1' at the server at unix:", exception.Message, StringComparison.Ordinal);
        await Limit.ThrowsAsync<SessionLostException>(() => env.Step(actions, result));
    }

    [Fact]
    public async Task Step_ServerStartedAgain_SaysThatTheSessionIsGone()
    {
        using var folder = new TemporaryFolder();
        var first = await TestServer.StartAsync(folder);
        using var proxy = new CuttingProxy(folder.Combine("sock"));
        using var env = new RemoteServer(proxy.Address).MakeVec("CartPole-v1", 1);
        var (result, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(result, 1);
        await first.DisposeAsync();
        await using var second = await TestServer.StartAsync(folder);

        var exception = await Limit.ThrowsAsync<SessionLostException>(() => env.Step(actions, result));

        Assert.Contains("it no longer knows the session", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MakeVec_StepOverTheServersLimit_NamesSizeAndLimit()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder, host => host.Limits.MaxMessageBytes = 65536);

        var exception = await Limit.ThrowsAsync<MessageTooLargeException>(() => server.Client().MakeVec("CartPole-v1", 4000));

        Assert.Contains("max_message_bytes", exception.Message, StringComparison.Ordinal);
        Assert.Matches("65[,. ]?536", exception.Message);
    }

    [Fact]
    public async Task MakeVec_MoreSessionsThanAllowed_NamesTheLimit()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder, host => host.Limits.MaxSessions = 1);
        using var env = server.Client().Make("CartPole-v1");

        var exception = await Limit.ThrowsAsync<LimitException>(() => server.Client().Make("CartPole-v1"));

        Assert.Contains("1", exception.Message, StringComparison.Ordinal);
        Assert.Contains("session", exception.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Step_AfterIdlingLongerThanTheLease_Works()
    {
        using var folder = new TemporaryFolder();
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(folder, host => host.TimeProvider = time);
        using var env = server.Client(new ClientOptions { Lease = TimeSpan.FromSeconds(3), TimeProvider = time }).Make("CartPole-v1");
        env.Reset(1);

        for (var second = 0; second < 10; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1.0, env.Step(1L).Reward);
    }

    [Fact]
    public async Task Make_NothingListens_ThrowsUnreachable()
    {
        using var folder = new TemporaryFolder();

        var exception = await Limit.ThrowsAsync<ServerConnectionException>(() => new RemoteServer($"unix:{folder.Combine("none")}").Make("CartPole-v1"));

        Assert.Contains("nothing answers there", exception.Message, StringComparison.Ordinal);
        Assert.Contains("gymbridge serve", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Make_ListenerThatNeverAnswers_ThrowsTimeout()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = new ClientOptions { OpenTimeout = TimeSpan.FromSeconds(1) };

        var exception = await Limit.ThrowsAsync<CallTimeoutException>(
            () => new RemoteServer($"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", options).Make("CartPole-v1"));

        Assert.Contains("got no answer within 1 s", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Make_ListenerThatSpeaksSomethingElse_Throws()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var greeter = new CancellationTokenSource();
        var greeting = Task.Run(async () =>
        {
            while (!greeter.IsCancellationRequested)
            {
                using var client = await listener.AcceptTcpClientAsync(greeter.Token);
                await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), greeter.Token);
            }
        });
        var options = new ClientOptions { OpenTimeout = TimeSpan.FromSeconds(5) };

        await Limit.ThrowsAsync<ServerConnectionException>(
            () => new RemoteServer($"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", options).Make("CartPole-v1"));

        await greeter.CancelAsync();
        await Record.ExceptionAsync(() => greeting);
    }
}
