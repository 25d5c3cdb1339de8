using GymBridge.Protocol.Codec;
using GymBridge.Protocol.V1;
using GymBridge.Server.Tests.Infrastructure;

namespace GymBridge.Server.Tests.Sessions;

/// <summary>What closing an environment throws is told to whoever closes the session.</summary>
public sealed class ClosingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Close_EnvironmentThatThrows_ClosesAllLanesAndTellsTheFirst(int lanes)
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open(lanes: lanes, change: request => request.Kwargs = ValueCodec.Encode(new Info { ["closes_badly"] = true }));

        var response = await remote.Client.CloseAsync(new CloseRequest { SessionId = remote.Session.SessionId });

        Assert.Equal(("OSError", "The recorder is full.", 0U), (response.Fault.PythonClass, response.Fault.Message, Assert.Single(response.Fault.Lanes)));
        Assert.Equal(lanes, host.Probe.Disposed);
        Assert.Null((await remote.Client.CloseAsync(new CloseRequest { SessionId = remote.Session.SessionId })).Fault);
    }

    [Fact]
    public async Task Close_EnvironmentThatClosesWell_TellsNothing()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();

        Assert.Null((await remote.Client.CloseAsync(new CloseRequest { SessionId = remote.Session.SessionId })).Fault);
        Assert.Equal(1, host.Probe.Disposed);
    }
}
