using GymBridge.Environments;
using GymBridge.Protocol;
using GymBridge.Server;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P4s: 1024 lanes, Python client to C# server through shared memory, against Gymnasium's CartPoleVectorEnv.</summary>
internal sealed class PythonToServerVectorShared : IBenchmark
{
    public string Id => "P4s";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gymbridge-bench-").FullName;
        try
        {
            await using var server = await GymBridgeServer.StartAsync(
                EnvironmentCatalog.CreateRegistry(), ServerAddress.Unix(Path.Combine(folder, "s.sock")));
            var ours = (await PythonPeer.RunAsync("bridge_vector.py", server.Address.ToString(), "shm"))["steps_per_second"]!.GetValue<double>();
            var peer = (await PythonPeer.RunAsync("gymnasium_cartpole.py", "vector"))["steps_per_second"]!.GetValue<double>();
            return [new(Id, "1024 lanes, Python to C# server, shared memory", ours, peer, "steps/s", 1.5, "gymnasium CartPoleVectorEnv", false)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
