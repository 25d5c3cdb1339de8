using System.Text.Json.Nodes;
using GymBridge.Environments;
using GymBridge.Protocol;
using GymBridge.Server;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P4: 1024 lanes, Python client to C# server over gRPC, against Gymnasium's SyncVectorEnv, and against an empty echo of as many bytes.</summary>
internal sealed class PythonToServerVector : IBenchmark
{
    private const int Lanes = 1024;

    public string Id => "P4";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        await using var echo = await EchoServer.StartAsync();
        var seconds = await MeasureAsync("grpc", "sync", echo.Address);
        return
        [
            Rates(Id, "1024 lanes, Python to C# server, gRPC", seconds, 50, "gymnasium SyncVectorEnv"),
            new(Id, "the same", Of(seconds, "step") * 1e6, Of(seconds, "echo") * 1e6, "us", 1 / 1.15, "empty Kestrel echo of as many bytes", true),
        ];
    }

    /// <summary>Seconds of a step, and of its peers.</summary>
    /// <param name="transport">Of the client.</param>
    /// <param name="mode">Gymnasium's vectorization mode for its own environment.</param>
    /// <param name="echo">Address of an echo to measure as well; empty for none.</param>
    public static async Task<JsonObject> MeasureAsync(string transport, string mode, string echo = "")
    {
        var folder = Directory.CreateTempSubdirectory("gymbridge-bench-").FullName;
        try
        {
            await using var server = await GymBridgeServer.StartAsync(
                EnvironmentCatalog.CreateRegistry(), ServerAddress.Unix(Path.Combine(folder, "s.sock")));
            return await PythonPeer.RunAsync("bridge_vector.py", server.Address.ToString(), transport, mode, echo);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Our rate beside Gymnasium's.</summary>
    public static Figure Rates(string id, string what, JsonObject seconds, double bar, string peer) =>
        new(id, what, Lanes / Of(seconds, "step"), Lanes / Of(seconds, "peer"), "steps/s", bar, peer, false);

    private static double Of(JsonObject seconds, string name) => seconds[name]!.GetValue<double>();
}
