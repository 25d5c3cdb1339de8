using GymBridge.Client;
using GymBridge.Client.Hosting;
using GymBridge.PythonNet;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P5s: one step, one lane, C# client to a Python host through shared memory and to Python in this process, against the same loop in
/// Python.</summary>
internal sealed class ClientToPythonHostShared : IBenchmark
{
    private const int Steps = 5000;

    public string Id => "P5s";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var loop = (await PythonPeer.RunAsync("python_loop.py"))["step_us"]!.GetValue<double>();
        var ours = 1e6 / MeasureStep(new EnvRegistry().UseModules(new PythonEnvSource(new ClientOptions { Transport = Transport.SharedMemory })));
        var interpreter = (await PythonPeer.InstallAsync()).Environment.Interpreter;
        List<Figure> figures =
        [
            new(Id, "one step, C# client to Python host, shared memory", ours, loop, "us", 0.9, "the same loop in Python", true),
            new(Id, "the same, beyond the loop in Python", Math.Max(ours - loop, 0.01), 8, "us", 1, "8 us", true),
        ];
        try
        {
            var inProcess = 1e6 / MeasureStep(new EnvRegistry().UsePythonInProcess(interpreter: interpreter));
            figures.Add(new(Id, "one step, C# client to Python in its process", inProcess, loop, "us", null, "the same loop in Python", true));
        }
        catch (PythonEmbeddingException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
        }

        return figures;
    }

    private static double MeasureStep(EnvRegistry registry)
    {
        using var env = registry.MakeVec("gymnasium:CartPole-v1", 1);
        return Measure.CartPoleRate(env, Steps);
    }
}
