using System.Text.Json.Nodes;
using GymBridge.Agents;
using GymBridge.Training.Runs;

namespace GymBridge.Cli.Runs;

/// <summary>What rl-zoo writes beside a run, for people and for its tools: <c>config.yml</c>, <c>args.yml</c>, <c>command.txt</c>.</summary>
internal static class ZooFiles
{
    public static void Write(string folder, RunConfig config)
    {
        var algorithm = AlgorithmCatalog.Get(config.Algorithm);
        File.WriteAllText(Path.Combine(folder, "config.yml"), YamlText.Of(
        [
            new("n_envs", config.NumEnvs),
            new("n_timesteps", config.TotalTimesteps),
            .. config.Wrappers is { } wrappers ? [new("norm_obs", wrappers.NormalizeObservations), new("norm_reward", wrappers.NormalizeRewards), new("frame_stack", wrappers.FrameStack)] : Array.Empty<KeyValuePair<string, object?>>(),
            .. algorithm.Hyperparameters.Select(item => new KeyValuePair<string, object?>(item.Key, Value(config.Options[item.Name]))),
        ]));
        File.WriteAllText(Path.Combine(folder, "args.yml"), YamlText.Of(
        [
            new("algo", config.Algorithm),
            new("env", config.EnvId),
            new("seed", config.Seed),
            new("n_timesteps", config.TotalTimesteps),
            new("env_kwargs", config.EnvKwargs),
            new("version", config.Version),
        ]));
        File.WriteAllText(Path.Combine(folder, "command.txt"), string.Join(' ', ["gymbridge", .. Environment.GetCommandLineArgs().Skip(1).Select(Quoted)]) + "\n");
    }

    private static object? Value(JsonNode? node) => node switch
    {
        null => null,
        JsonArray list => list.Select(item => item!.ToString()),
        _ => node.ToString(),
    };

    private static string Quoted(string argument) => argument.Length > 0 && argument.All(letter => char.IsLetterOrDigit(letter) || "-_=./:,@+".Contains(letter, StringComparison.Ordinal))
        ? argument
        : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
