using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace GymBridge.Client.Installation;

/// <summary>What a virtual environment remembers of its last installation, so that the next one can be skipped.</summary>
internal sealed record InstallStamp(
    string Fingerprint, ImmutableArray<string> Extras, string PythonVersion, string PackageVersion, PythonPackageSource Source, string SourceName)
{
    private static string PathIn(VirtualEnvironment environment) => Path.Combine(environment.Folder, "gymbridge-install.json");

    /// <summary>The stamp; null if there is none that can be read.</summary>
    public static InstallStamp? Read(VirtualEnvironment environment)
    {
        try
        {
            return JsonSerializer.Deserialize<InstallStamp>(File.ReadAllBytes(PathIn(environment)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Removes the stamp, so that an installation that is broken off does not pass for a good one.</summary>
    public static void Remove(VirtualEnvironment environment) => File.Delete(PathIn(environment));

    /// <summary>A digest of what decides the installation: the package's project file and where it lies.</summary>
    public static string FingerprintOf(string package, string? projectFile)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(package));
        hash.AppendData(projectFile is null ? [] : File.ReadAllBytes(projectFile));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Writes the stamp.</summary>
    public void Write(VirtualEnvironment environment) => File.WriteAllBytes(PathIn(environment), JsonSerializer.SerializeToUtf8Bytes(this));
}
