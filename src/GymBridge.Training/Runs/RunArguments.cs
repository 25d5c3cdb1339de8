using System.Globalization;
using GymBridge.Training.Logging;
using GymBridge.Training.Presets;
using YamlDotNet.RepresentationModel;

namespace GymBridge.Training.Runs;

/// <summary>What a run was started with, as <c>args.yml</c> in its folder says.</summary>
/// <param name="Version">Version of GymBridge that wrote it.</param>
/// <param name="EnvId">Environment id.</param>
/// <param name="Algorithm">Name of the algorithm.</param>
/// <param name="Seed">Seed, as text because it may be of any size.</param>
/// <param name="TotalTimesteps">Environment steps asked for.</param>
/// <param name="NumEnvs">Lanes.</param>
/// <param name="EnvKwargs">Keyword arguments of the environment, as name=value.</param>
public sealed record RunArguments(
    string Version, string EnvId, string Algorithm, string Seed, long TotalTimesteps, int NumEnvs, IReadOnlyList<string> EnvKwargs)
{
    /// <summary>The file's name in a run folder.</summary>
    public const string FileName = "args.yml";

    /// <summary>Writes the file, as a whole or not at all.</summary>
    public void Write(string path) => SafeFile.WriteText(path, YamlText.Of(
    [
        new("version", Text(Version)),
        new("env", Text(EnvId)),
        new("algo", Text(Algorithm)),
        new("seed", Text(Seed)),
        new("total_timesteps", Text(TotalTimesteps.ToString(CultureInfo.InvariantCulture))),
        new("num_envs", Text(NumEnvs.ToString(CultureInfo.InvariantCulture))),
        new("env_kwargs", new YamlSequenceNode(EnvKwargs.Select(Text))),
    ]));

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">The file says nothing of a run.</exception>
    public static RunArguments Read(string path)
    {
        using var reader = new StreamReader(path);
        var values = PresetFile.ReadFlat(reader, path).Values.ToDictionary(StringComparer.Ordinal);
        try
        {
            return new RunArguments(
                values["version"],
                values["env"],
                values["algo"],
                values["seed"],
                long.Parse(values["total_timesteps"], CultureInfo.InvariantCulture),
                int.Parse(values["num_envs"], CultureInfo.InvariantCulture),
                System.Text.Json.JsonSerializer.Deserialize<string[]>(values["env_kwargs"])!);
        }
        catch (Exception exception) when (exception is KeyNotFoundException or FormatException or OverflowException or System.Text.Json.JsonException)
        {
            throw new InvalidDataException($"'{path}' is no description of a run: {exception.Message}", exception);
        }
    }

    private static YamlScalarNode Text(string value) => new(value);
}
