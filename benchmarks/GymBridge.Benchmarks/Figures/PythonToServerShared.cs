using GymBridge.Environments;
using GymBridge.Protocol;
using GymBridge.Server;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P3s: one step, one lane, Python client to C# server through shared memory and in process, against Gymnasium's own CartPole.</summary>
internal sealed class PythonToServerShared : IBenchmark
{
    public string Id => "P3s";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gymbridge-bench-").FullName;
        try
        {
            await using var server = await GymBridgeServer.StartAsync(
                EnvironmentCatalog.CreateRegistry(), ServerAddress.Unix(Path.Combine(folder, "s.sock")));
            var times = await PythonPeer.RunAsync("shared_step.py", server.Address.ToString());
            var inProcess = await PythonPeer.RunAsync(
                "inproc_step.py", [], new Dictionary<string, string> { ["GYMBRIDGE_SERVER"] = $"dotnet {typeof(PythonToServerShared).Assembly.Location}" });
            return
            [
                new(Id, "one step, Python to C# server, shared memory", Of("step_us"), Of("gymnasium_us"), "us", 1, "gymnasium.make, same loop", true),
                new(Id, "the same without Gymnasium's wrappers", Of("round_trip_us"), 10, "us", 1, "10 us", true),
                new(Id, "the same as the first, in process", OfInProcess("step_us"), OfInProcess("gymnasium_us"), "us", null, "gymnasium.make, same loop", true),
                new(Id, "the same as the first, all processors busy", Of("busy_step_us"), Of("busy_gymnasium_us"), "us", null, "gymnasium.make, same loop", true),
                new(Id, "the same as the first, all processors busy", Of("busy_step_us"), Of("busy_asleep_us"), "us", null, "without spinning", true),
            ];

            double Of(string name) => times[name]!.GetValue<double>();
            double OfInProcess(string name) => inProcess[name]!.GetValue<double>();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
