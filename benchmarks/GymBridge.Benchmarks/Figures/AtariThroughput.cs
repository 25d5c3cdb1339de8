using System.Globalization;
using GymBridge.Client.Hosting;
using GymBridge.Client.Installation;
using GymBridge.Environments;
using GymBridge.Testing;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P10: prepared frames of Pong in C#, one lane and eight over host processes, against the same loops in Python alone.</summary>
internal sealed class AtariThroughput : IBenchmark
{
    private const int Lanes = 8;
    private const int Steps = 200;

    public string Id => "P10";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        await PythonInstaller.InstallAsync(CheckoutPython.Options("all", "dev", "test"));
        return
        [
            await MeasureAsync(1, "the same loop in Python", 0.95),
            await MeasureAsync(Lanes, "Gymnasium's AsyncVectorEnv", 1),
        ];
    }

    private async Task<Figure> MeasureAsync(int lanes, string peer, double bar)
    {
        var ours = Rate(lanes);
        var theirs = await PythonPeer.RunAsync("atari_steps.py", lanes.ToString(CultureInfo.InvariantCulture));
        return new(Id, $"Pong prepared in Python, {lanes} lane{(lanes == 1 ? string.Empty : "s")}", ours, theirs["steps_per_second"]!.GetValue<double>(), "steps/s", bar, peer, false);
    }

    private static double Rate(int lanes)
    {
        var host = new PythonHostOptions { Processes = null };
        using var env = EnvironmentCatalog.CreateRegistry().UseModules(new PythonEnvSource(host: host)).MakeVec("gymbridge.atari:Atari/Pong-v5", lanes);
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 42);
        var t = 0;
        return Measure.Rate((long)Steps * lanes, () =>
        {
            for (var i = 0; i < Steps; i++)
            {
                actions[0].AsSpan<long>().Fill(t++ / 7 % 6);
                env.Step(actions, step);
            }
        });
    }
}
