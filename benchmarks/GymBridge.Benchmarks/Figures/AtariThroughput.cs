using System.Globalization;
using GymBridge.Client.Hosting;
using GymBridge.Client.Installation;
using GymBridge.Environments;
using GymBridge.Testing;
using GymBridge.Wrappers;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P10: prepared and stacked frames of Pong in C#, one lane, eight over host processes and ALE's own eight, against Python alone.</summary>
internal sealed class AtariThroughput : IBenchmark
{
    private const int Lanes = 8;
    private const int Steps = 200;
    private const string Prepared = "gymbridge.atari:Atari/Pong-v5";
    private const string Own = "ale_py:ALE/Pong-v5";
    private const string VectorEntryPoint = "vector_entry_point";

    public string Id => "P10";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        await PythonInstaller.InstallAsync(CheckoutPython.Options("all", "dev", "test"));
        var single = new PythonHostOptions();
        var spread = new PythonHostOptions { Processes = null };
        var stacked = (VectorEnv env) => env.FrameStack(4);
        return
        [
            await CompareAsync("Pong prepared in Python, stacked in C#, 1 lane", Prepared, 1, single, stacked, "single", "the same loop in Python", 0.95),
            await CompareAsync($"Pong prepared in Python, stacked in C#, {Lanes} lanes", Prepared, Lanes, spread, stacked, "async", "Gymnasium's AsyncVectorEnv", 1),
            await CompareAsync($"Pong of ALE's own {Lanes} lanes, hosted", Own, Lanes, single, env => env, VectorEntryPoint, "ALE's own vector environment in Python", 0.95),
            await CompareAsync($"Pong prepared in Python, stacked in C#, {Lanes} lanes", Prepared, Lanes, spread, stacked, VectorEntryPoint, "ALE's own vector environment in Python", 1),
        ];
    }

    private async Task<Figure> CompareAsync(
        string what, string id, int lanes, PythonHostOptions host, Func<VectorEnv, VectorEnv> wrap, string peerMode, string peer, double bar)
    {
        var options = new MakeOptions { Vectorization = id == Own ? VectorizationMode.VectorEntryPoint : null };
        using var env = wrap(EnvironmentCatalog.CreateRegistry().UseModules(new PythonEnvSource(host: host)).MakeVec(id, lanes, options));
        var ours = Rate(env);
        var theirs = await PythonPeer.RunAsync("atari_steps.py", lanes.ToString(CultureInfo.InvariantCulture), peerMode);
        return new(Id, what, ours, theirs["steps_per_second"]!.GetValue<double>(), "steps/s", bar, peer, false);
    }

    private static double Rate(VectorEnv env)
    {
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 42);
        var t = 0;
        return Measure.Rate((long)Steps * env.NumEnvs, () =>
        {
            for (var i = 0; i < Steps; i++)
            {
                actions[0].AsSpan<long>().Fill(t++ / 7 % 6);
                env.Step(actions, step);
            }
        });
    }
}
