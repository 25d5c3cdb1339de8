namespace GymBridge.Client.Tests.TestSupport;

/// <summary>Finds files of the checkout.</summary>
internal static class RepositoryFile
{
    /// <summary>A file by its path from the root of the repository.</summary>
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
