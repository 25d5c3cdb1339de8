using GymBridge.Client;
using GymBridge.Client.Hosting;
using GymBridge.PythonNet;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P5s: one step, one lane, C# client to a Python host through shared memory and to Python in this process, against the same loop in
/// Python; trial by trial in turn.</summary>
internal sealed class ClientToPythonHostShared : IBenchmark
{
    private const int Steps = 5000;
    private const int Trials = 25;
    private const string Name = "gymnasium:CartPole-v1";
    private const string Loop = "the same loop in Python";
    private const string Int64Loop = "the same loop with np.int64 actions, as the host has them";

    public string Id => "P5s";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var interpreter = (await PythonPeer.InstallAsync()).Environment.Interpreter;
        using var peer = await PythonPeer.StartAsync("python_loop.py");
        using var shared = new EnvRegistry().UseModules(new PythonEnvSource(new ClientOptions { Transport = Transport.SharedMemory })).MakeVec(Name, 1);
        using var inProcess = MakeInProcess(interpreter);
        var work = Measure.CartPoleSteps(shared, Steps);
        var workInProcess = inProcess is null ? null : Measure.CartPoleSteps(inProcess, Steps);
        var (loop, int64Loop, ours, oursInProcess) = (double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);
        for (var trial = 0; trial <= Trials; trial++)
        {
            ours = Math.Min(ours, Measure.MicrosecondsOf(work) / Steps);
            var times = peer.Next();
            loop = Math.Min(loop, times["step_us"]!.GetValue<double>());
            int64Loop = Math.Min(int64Loop, times["int64_step_us"]!.GetValue<double>());
            oursInProcess = workInProcess is null ? oursInProcess : Math.Min(oursInProcess, Measure.MicrosecondsOf(workInProcess) / Steps);
        }

        const string What = "one step, C# client to Python host, shared memory";
        List<Figure> figures =
        [
            new(Id, What, ours, loop, "us", 0.9, Loop, true),
            new(Id, What, ours, int64Loop, "us", null, Int64Loop, true),
            new(Id, "the same, beyond the loop in Python", Math.Max(ours - loop, 0.01), 8, "us", 1, "8 us", true),
        ];
        if (inProcess is not null)
        {
            const string WhatInProcess = "one step, C# client to Python in its process";
            figures.Add(new(Id, WhatInProcess, oursInProcess, loop, "us", null, Loop, true));
            figures.Add(new(Id, WhatInProcess, oursInProcess, int64Loop, "us", null, Int64Loop, true));
        }

        return figures;
    }

    private static VectorEnv? MakeInProcess(string interpreter)
    {
        try
        {
            return new EnvRegistry().UsePythonInProcess(interpreter: interpreter).MakeVec(Name, 1);
        }
        catch (PythonEmbeddingException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return null;
        }
    }
}
