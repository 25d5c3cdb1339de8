using GymBridge.Client;
using GymBridge.Client.Hosting;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P5s: one step, one lane, C# client to a Python host through shared memory, against the same loop in Python.</summary>
internal sealed class ClientToPythonHostShared : IBenchmark
{
    private const int Steps = 5000;

    public string Id => "P5s";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var loop = (await PythonPeer.RunAsync("python_loop.py"))["step_us"]!.GetValue<double>();
        var ours = 1e6 / MeasureStep();
        return
        [
            new(Id, "one step, C# client to Python host, shared memory", ours, loop, "us", 0.9, "the same loop in Python", true),
            new(Id, "the same, beyond the loop in Python", Math.Max(ours - loop, 0.01), 8, "us", 1, "8 us", true),
        ];
    }

    private static double MeasureStep()
    {
        using var env = new PythonEnvSource(new ClientOptions { Transport = Transport.SharedMemory })
            .MakeVec(EnvId.Parse("gymnasium:CartPole-v1"), 1, MakeOptions.Default);
        return Measure.CartPoleRate(env, Steps);
    }
}
