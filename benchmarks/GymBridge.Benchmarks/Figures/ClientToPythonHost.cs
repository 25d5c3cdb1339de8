using System.Diagnostics;
using GymBridge.Client;
using GymBridge.Client.Hosting;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P5: one step, one lane, C# client to a Python host, against an empty grpcio echo on a stream, which is how our
/// client calls, from the same client; and against the unary one.</summary>
internal sealed class ClientToPythonHost : IBenchmark
{
    private const int Steps = 2000;
    private const int Trials = 15;
    private const int MessageBytes = 48; // about a step's request and reply

    public string Id => "P5";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var interpreter = (await PythonPeer.InstallAsync()).Environment.Interpreter;
        using var env = new PythonEnvSource(new ClientOptions { Transport = Transport.Grpc }).MakeVec(EnvId.Parse("gymnasium:CartPole-v1"), 1, MakeOptions.Default);
        var folder = Directory.CreateTempSubdirectory("gymbridge-echo-").FullName;
        var socket = Path.Combine(folder, "echo.sock");
        var start = new ProcessStartInfo(interpreter, [Path.Combine(AppContext.BaseDirectory, "peers", "grpcio_echo.py"), $"unix:{socket}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            await process.StandardOutput.ReadLineAsync();
            using var client = new EchoClient(socket);
            var times = Measure.InTurns(Trials, Steps, Measure.CartPoleSteps(env, Steps), Calls(client.OpenStream()), Calls(client.Call));
            return
            [
                new(Id, "one step, C# client to Python host, CartPole", times[0], times[1], "us", 1 / 1.15, "empty streaming grpcio echo, same client", true),
                new(Id, "one step, C# client to Python host, CartPole", times[0], times[2], "us", 1 / 1.15, "empty unary grpcio echo, same client", true),
            ];
        }
        finally
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Action Calls(Action<byte[]> call)
    {
        var message = new byte[MessageBytes];
        return () =>
        {
            for (var i = 0; i < Steps; i++)
            {
                call(message);
            }
        };
    }
}
