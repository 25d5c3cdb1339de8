using System.Text.Json;

namespace GymBridge.Testing;

/// <summary>Reads the files that the scripts beside them wrote with the real Gymnasium or NumPy.</summary>
internal static class GoldenFile
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The content of a file, by its path from the root of the repository.</summary>
    public static T Read<T>(string path)
    {
        using var file = File.OpenRead(RepositoryRoot.Combine(path));
        return JsonSerializer.Deserialize<T>(file, Options)!;
    }
}
