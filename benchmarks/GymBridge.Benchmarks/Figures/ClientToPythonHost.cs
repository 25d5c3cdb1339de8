using System.Diagnostics;
using GymBridge.Client;
using GymBridge.Client.Hosting;
using GymBridge.Client.Installation;
using GymBridge.Testing;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P5: one step, one lane, C# client to a Python host, against an empty grpcio echo on a stream, which is how our
/// client calls, from the same client; and against the unary one.</summary>
internal sealed class ClientToPythonHost : IBenchmark
{
    private const int Steps = 2000;
    private const int MessageBytes = 48; // about a step's request and reply

    public string Id => "P5";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var installation = await PythonInstaller.InstallAsync(CheckoutPython.Options("classic-control", "dev", "test"));
        var ours = 1e6 / MeasureStep();
        var (stream, unary) = await MeasureEchoAsync(installation.Environment.Interpreter);
        return
        [
            new(Id, "one step, C# client to Python host, CartPole", ours, stream, "us", 1 / 1.15, "empty streaming grpcio echo, same client", true),
            new(Id, "one step, C# client to Python host, CartPole", ours, unary, "us", 1 / 1.15, "empty unary grpcio echo, same client", true),
        ];
    }

    private static double MeasureStep()
    {
        using var env = new PythonEnvSource(new ClientOptions { Transport = Transport.Grpc }).MakeVec(EnvId.Parse("gymnasium:CartPole-v1"), 1, MakeOptions.Default);
        return Measure.CartPoleRate(env, Steps);
    }

    private static async Task<(double Stream, double Unary)> MeasureEchoAsync(string interpreter)
    {
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
            var message = new byte[MessageBytes];
            return (MicrosecondsOf(client.OpenStream(), message), MicrosecondsOf(client.Call, message));
        }
        finally
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double MicrosecondsOf(Action<byte[]> call, byte[] message) => 1e6 / Measure.Rate(Steps, () =>
    {
        for (var i = 0; i < Steps; i++)
        {
            call(message);
        }
    });
}
