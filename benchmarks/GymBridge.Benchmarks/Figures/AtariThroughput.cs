using System.Globalization;
using GymBridge.Client.Hosting;
using GymBridge.Client.Installation;
using GymBridge.Environments;
using GymBridge.Testing;
using GymBridge.Wrappers;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P10: prepared and stacked frames of Pong in C#, one lane, eight over host processes, and ALE's own eight in one process and in two,
/// against Python alone.</summary>
internal sealed class AtariThroughput : IBenchmark
{
    private const int Lanes = 8;
    private const int Steps = 200;
    private const int Rounds = 3;
    private const string Prepared = "gymbridge.atari:Atari/Pong-v5";
    private const string Own = "ale_py:ALE/Pong-v5";
    private const string VectorEntryPoint = "vector_entry_point";
    private const string OwnPeer = "ALE's own vector environment in Python";

    public string Id => "P10";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        await PythonInstaller.InstallAsync(CheckoutPython.Options("all", "dev", "test"));
        var single = new PythonHostOptions();
        var spread = new PythonHostOptions { Processes = null };
        var halves = new PythonHostOptions { Processes = 2 };
        return
        [
            await CompareAsync("Pong prepared in Python, stacked in C#, 1 lane", Prepared, 1, single, "single", "the same loop in Python", 0.95),
            await CompareAsync($"Pong prepared in Python, stacked in C#, {Lanes} lanes", Prepared, Lanes, spread, "async", "Gymnasium's AsyncVectorEnv", 1),
            await CompareAsync($"Pong of ALE's own {Lanes} lanes, hosted", Own, Lanes, single, VectorEntryPoint, OwnPeer, 0.95),
            await CompareAsync($"Pong of ALE's own {Lanes} lanes, hosted by two processes of one thread", Own, Lanes, halves, VectorEntryPoint, OwnPeer, 1, 1),
        ];
    }

    private async Task<Figure> CompareAsync(
        string what, string id, int lanes, PythonHostOptions host, string peerMode, string peer, double bar, long? threads = null)
    {
        var isOwn = id == Own;
        var options = new MakeOptions
        {
            Vectorization = isOwn ? VectorizationMode.VectorEntryPoint : null,
            Kwargs = threads is { } count ? new Info { ["num_threads"] = count } : Info.Empty,
        };
        var made = EnvironmentCatalog.CreateRegistry().UseModules(new PythonEnvSource(host: host)).MakeVec(id, lanes, options);
        using var env = isOwn ? made : made.FrameStack(4);
        var (ours, theirs) = (0.0, 0.0);

        // In turns, so that what else the machine does meets both.
        for (var round = 0; round < Rounds; round++)
        {
            ours = Math.Max(ours, Rate(env));
            var measured = await PythonPeer.RunAsync("atari_steps.py", lanes.ToString(CultureInfo.InvariantCulture), peerMode);
            theirs = Math.Max(theirs, measured["steps_per_second"]!.GetValue<double>());
        }

        return new(Id, what, ours, theirs, "steps/s", bar, peer, false);
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
