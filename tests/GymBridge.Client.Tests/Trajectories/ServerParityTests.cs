using GymBridge.Client.Tests.TestSupport;
using GymBridge.Environments;

namespace GymBridge.Client.Tests.Trajectories;

public sealed class ServerParityTests
{
    [Theory]
    [InlineData(1, AutoresetMode.NextStep)]
    [InlineData(1, AutoresetMode.SameStep)]
    [InlineData(1, AutoresetMode.Disabled)]
    [InlineData(4, AutoresetMode.NextStep)]
    [InlineData(4, AutoresetMode.SameStep)]
    [InlineData(4, AutoresetMode.Disabled)]
    public async Task R22_MakeVec_CartPoleOnAServer_EqualsLocalBitForBit(int lanes, AutoresetMode mode)
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        var options = new MakeOptions { AutoresetMode = mode };
        using var expected = EnvironmentCatalog.CreateRegistry().MakeVec("CartPole-v1", lanes, options);
        using var actual = server.Client().MakeVec("CartPole-v1", lanes, options);

        Assert.Equal(expected.PythonTypes, actual.PythonTypes with { ObservationLeaves = expected.PythonTypes.ObservationLeaves });
        Parity.AssertEqual(expected, actual, 10_000, 11 + lanes);
    }

    [Fact]
    public async Task MakeVec_OverTcp_EqualsLocalBitForBit()
    {
        await using var server = await TestServer.StartAsync("127.0.0.1:0");
        using var expected = EnvironmentCatalog.CreateRegistry().MakeVec("CartPole-v1", 64);
        using var actual = server.Client().MakeVec("CartPole-v1", 64);

        Parity.AssertEqual(expected, actual, 500, 5);
    }

    [Fact]
    public async Task Step_ConnectionCutBeforeReplies_ExecutesEachCallOnce()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        using var proxy = new CuttingProxy(folder.Combine("sock"));
        using var expected = EnvironmentCatalog.CreateRegistry().MakeVec("CartPole-v1", 2);

        Parity.AssertEqualThroughCuts(expected, proxy);
    }
}
