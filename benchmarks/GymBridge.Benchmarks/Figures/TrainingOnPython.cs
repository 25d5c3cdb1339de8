using System.Diagnostics;
using GymBridge.Agents;
using GymBridge.Client.Hosting;
using GymBridge.Environments;
using GymBridge.Training.Presets;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P15: training PPO on <c>gymnasium:CartPole-v1</c>, in one host process and in as many as <c>train</c> takes by itself, against the
/// time of the same training on the C# twin and that of its steps in a plain loop in Python together.</summary>
internal sealed class TrainingOnPython : IBenchmark
{
    private const int Runs = 3;
    private const long Timesteps = 40_000;
    private const string Name = "CartPole-v1";

    public string Id => "P15";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        TensorSettings.UseThreads(1);
        var algorithm = AlgorithmCatalog.All.First(algorithm => algorithm.Name == "ppo");
        var settings = TrainingSettings.Of(algorithm, PresetCatalog.Choose("ppo", EnvId.Parse(Name), "auto"));
        using var trials = await PythonPeer.StartAsync("python_loop.py");
        var loop = double.PositiveInfinity;
        var (one, many, twin, steps) = (double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, 0L);
        for (var run = 0; run < Runs; run++)
        {
            one = Math.Min(one, Train(Hosted(1), $"gymnasium:{Name}"));
            many = Math.Min(many, Train(Hosted(null), $"gymnasium:{Name}"));
            twin = Math.Min(twin, Train(EnvironmentCatalog.CreateRegistry(), Name));
            loop = Math.Min(loop, trials.Next()["step_us"]!.GetValue<double>());
        }

        var python = loop * steps / 1e6;
        var peer = $"C# twin ({twin:F2} s) and Python's loop ({python:F2} s)";
        var what = $"PPO on gymnasium:{Name}, {settings.NumEnvs} lanes, {steps} steps";
        return
        [
            new(Id, $"{what}, one host process", one, twin + python, "s", 1 / 1.5, peer, true),
            new(Id, $"{what}, as many as by default", many, twin + python, "s", 1 / 1.5, peer, true),
        ];

        double Train(EnvRegistry registry, string id)
        {
            using var env = settings.Wrappers.Wrap(registry.MakeVec(id, settings.NumEnvs, new MakeOptions { AutoresetMode = AutoresetMode.SameStep }));
            var watch = Stopwatch.StartNew();
            using var training = algorithm.Create(env, settings.Options, 1);
            training.Learn(Timesteps);
            steps = training.Timesteps;
            return watch.Elapsed.TotalSeconds;
        }
    }

    private static EnvRegistry Hosted(int? processes) =>
        EnvironmentCatalog.CreateRegistry().UseModules(new PythonEnvSource(host: new PythonHostOptions { Processes = processes }));
}
