using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Shared;
using GymBridge.Spaces;

namespace GymBridge.Cli.Play;

/// <summary>What somebody played, in a file: all that it takes to make the same episodes again.</summary>
/// <param name="EnvId">The environment.</param>
/// <param name="EnvKwargs">Its keyword arguments, as name=value.</param>
/// <param name="Seed">Of the first episode; the generator runs on from there.</param>
/// <param name="Episodes">With actions and rewards.</param>
internal sealed record PlayedGame(string EnvId, IReadOnlyList<string> EnvKwargs, Seed Seed, IReadOnlyList<PlayedEpisode> Episodes)
{
    private const string Extension = ".json";

    /// <summary>Whether a path is that of such a file.</summary>
    public static bool IsAt(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) && File.Exists(path);

    /// <summary>Checks where it is to be written, before anybody plays.</summary>
    /// <exception cref="UsageException">The name does not end with .json, or the folder is not there.</exception>
    public static void CheckPath(string path)
    {
        if (!path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"--save '{path}': a game is kept as JSON; choose a name that ends with {Extension}. 'gymbridge record GAME{Extension} -o film.gif' films it.");
        }

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
        {
            throw new UsageException($"--save '{path}': there is no folder '{folder}'.");
        }

        // Whoever has played to the end must not hear then that it cannot be kept.
        using var trial = new SafeFile(path);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="UsageException">It holds no game.</exception>
    public static PlayedGame Load(string path)
    {
        try
        {
            var game = JsonNode.Parse(TextFile.Read(path))!;
            return new PlayedGame(
                game["env_id"]!.GetValue<string>(),
                [.. game["env_kwargs"]!.AsArray().Select(pair => pair!.GetValue<string>())],
                Seed.Parse(game["seed"]!.ToString()),
                [.. game["episodes"]!.AsArray().Select(episode => Read(episode!))]);
        }
        catch (Exception exception) when (
            exception is JsonException or NullReferenceException or InvalidOperationException or FormatException or InvalidSeedException
                or InvalidDataException)
        {
            var problem = exception switch
            {
                JsonException json => JsonProblem.Describe(json),
                NullReferenceException or InvalidOperationException => "a key is missing, or its value is of another kind.",
                _ => exception.Message,
            };
            throw new UsageException($"'{path}' holds no game, as 'gymbridge play --save' writes it: {problem}", exception);
        }
    }

    /// <summary>An episode with its actions and rewards, as a JSON object has it.</summary>
    public static PlayedEpisode Read(JsonNode episode) => new(
        episode["return"]!.GetValue<double>(), episode["length"]!.GetValue<int>(), episode["complete"]!.GetValue<bool>())
    {
        Actions = [.. episode["actions"]?.AsArray().Select(action => action!.DeepClone()) ?? []],
        Rewards = [.. episode["rewards"]?.AsArray().Select(reward => reward!.GetValue<double>()) ?? []],
    };

    /// <summary>An action of a space, from what JSON has of it.</summary>
    public static object ActionOf(JsonNode action, Space space) => space.FromJsonable(new List<object?> { PythonLiteral.Parse(action.ToJsonString()) })[0];

    /// <summary>Writes the file.</summary>
    public void Save(string path)
    {
        var game = new JsonObject
        {
            ["env_id"] = EnvId,
            ["env_kwargs"] = new JsonArray([.. EnvKwargs.Select(pair => JsonValue.Create(pair))]),
            ["seed"] = Seed.ToString(),
            ["episodes"] = new JsonArray([.. Episodes.Select(Write)]),
        };
        SafeFile.WriteText(path, string.Create(CultureInfo.InvariantCulture, $"{game.ToJsonString()}\n"));
    }

    private static JsonObject Write(PlayedEpisode episode)
    {
        var node = episode.ToJson();
        node["actions"] = new JsonArray([.. episode.Actions.Select(action => action.DeepClone())]);
        node["rewards"] = new JsonArray([.. episode.Rewards.Select(CliOutput.Number)]);
        return node;
    }
}
