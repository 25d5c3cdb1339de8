using GymBridge.Client;
using GymBridge.Environments;
using GymBridge.Protocol;
using GymBridge.Server;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P13: steps of 4096 lanes a second, C# client to C# server, against those of 64 and of 1024: the cost of a lane must not grow.</summary>
internal sealed class LaneCost : IBenchmark
{
    private const int Most = 4096;
    private static readonly int[] Fewer = [64, 1024];
    private static readonly Transport[] Ways = [Transport.Grpc, Transport.SharedMemory];

    public string Id => "P13";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gymbridge-bench-").FullName;
        try
        {
            await using var server = await GymBridgeServer.StartAsync(
                EnvironmentCatalog.CreateRegistry(), ServerAddress.Unix(Path.Combine(folder, "s.sock")));
            var figures = new List<Figure>();
            foreach (var transport in Ways)
            {
                var most = LaneSteps(server.Address.ToString(), transport, Most);
                figures.AddRange(Fewer.Select(
                    lanes => new Figure(Id, $"lane-steps of {Most} lanes, {transport}", most, LaneSteps(server.Address.ToString(), transport, lanes), "steps/s", 1, $"{lanes} lanes", false)));
            }

            return figures;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double LaneSteps(string address, Transport transport, int lanes)
    {
        using var env = new RemoteServer(address, new ClientOptions { Transport = transport }).MakeVec("CartPole-v1", lanes);
        return lanes * Measure.CartPoleRate(env, 200);
    }
}
