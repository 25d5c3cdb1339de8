using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using GymBridge.Cli.Diagnosis;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Client;
using GymBridge.Client.Transports;
using GymBridge.Protocol;
using GymBridge.Server;
using GymBridge.Shared;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge bench ENV</c>: where the time of a step across the bridge goes.</summary>
internal static class BenchCommand
{
    private static readonly Argument<string> Env = new("ENV") { Description = "Environment id: CartPole-v1 (served by this command), gymnasium:CartPole-v1 (Python host)." };

    private static readonly Option<int> Steps = IntegerOption.Create("--steps", "Steps that are measured.", 2000, 1, 100_000_000);

    private static readonly Option<int> NumEnvs = IntegerOption.Create("--num-envs", "Lanes of the environment.", 1, 1, 1_000_000);

    private static readonly Option<string[]> Kwargs = EnvironmentKwargs.Create();

    public static Command Create()
    {
        var command = new Command("bench", "Measure where the time of a step across the bridge goes.") { Env, Steps, NumEnvs, Kwargs };
        ServerOptions.AddTo(command);
        VectorizationOption.AddTo(command);
        command.Add(BenchLearningCommand.Create());
        command.Add(BenchTrainingCommand.Create());
        command.SetWork(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        var id = parsed.GetValue(Env)!;
        var options = VectorizationOption.MakeOptions(EnvironmentKwargs.Read(parsed.GetValue(Kwargs)), VectorizationOption.Read(parsed));
        await using var own = parsed.GetValue(ServerOptions.Address) is null && EnvId.Parse(id).Module is null
            ? await OwnServer.StartAsync(EnvironmentSource.CreateRegistry(output), cancellation)
            : null;
        var client = ServerOptions.Read(parsed);
        var measured = Measure(client);
        var both = measured.Transport == Transport.SharedMemory && client.Transport is null or Transport.Auto
            ? new[] { measured, Measure(client with { Transport = Transport.Grpc }) }
            : [measured];
        if (output.IsJson)
        {
            var json = ToJson(id, measured);
            json["transports"] = new JsonArray([.. both.Select(item => (JsonNode)ToJson(id, item))]);
            CliOutput.WriteJson(json);
            return 0;
        }

        Array.ForEach(both, item => Write(output, id, item));
        return 0;

        Measured Measure(ClientOptions client)
        {
            using var env = (RemoteVectorEnv)Make(client);
            return new Measured(env.Transport, env.TransportObstacle, env.Bell, env.NumEnvs, StepBudget.Measure(env, parsed.GetValue(Steps), cancellation));
        }

        VectorEnv Make(ClientOptions client) => own is not null
            ? new RemoteServer(own.Address.ToString(), client).MakeVec(id, parsed.GetValue(NumEnvs), options)
            : parsed.GetValue(ServerOptions.Address) is { } address
                ? new RemoteServer(address.ToString(), client).MakeVec(id, parsed.GetValue(NumEnvs), options)
                : EnvironmentSource.CreateRegistry(output, client).MakeVec(id, parsed.GetValue(NumEnvs), options);
    }

    private static void Write(CliOutput output, string id, Measured measured)
    {
        var (budget, note) = (measured.Budget, measured.Obstacle ?? (measured.Bell is { } bell ? $"bell: {bell}" : null));
        output.Line($"{id}, {Plural.Of(measured.Lanes, "lane")}, {Plural.Of(budget.Steps, "step")}, transport {TransportNames.Of(measured.Transport)}{(note is null ? string.Empty : $" ({note})")}: microseconds a step");
        foreach (var (name, time) in budget.Parts)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"  {name,-12} {budget.MicrosecondsOf(time),10:F1}  {time / budget.Total,6:P0}"));
        }

        output.Line(string.Create(CultureInfo.InvariantCulture, $"  {"total",-12} {budget.MicrosecondsOf(budget.Total),10:F1}  {budget.Steps * measured.Lanes / budget.Total.TotalSeconds:F0} steps/s over all lanes"));
    }

    private static JsonObject ToJson(string id, Measured measured)
    {
        var parts = new JsonObject();
        foreach (var (name, time) in measured.Budget.Parts)
        {
            parts[name] = measured.Budget.MicrosecondsOf(time);
        }

        return new JsonObject
        {
            ["env_id"] = id,
            ["transport"] = TransportNames.Of(measured.Transport),
            ["transport_reason"] = measured.Obstacle,
            ["bell"] = measured.Bell,
            ["lanes"] = measured.Lanes,
            ["steps"] = measured.Budget.Steps,
            ["us_per_step"] = parts,
            ["total_us_per_step"] = measured.Budget.MicrosecondsOf(measured.Budget.Total),
        };
    }

    private sealed record Measured(Transport Transport, string? Obstacle, string? Bell, int Lanes, StepBudget Budget);

    /// <summary>A server of this process on a Unix socket, or a loopback port where there are none.</summary>
    private sealed class OwnServer : IAsyncDisposable
    {
        private readonly DirectoryInfo _folder;
        private readonly GymBridgeServer _server;

        private OwnServer(DirectoryInfo folder, GymBridgeServer server)
        {
            _folder = folder;
            _server = server;
        }

        public ServerAddress Address => _server.Address;

        public static async Task<OwnServer> StartAsync(EnvRegistry registry, CancellationToken cancellation)
        {
            var folder = ScratchFolder.Create("gymbridge-bench-", "the socket of a server");
            var address = OperatingSystem.IsWindows() ? ServerAddress.Tcp("127.0.0.1", 0) : ServerAddress.Unix(Path.Combine(folder.FullName, "s"));
            return new OwnServer(folder, await GymBridgeServer.StartAsync(registry, address, cancellationToken: cancellation));
        }

        public async ValueTask DisposeAsync()
        {
            await _server.DisposeAsync();
            _folder.Delete(recursive: true);
        }
    }
}
