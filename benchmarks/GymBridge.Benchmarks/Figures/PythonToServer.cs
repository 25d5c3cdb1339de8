using GymBridge.Environments;
using GymBridge.Protocol;
using GymBridge.Server;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P3: one step, one lane, Python client to C# server over a Unix socket, against an empty echo and grpcio to grpcio. Requirement 38 of
/// what must survive the crossing is the bars of all these figures.</summary>
internal sealed class PythonToServer : IBenchmark
{
    public string Id => "P3";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gymbridge-bench-").FullName;
        try
        {
            await using var echo = await EchoServer.StartAsync();
            await using var server = await GymBridgeServer.StartAsync(
                EnvironmentCatalog.CreateRegistry(), ServerAddress.Unix(Path.Combine(folder, "s.sock")));
            var times = await PythonPeer.RunAsync("bridge_step.py", server.Address.ToString(), echo.Address);
            double Of(string name) => times[name]!.GetValue<double>();
            return
            [
                new(Id, "one step, Python to C# server, Unix socket", Of("step_us"), Of("echo_us"), "us", 1 / 1.15, "empty Kestrel echo, same client", true),
                new(Id, "a call that asks for nothing, the same way", Of("ping_us"), Of("echo_us"), "us", 1 / 1.15, "the same", true),
                new(Id, "one step, Python to C# server, Unix socket", Of("step_us"), Of("grpcio_us"), "us", 2, "echo, grpcio to grpcio", true),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
