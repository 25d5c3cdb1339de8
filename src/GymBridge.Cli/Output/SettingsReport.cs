using GymBridge.Training.Presets;

namespace GymBridge.Cli.Output;

/// <summary>Prints the settings of a run as YAML with rl-zoo's keys, each with its source.</summary>
internal static class SettingsReport
{
    public static void Write(CliOutput output, TrainingSettings settings, long timesteps)
    {
        output.Line($"algo: {settings.Algorithm.Name}");
        output.Line($"n_envs: {settings.NumEnvs}");
        output.Line($"n_timesteps: {timesteps}");
        output.Line($"norm_obs: {Text(settings.Wrappers.NormalizeObservations)}  # {Source(settings, TrainingSettings.NormalizeObservationsKey)}");
        output.Line($"norm_reward: {Text(settings.Wrappers.NormalizeRewards)}  # {Source(settings, TrainingSettings.NormalizeRewardsKey)}");
        output.Line($"frame_stack: {settings.Wrappers.FrameStack}  # {settings.Sources[TrainingSettings.FrameStackKey]}");
        var values = settings.Algorithm.WriteOptions(settings.Options);
        foreach (var parameter in settings.Algorithm.Hyperparameters)
        {
            output.Line($"{parameter.Key}: {values[parameter.Name]?.ToJsonString().Trim('"') ?? "null"}  # {settings.Sources[parameter.Key]}");
        }
    }

    private static string Text(bool value) => value ? "true" : "false";

    private static string Source(TrainingSettings settings, string key) =>
        settings.Sources[key] is var own && own != "default" ? own : settings.Sources[TrainingSettings.NormalizeKey];
}
