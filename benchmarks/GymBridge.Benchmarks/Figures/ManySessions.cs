using GymBridge.Client;
using GymBridge.Environments;
using GymBridge.Protocol;
using GymBridge.Server;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P14: steps a second of 64 sessions at once, C# clients to one C# server, through shared memory against gRPC; and the share of the
/// session that had the fewest.</summary>
internal sealed class ManySessions : IBenchmark
{
    private const int Sessions = 64;
    private const int Trials = 3;
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(3);

    public string Id => "P14";

    public async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gymbridge-bench-").FullName;
        try
        {
            await using var server = await GymBridgeServer.StartAsync(
                EnvironmentCatalog.CreateRegistry(), ServerAddress.Unix(Path.Combine(folder, "s.sock")));
            var address = server.Address.ToString();
            var (shared, least) = Best(address, Transport.SharedMemory);
            var (grpc, _) = Best(address, Transport.Grpc);
            return
            [
                new(Id, $"steps of {Sessions} sessions at once, shared memory", shared, grpc, "steps/s", 1, "gRPC", false),
                new(Id, "the same, of the session with the fewest", least, shared / Sessions, "steps/s", null, "an equal share", false),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (double Total, double Least) Best(string address, Transport transport)
    {
        var envs = Enumerable.Range(0, Sessions)
            .Select(_ => new RemoteServer(address, new ClientOptions { Transport = transport }).MakeVec("CartPole-v1", 1)).ToList();
        var trials = Enumerable.Range(0, Trials).Select(_ => Trial(envs)).ToList();
        envs.ForEach(env => env.Dispose());
        return trials.MaxBy(trial => trial.Total);
    }

    private static (double Total, double Least) Trial(List<RemoteVectorEnv> envs)
    {
        var counts = new long[envs.Count];
        using var start = new Barrier(envs.Count + 1);
        using var stop = new CancellationTokenSource();
        var threads = envs.Select((env, number) => new Thread(() =>
        {
            var (step, actions) = (env.CreateStep(), env.CreateActions());
            env.Reset(step, 42);
            start.SignalAndWait();
            while (!stop.IsCancellationRequested)
            {
                actions[0].AsSpan<long>()[0] = counts[number]++ & 1;
                env.Step(actions, step);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        start.SignalAndWait();
        Thread.Sleep(Span);
        stop.Cancel();
        threads.ForEach(thread => thread.Join());
        return (counts.Sum() / Span.TotalSeconds, counts.Min() / Span.TotalSeconds);
    }
}
