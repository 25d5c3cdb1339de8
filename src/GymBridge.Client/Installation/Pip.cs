using System.Collections.Immutable;

namespace GymBridge.Client.Installation;

/// <summary>pip inside a virtual environment.</summary>
internal sealed class Pip(VirtualEnvironment environment, PythonInstallOptions options)
{
    private const string ShortTimeoutSeconds = "5";

    /// <summary>Installs from the index, else from wheels.</summary>
    /// <returns>Where the packages came from.</returns>
    public async Task<(PythonPackageSource Source, string Name)> InstallAsync(
        PythonInstaller.Package package, ImmutableArray<string> extras, CancellationToken cancellationToken)
    {
        string reason;
        var output = string.Empty;
        var index = await PackageIndex.FindAsync(environment.Interpreter, cancellationToken).ConfigureAwait(false);
        if (index is not null && await PackageIndex.IsReachableAsync(index, cancellationToken).ConfigureAwait(false))
        {
            options.Progress?.Invoke($"Installing '{package.Name}' with packages from {index}.");

            // By variables, not by options: pip starts a second pip for the build, which must not wait longer either.
            var attempt = await RunAsync(package.Arguments(extras), new() { ["PIP_RETRIES"] = "0", ["PIP_DEFAULT_TIMEOUT"] = ShortTimeoutSeconds }, cancellationToken).ConfigureAwait(false);
            if (attempt.ExitCode == 0)
            {
                return (PythonPackageSource.Index, index.ToString());
            }

            reason = $"pip failed with packages from {index} (exit code {attempt.ExitCode})";
            output = attempt.Output;
        }
        else
        {
            reason = index is null ? "pip is configured to use no index" : $"the package index {index} cannot be reached";
        }

        return (PythonPackageSource.Wheels, await InstallFromWheelsAsync(package, extras, reason, output, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The version of the package that is installed.</summary>
    public async Task<string> VersionOfPackageAsync(CancellationToken cancellationToken)
    {
        var result = await ProcessRunner.RunAsync(
            environment.Interpreter,
            ["-c", "import importlib.metadata as m; print(m.version('gymbridge'))"],
            TimeSpan.FromMinutes(1),
            null,
            cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0
            ? result.Output.Split('\n')[^1].Trim()
            : throw new PythonInstallException("pip reported success, yet the package 'gymbridge' is not there. Python wrote:", result.Output);
    }

    private async Task<string> InstallFromWheelsAsync(
        PythonInstaller.Package package, ImmutableArray<string> extras, string reason, string indexOutput, CancellationToken cancellationToken)
    {
        var folder = FindWheels() ?? throw new PythonInstallException(
            $"'{package.Name}' cannot be installed: {reason}, and there is no folder of wheels. Connect to the index, or set {PythonInstaller.WheelsVariable} to a folder of wheels.{FromSources(package)}{(indexOutput.Length == 0 ? string.Empty : " pip wrote:")}",
            indexOutput);
        options.Progress?.Invoke($"Installing '{package.Name}' with the wheels in '{folder}', because {reason}.");
        var result = await RunAsync(package.Arguments(extras), new() { ["PIP_NO_INDEX"] = "1", ["PIP_FIND_LINKS"] = folder }, cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0
            ? folder
            : throw new PythonInstallException(
                $"'{package.Name}' cannot be installed: {reason}, and pip failed with the wheels in '{folder}' (exit code {result.ExitCode}; wheels fit one Python version: choose it with {PythonInterpreter.Variable}).{FromSources(package)} pip wrote:",
                indexOutput.Length == 0 ? result.Output : $"{indexOutput}{Environment.NewLine}{result.Output}");
    }

    // Where the package itself is what is missing, a checkout has it.
    private static string FromSources(PythonInstaller.Package package) =>
        package.IsFolder ? string.Empty : " In a checkout of GymBridge, name the folder of the package's sources: gymbridge python install --package python.";

    private string? FindWheels()
    {
        var chosen = options.WheelsFolder ?? Environment.GetEnvironmentVariable(PythonInstaller.WheelsVariable);
        if (string.IsNullOrEmpty(chosen))
        {
            return null;
        }

        return Directory.Exists(chosen)
            ? Path.GetFullPath(chosen)
            : throw new PythonInstallException($"The folder of wheels '{chosen}' does not exist; correct {PythonInstaller.WheelsVariable}.");
    }

    private async Task<ProcessRunner.Result> RunAsync(
        IEnumerable<string> arguments, Dictionary<string, string?> variables, CancellationToken cancellationToken)
    {
        variables["PIP_DISABLE_PIP_VERSION_CHECK"] = "1";
        variables["PIP_NO_INPUT"] = "1";
        variables["PIP_REQUIRE_VIRTUALENV"] = "1";
        variables["PIP_USER"] = "0";
        try
        {
            return await ProcessRunner.RunAsync(
                environment.Interpreter, ["-m", "pip", "install", .. arguments], options.Timeout, variables, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new PythonInstallException(exception.Message);
        }
    }
}
