using System.Collections.Immutable;
using System.Reflection;

namespace GymBridge.Client.Installation;

/// <summary>Makes the virtual environment and installs the Python package <c>gymbridge</c> into it.</summary>
/// <remarks>
/// The package comes in the version of this library, or editable from a folder of its sources
/// (<see cref="PythonInstallOptions.PackageFolder"/>). Packages come from the index, or from a folder of wheels where the index cannot be reached.
/// A second run finds its own stamp and does nothing; runs at the same time wait for one another, also across processes.
/// </remarks>
public static class PythonInstaller
{
    /// <summary>The variable that names a folder of wheels.</summary>
    public const string WheelsVariable = "GYMBRIDGE_WHEELS";

    private const string LockName = ".gymbridge-lock";

    /// <summary>Installs, and waits until it is done.</summary>
    /// <exception cref="PythonNotFoundException">There is no Python, or it is too old.</exception>
    /// <exception cref="PythonInstallException">The virtual environment cannot be made or pip failed; the message has its output.</exception>
    public static PythonInstallation Install(PythonInstallOptions? options = null) => InstallAsync(options).GetAwaiter().GetResult();

    /// <summary>Makes the virtual environment, if there is none, and installs the package into it.</summary>
    /// <exception cref="PythonNotFoundException">There is no Python, or it is too old.</exception>
    /// <exception cref="PythonInstallException">The virtual environment cannot be made or pip failed; the message has its output.</exception>
    public static async Task<PythonInstallation> InstallAsync(PythonInstallOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PythonInstallOptions();
        var environment = options.Environment;
        var package = Package.From(options.PackageFolder);
        if (!options.Force && UpToDate(environment, package, options.Extras) is { } before)
        {
            return before;
        }

        try
        {
            Directory.CreateDirectory(environment.Folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PythonInstallException(
                $"The virtual environment '{environment.Folder}' cannot be made: {exception.Message} Set {VirtualEnvironment.Variable} to a folder that can be written.");
        }

        await using var held = await FileLock.AcquireAsync(
            Path.Combine(environment.Folder, LockName),
            () => options.Progress?.Invoke($"Waiting for another installation into '{environment.Folder}'."),
            cancellationToken).ConfigureAwait(false);

        // Whoever held the lock may have done our work.
        if (!options.Force && UpToDate(environment, package, options.Extras) is { } meanwhile)
        {
            return meanwhile;
        }

        var extras = (InstallStamp.Read(environment)?.Extras ?? []).Union(options.Extras).Order(StringComparer.Ordinal).ToImmutableArray();
        InstallStamp.Remove(environment);
        var python = await VirtualEnvironmentMaker.EnsureAsync(environment, options, LockName, cancellationToken).ConfigureAwait(false);
        var pip = new Pip(environment, options);
        var (source, sourceName) = await pip.InstallAsync(package, extras, cancellationToken).ConfigureAwait(false);
        var stamp = new InstallStamp(
            package.Fingerprint,
            extras,
            python.Version.ToString(),
            await pip.VersionOfPackageAsync(cancellationToken).ConfigureAwait(false),
            source,
            sourceName);
        stamp.Write(environment);
        return Result(environment, package, stamp, wasUpToDate: false);
    }

    private static PythonInstallation? UpToDate(VirtualEnvironment environment, Package package, ImmutableArray<string> extras) =>
        environment.Exists && InstallStamp.Read(environment) is { } stamp && stamp.Fingerprint == package.Fingerprint
        && extras.All(extra => stamp.Extras.Contains(extra))
            ? Result(environment, package, stamp, wasUpToDate: true)
            : null;

    private static PythonInstallation Result(VirtualEnvironment environment, Package package, InstallStamp stamp, bool wasUpToDate) => new(
        environment, Version.Parse(stamp.PythonVersion), stamp.PackageVersion, stamp.Extras, package.Name, stamp.Source, stamp.SourceName, wasUpToDate);

    /// <summary>What is installed: a folder of sources, or a version from the index.</summary>
    internal sealed record Package(string Name, bool IsFolder, string Fingerprint)
    {
        public static Package From(string? sources)
        {
            if (sources is not null)
            {
                var folder = Path.GetFullPath(sources);
                var project = Path.Combine(folder, "pyproject.toml");
                return File.Exists(project)
                    ? new Package(folder, true, InstallStamp.FingerprintOf(folder, project))
                    : throw new PythonInstallException($"'{sources}' holds no Python package: '{project}' does not exist. Name the folder 'python' of a GymBridge checkout.");
            }

            var version = typeof(PythonInstaller).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
            return new Package($"gymbridge=={version}", false, InstallStamp.FingerprintOf($"gymbridge=={version}", null));
        }

        public IEnumerable<string> Arguments(ImmutableArray<string> extras)
        {
            var suffix = extras.IsEmpty ? string.Empty : $"[{string.Join(',', extras)}]";
            return IsFolder ? ["--editable", Name + suffix] : [Name.Replace("==", $"{suffix}==", StringComparison.Ordinal)];
        }
    }
}
