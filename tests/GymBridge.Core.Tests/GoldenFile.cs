using System.Text.Json;

namespace GymBridge.Core.Tests;

/// <summary>Reads the files that the scripts beside them wrote with the real Gymnasium or NumPy.</summary>
internal static class GoldenFile
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The content of a file, by its path from the root of the repository.</summary>
    public static T Read<T>(string path)
    {
        using var file = File.OpenRead(PathOf(path));
        return JsonSerializer.Deserialize<T>(file, Options)!;
    }

    public static string PathOf(string path)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "GymBridge.sln")))
        {
            root = root.Parent ?? throw new FileNotFoundException($"'{path}' was not found above '{AppContext.BaseDirectory}'; run the tests inside the repository.");
        }

        return Path.Combine(root.FullName, path);
    }
}
