using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using GymBridge.Cli.Diagnosis;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Client;
using GymBridge.Protocol;
using GymBridge.Server;

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
        command.Add(BenchLearningCommand.Create());
        command.Add(BenchTrainingCommand.Create());
        command.SetWork(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        var id = parsed.GetValue(Env)!;
        var options = new MakeOptions { AutoresetMode = AutoresetMode.SameStep, Kwargs = EnvironmentKwargs.Read(parsed.GetValue(Kwargs)) };
        await using var own = parsed.GetValue(ServerOptions.Address) is null && EnvId.Parse(id).Module is null
            ? await OwnServer.StartAsync(EnvironmentSource.CreateRegistry(output), cancellation)
            : null;
        using var env = own is null
            ? EnvironmentSource.Create(parsed, output).MakeVec(id, parsed.GetValue(NumEnvs), options)
            : new RemoteServer(own.Address.ToString()).MakeVec(id, parsed.GetValue(NumEnvs), options);
        var budget = StepBudget.Measure((RemoteVectorEnv)env, parsed.GetValue(Steps), cancellation);
        if (output.IsJson)
        {
            CliOutput.WriteJson(ToJson(id, env.NumEnvs, budget));
            return 0;
        }

        output.Line($"{id}, {env.NumEnvs} lanes, {budget.Steps} steps: microseconds a step");
        foreach (var (name, time) in budget.Parts)
        {
            output.Line(string.Create(CultureInfo.InvariantCulture, $"  {name,-12} {budget.MicrosecondsOf(time),10:F1}  {time / budget.Total,6:P0}"));
        }

        output.Line(string.Create(CultureInfo.InvariantCulture, $"  {"total",-12} {budget.MicrosecondsOf(budget.Total),10:F1}  {budget.Steps * env.NumEnvs / budget.Total.TotalSeconds:F0} steps/s over all lanes"));
        return 0;
    }

    private static JsonObject ToJson(string id, int lanes, StepBudget budget)
    {
        var parts = new JsonObject();
        foreach (var (name, time) in budget.Parts)
        {
            parts[name] = budget.MicrosecondsOf(time);
        }

        return new JsonObject
        {
            ["env_id"] = id,
            ["lanes"] = lanes,
            ["steps"] = budget.Steps,
            ["us_per_step"] = parts,
            ["total_us_per_step"] = budget.MicrosecondsOf(budget.Total),
        };
    }

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
            var folder = Directory.CreateTempSubdirectory("gymbridge-bench-");
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
