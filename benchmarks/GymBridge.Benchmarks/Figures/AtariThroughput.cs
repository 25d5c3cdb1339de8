using System.Globalization;
using GymBridge.Client.Hosting;
using GymBridge.Client.Installation;
using GymBridge.Environments;
using GymBridge.Testing;
using GymBridge.Wrappers;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P10: prepared and stacked frames of Pong in C#, one lane, eight over host processes, and ALE's own eight in one process and in two, against Python alone.</summary>
internal sealed class AtariThroughput : IBenchmark
{
    private const int Lanes = 8;
    private const int Steps = 200;
    private const string Prepared = "gymbridge.atari:Atari/Pong-v5";
    private const string Own = "ale_py:ALE/Pong-v5";
    private const string VectorEntryPoint = "vector_entry_point";
    private const string OwnPeer = "ALE's own vector environment in Python";

    public string Id => "P10";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        await PythonInstaller.InstallAsync(CheckoutPython.Options("all", "dev", "test"));
        var single = new PythonHostOptions();
        return
        [
            await CompareAsync($"Pong of ALE's own {Lanes} lanes, hosted", Own, Lanes, single, VectorEntryPoint, OwnPeer, 0.95),
        ];
    }

    private async Task<Figure> CompareAsync(string what, string id, int lanes, PythonHostOptions host, string peerMode, string peer, double bar, int threads = 0)
    {
        var isOwn = id == Own;
        var options = new MakeOptions { Vectorization = isOwn ? VectorizationMode.VectorEntryPoint : null, Kwargs = threads == 0 ? [] : new Info { ["num_threads"] = (long)threads } };
        var made = EnvironmentCatalog.CreateRegistry().UseModules(new PythonEnvSource(host: host)).MakeVec(id, lanes, options);
        using var env = isOwn ? made : made.FrameStack(4);
        var ours = Rate(env);
        var theirs = await PythonPeer.RunAsync("atari_steps.py", lanes.ToString(CultureInfo.InvariantCulture), peerMode);
        return new(Id, what, ours, theirs["steps_per_second"]!.GetValue<double>(), "steps/s", bar, peer, false);
    }

    private static double Rate(VectorEnv env)
    {
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.Reset(step, 42);
        var t = 0;
        TimeSpan E = default, H = default; var N = 0; var W = System.Diagnostics.Stopwatch.StartNew();
        var rate = Measure.Rate((long)Steps * env.NumEnvs, () =>
        {
            for (var i = 0; i < Steps; i++)
            {
                actions[0].AsSpan<long>().Fill(t++ / 7 % 6);
                env.Step(actions, step);
                if (env is GymBridge.Client.RemoteVectorEnv r) { E += r.EnvironmentTime; H += r.HostTime; }
                N++;
            }
        });
        Console.Error.WriteLine($"env {E.TotalMicroseconds / N:F0} host {H.TotalMicroseconds / N:F0} all {W.Elapsed.TotalMicroseconds / N:F0} us");
        return rate;
    }
}
