namespace GymBridge.Torch.Installation;

/// <summary>The program that fetches libtorch and tries it out: sources that travel inside this assembly.</summary>
internal static class ProbeFiles
{
    /// <summary>The program once it is published.</summary>
    public const string Assembly = "LibtorchProbe.dll";

    private const string Project = "LibtorchProbe.csproj";
    private const string Source = "LibtorchProbe.cs";
    private const int ShownErrors = 3;

    public static string ProjectIn(string folder) => Path.Combine(folder, Project);

    /// <summary>Writes the program, and its lock file if there is one of that name.</summary>
    /// <returns>Whether there is a lock file.</returns>
    public static bool Write(string folder, string lockFile)
    {
        Copy(Project, ProjectIn(folder));
        Copy(Source, Path.Combine(folder, Source));

        // The folder may lie below a project of the user's, whose settings are not for this.
        foreach (var name in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
        {
            File.WriteAllText(Path.Combine(folder, name), "<Project />\n");
        }

        return Copy(lockFile, Path.Combine(folder, "packages.lock.json"));
    }

    /// <summary>The lines that say what went wrong, for a message.</summary>
    public static string FirstErrors(string output)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var errors = lines.Where(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)).Distinct().Take(ShownErrors).ToList();
        return string.Join(' ', errors.Count > 0 ? errors : lines.TakeLast(ShownErrors));
    }

    private static bool Copy(string resource, string path)
    {
        using var stream = typeof(ProbeFiles).Assembly.GetManifestResourceStream(resource);
        if (stream is null)
        {
            return false;
        }

        using var file = File.Create(path);
        stream.CopyTo(file);
        return true;
    }
}
