using System.Collections.Immutable;

namespace GymBridge.Client.Installation;

/// <summary>What <see cref="PythonInstaller"/> is to install, and where.</summary>
public sealed record PythonInstallOptions
{
    /// <summary>Extras of the package, such as <c>atari</c>, <c>box2d</c>, <c>mujoco</c>, <c>all</c>; those installed before stay.</summary>
    public ImmutableArray<string> Extras { get; init; } = [];

    /// <summary>The folder of the package's sources, installed editable: <c>python</c> in a checkout; null for the package of this library's version.</summary>
    public string? PackageFolder { get; init; }

    /// <summary>The virtual environment into which packages are installed.</summary>
    /// <value><see cref="VirtualEnvironment.Default"/>.</value>
    public VirtualEnvironment Environment { get; init; } = VirtualEnvironment.Default;

    /// <summary>The base Python, a path or a command; null: <c>$GYMBRIDGE_PYTHON</c>, else what is found on the PATH.</summary>
    public string? Python { get; init; }

    /// <summary>A folder of wheels for when the index cannot be reached; null: <c>$GYMBRIDGE_WHEELS</c>.</summary>
    public string? WheelsFolder { get; init; }

    /// <summary>Whether to run pip although the same was installed before.</summary>
    public bool Force { get; init; }

    /// <summary>Longest time for one run of pip.</summary>
    /// <value>15 minutes.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Told, one sentence each, what is being done; null for nobody.</summary>
    public Action<string>? Progress { get; init; }
}
