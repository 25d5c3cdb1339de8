using System.Diagnostics;
using GymBridge.Client;
using GymBridge.Client.Hosting;
using GymBridge.Client.Installation;
using GymBridge.Testing;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P5: one step, one lane, C# client to a Python host, against an empty grpcio echo from the same client.</summary>
internal sealed class ClientToPythonHost : IBenchmark
{
    private const int Steps = 2000;
    private const int MessageBytes = 48; // about a step's request and reply

    public string Id => "P5";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var installation = await PythonInstaller.InstallAsync(CheckoutPython.Options("classic-control", "dev", "test"));
        var ours = 1e6 / MeasureStep();
        var echo = 1e6 / await MeasureEchoAsync(installation.Environment.Interpreter);
        return [new(Id, "one step, C# client to Python host, CartPole", ours, echo, "us", 1 / 1.25, "empty grpcio echo, same client", true)];
    }

    private static double MeasureStep()
    {
        using var env = new PythonEnvSource(new ClientOptions { Transport = Transport.Grpc }).MakeVec(EnvId.Parse("gymnasium:CartPole-v1"), 1, MakeOptions.Default);
        return Measure.CartPoleRate(env, Steps);
    }

    private static async Task<double> MeasureEchoAsync(string interpreter)
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
            return Measure.Rate(Steps, () =>
            {
                for (var i = 0; i < Steps; i++)
                {
                    client.Call(message);
                }
            });
        }
        finally
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
