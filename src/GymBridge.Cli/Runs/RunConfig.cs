using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge.Shared;
using GymBridge.Training.Presets;

namespace GymBridge.Cli.Runs;

/// <summary>What a run was started with: enough to make its environment and its algorithm again.</summary>
/// <param name="Version">Version of GymBridge that wrote it.</param>
/// <param name="Engine">Tensor engine that it was trained on, with its version: <c>managed 0.1.0 (TorchSharp 0.107.0)</c>.</param>
/// <param name="EnvId">Environment id.</param>
/// <param name="Algorithm">Name of the algorithm.</param>
/// <param name="Seed">Seed, as text because it may be of any size.</param>
/// <param name="TotalTimesteps">Environment steps asked for.</param>
/// <param name="NumEnvs">Lanes.</param>
/// <param name="EnvKwargs">Keyword arguments of the environment, as name=value.</param>
/// <param name="Options">Options of the algorithm.</param>
/// <param name="Wrappers">Wrappers around the environment; null of a run of an earlier version, which had none.</param>
/// <param name="Monitoring">How the run is watched and kept; null of a run of an earlier version.</param>
/// <param name="Vectorization">What the lanes are made of, by Gymnasium's names; null for the usual.</param>
internal sealed record RunConfig(
    string Version,
    string? Engine,
    string EnvId,
    string Algorithm,
    string Seed,
    long TotalTimesteps,
    int NumEnvs,
    IReadOnlyList<string> EnvKwargs,
    JsonNode Options,
    TrainingWrappers? Wrappers = null,
    RunMonitoring? Monitoring = null,
    string? Vectorization = null)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private bool IsWhole => this is { EnvId.Length: > 0, Algorithm: not null, Seed: not null, NumEnvs: > 0, Options: not null }
        && EnvKwargs is not null && !EnvKwargs.Contains(null!) && Monitoring is not { LogTags: null };

    public void Write(string path) => SafeFile.WriteText(path, JsonSerializer.Serialize(this, Format) + "\n");

    /// <exception cref="InvalidDataException">The file is no configuration of a run.</exception>
    public static RunConfig Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RunConfig>(TextFile.Read(path), Format) is { IsWhole: true } config
                ? config
                : throw new InvalidDataException($"'{path}' lacks the environment, its lanes, the algorithm, its options or the seed; it is no configuration of a run.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"'{path}' is no configuration of a run: {JsonProblem.Describe(exception)}", exception);
        }
    }
}
