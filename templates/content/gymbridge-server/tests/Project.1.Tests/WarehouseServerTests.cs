using GymBridge.Client;

namespace Project._1.Tests;

public class WarehouseServerTests
{
    [Fact]
    public async Task Served_Environment_EqualsTheLocalOne()
    {
        await using var app = WarehouseServer.Create([], port: 0);
        await app.StartAsync();
        using var remote = new RemoteServer(new Uri(app.Urls.Single()).Authority).Make("Warehouse-v0").As<float[], long>();
        using var local = new WarehouseEnv();
        Assert.Equal(local.Reset(42).Observation, remote.Reset(42).Observation);
        for (var step = 0; step < 20; step++)
        {
            var expected = local.Step(step % 4);
            var actual = remote.Step(step % 4);
            Assert.Equal(expected.Observation, actual.Observation);
            Assert.Equal((expected.Reward, expected.Terminated), (actual.Reward, actual.Terminated));
            if (expected.Terminated)
            {
                break;
            }
        }
    }
}
