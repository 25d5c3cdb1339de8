namespace GymBridge.Testing;

/// <summary>The checkout in which a test runs.</summary>
internal static class RepositoryRoot
{
    /// <summary>Its full path.</summary>
    public static string Path { get; } = Find();

    /// <summary>The full path of one of its files.</summary>
    public static string Combine(string path) => System.IO.Path.Combine(Path, path);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "GymBridge.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"GymBridge.sln is in no folder above '{AppContext.BaseDirectory}'; run this from a checkout.");
    }
}
