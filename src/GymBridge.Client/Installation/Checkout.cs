namespace GymBridge.Client.Installation;

/// <summary>The GymBridge repository in which the program runs, if it runs in one.</summary>
internal static class Checkout
{
    private const string Marker = "GymBridge.sln";

    /// <summary>The repository's root above the program or the current directory; null outside of one.</summary>
    public static string? FindRoot() => Above(AppContext.BaseDirectory) ?? Above(Directory.GetCurrentDirectory());

    /// <summary>The folder of the Python package in the repository; null where there is none.</summary>
    public static string? FindPackage() => FindRoot() is { } root && File.Exists(Path.Combine(root, "python", "pyproject.toml"))
        ? Path.Combine(root, "python")
        : null;

    private static string? Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Marker)))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
