using GymBridge.Environments;
using GymBridge.Protocol;
using GymBridge.Server;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P4: 1024 lanes, Python client to C# server over gRPC, against Gymnasium's SyncVectorEnv.</summary>
internal sealed class PythonToServerVector : IBenchmark
{
    public string Id => "P4";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gymbridge-bench-").FullName;
        try
        {
            await using var server = await GymBridgeServer.StartAsync(
                EnvironmentCatalog.CreateRegistry(), ServerAddress.Unix(Path.Combine(folder, "s.sock")));
            var ours = (await PythonPeer.RunAsync("bridge_vector.py", server.Address.ToString(), "grpc"))["steps_per_second"]!.GetValue<double>();
            var peer = (await PythonPeer.RunAsync("gymnasium_cartpole.py", "sync"))["steps_per_second"]!.GetValue<double>();
            return [new(Id, "1024 lanes, Python to C# server, gRPC", ours, peer, "steps/s", 50, "gymnasium SyncVectorEnv", false)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
