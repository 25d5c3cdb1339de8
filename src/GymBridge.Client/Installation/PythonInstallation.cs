using System.Collections.Immutable;

namespace GymBridge.Client.Installation;

/// <summary>A finished installation of the Python package.</summary>
/// <param name="Environment">The virtual environment.</param>
/// <param name="PythonVersion">Version of its Python.</param>
/// <param name="PackageVersion">Version of the package <c>gymbridge</c> in it.</param>
/// <param name="Extras">The extras that are installed, sorted.</param>
/// <param name="Package">What was installed: the checkout's folder, or <c>gymbridge==version</c>.</param>
/// <param name="Source">Where the packages came from.</param>
/// <param name="SourceName">Which index or folder that was.</param>
/// <param name="WasUpToDate">True when the same was installed before, so that nothing was done.</param>
public sealed record PythonInstallation(
    VirtualEnvironment Environment,
    Version PythonVersion,
    string PackageVersion,
    ImmutableArray<string> Extras,
    string Package,
    PythonPackageSource Source,
    string SourceName,
    bool WasUpToDate)
{
    /// <summary>What was installed, from where and into what, as one sentence.</summary>
    public override string ToString() =>
        $"{(WasUpToDate ? "gymbridge" : "Installed gymbridge")} {PackageVersion}{(Extras.IsEmpty ? string.Empty : $"[{string.Join(',', Extras)}]")} {(WasUpToDate ? "is up to date in" : "in")} '{Environment.Folder}' (Python {PythonVersion}, packages from {(Source == PythonPackageSource.Index ? "the index" : "the wheels in")} '{SourceName}').";
}
