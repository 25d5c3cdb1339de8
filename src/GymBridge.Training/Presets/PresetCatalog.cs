using GymBridge.Registration;

namespace GymBridge.Training.Presets;

/// <summary>The presets that come along, a file for each algorithm.</summary>
public static class PresetCatalog
{
    private const string Folder = "presets/";
    private const string Extension = ".yml";

    /// <summary>Names of the algorithms that have presets.</summary>
    public static IReadOnlyList<string> Algorithms { get; } =
    [
        .. typeof(PresetCatalog).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..^Extension.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The presets of an algorithm; none where it has no file.</summary>
    public static PresetFile? Find(string algorithm)
    {
        using var stream = typeof(PresetCatalog).Assembly.GetManifestResourceStream(Folder + algorithm + Extension);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return PresetFile.Read(reader, $"preset {algorithm}");
    }

    /// <summary>A preset by what a user asks for.</summary>
    /// <param name="algorithm">Name of the algorithm.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="choice"><c>auto</c>: that of the environment, if there is one; <c>none</c>; or the name of one: <c>CartPole-v1</c>.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="ArgumentException">There is none of that name; the message lists those that exist.</exception>
    public static Preset? Choose(string algorithm, EnvId environment, string choice)
    {
        var file = Find(algorithm);
        switch (choice)
        {
            case "none":
                return null;
            case "auto":
                return file?.Find(environment);
            default:
                string[] names = [.. file?.Presets.Select(preset => preset.Name) ?? []];
                return file?.Get(choice) ?? throw new ArgumentException(
                    $"Algorithm '{algorithm}' has no preset '{choice}'.{Suggestions.For(choice, names)} Choose auto, none{string.Concat(names.Select(name => ", " + name))}{(File.Exists(choice) ? "; a file of options is given by --config" : string.Empty)}.");
        }
    }
}
