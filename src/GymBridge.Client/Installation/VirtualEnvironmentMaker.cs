namespace GymBridge.Client.Installation;

/// <summary>Makes a virtual environment, or mends one whose Python has gone.</summary>
internal static class VirtualEnvironmentMaker
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    /// <summary>The virtual environment's Python; what exists and works is kept.</summary>
    public static async Task<PythonInterpreter> EnsureAsync(
        VirtualEnvironment environment, PythonInstallOptions options, string lockName, CancellationToken cancellationToken)
    {
        if (environment.Exists)
        {
            var (found, problem) = await PythonInterpreter.ProbeAsync(environment.Interpreter, cancellationToken).ConfigureAwait(false);
            if (found is not null)
            {
                return found;
            }

            options.Progress?.Invoke($"Making '{environment.Folder}' anew: {problem}.");
        }
        else if (!File.Exists(Path.Combine(environment.Folder, "pyvenv.cfg"))
            && Directory.EnumerateFileSystemEntries(environment.Folder).Any(entry => Path.GetFileName(entry) != lockName))
        {
            throw new PythonInstallException(
                $"'{environment.Folder}' holds other files and is no virtual environment; set {VirtualEnvironment.Variable} to another folder.");
        }

        var python = await PythonInterpreter.FindAsync(options.Python, cancellationToken).ConfigureAwait(false);
        options.Progress?.Invoke($"Making the virtual environment '{environment.Folder}' with Python {python.Version} ('{python.Path}').");
        Clear(environment.Folder, lockName);
        var (exitCode, output) = await ProcessRunner.RunAsync(
            python.Path, ["-m", "venv", environment.Folder], Timeout, null, cancellationToken).ConfigureAwait(false);
        if (exitCode != 0)
        {
            throw new PythonInstallException(
                $"'{python.Path} -m venv {environment.Folder}' failed with exit code {exitCode}. On Debian and Ubuntu 'sudo apt install python3-venv' adds what is missing. It wrote:",
                output);
        }

        return python with { Path = environment.Interpreter };
    }

    // Not 'venv --clear': that would remove the lock file that we hold.
    private static void Clear(string folder, string lockName)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => entry.Name != lockName))
        {
            if (entry is DirectoryInfo { LinkTarget: null } directory)
            {
                directory.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }
}
