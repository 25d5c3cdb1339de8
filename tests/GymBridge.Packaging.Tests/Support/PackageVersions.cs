using System.Xml.Linq;

namespace GymBridge.Packaging.Tests.Support;

/// <summary>The versions of others' packages that this repository is built with.</summary>
internal static class PackageVersions
{
    private static readonly XDocument Versions = XDocument.Load(RepositoryRoot.Combine("Directory.Packages.props"));

    /// <summary>The version of a package.</summary>
    public static string Of(string id)
    {
        var version = Versions.Descendants("PackageVersion").Single(package => package.Attribute("Include")!.Value == id).Attribute("Version")!.Value;

        // One that stands in a property.
        return version.StartsWith("$(", StringComparison.Ordinal) ? Versions.Descendants(version[2..^1]).Single().Value : version;
    }
}
