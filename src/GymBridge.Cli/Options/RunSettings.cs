using GymBridge.Agents;
using GymBridge.Agents.Options;
using GymBridge.Cli.Output;

namespace GymBridge.Cli.Options;

/// <summary>What a run is made with, and where each value came from.</summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Options">Its hyperparameters.</param>
/// <param name="NumEnvs">Lanes.</param>
/// <param name="Timesteps">Environment steps unless a flag says otherwise.</param>
/// <param name="Sources">By name of the option: a flag, <c>preset for ...</c>, or <c>default</c>.</param>
internal sealed record RunSettings(
    AlgorithmDescriptor Algorithm, AlgorithmOptions Options, int NumEnvs, long Timesteps, IReadOnlyDictionary<string, string> Sources)
{
    /// <summary>Prints the settings as YAML with rl-zoo3's keys, each with its source.</summary>
    public void Print(CliOutput output, long timesteps)
    {
        output.Line($"algo: {Algorithm.Name}");
        output.Line($"n_envs: {NumEnvs}");
        output.Line($"n_timesteps: {timesteps}");
        var values = Algorithm.WriteOptions(Options);
        foreach (var parameter in Algorithm.Hyperparameters)
        {
            output.Line($"{parameter.Key}: {values[parameter.Name]?.ToJsonString().Trim('"') ?? "null"}  # {Sources[parameter.Name]}");
        }
    }
}
