using System.Xml.Linq;

namespace GymBridge.Packaging.Tests.Support;

/// <summary>Where a user's NuGet finds packages: ours in a folder, others where this checkout finds them.</summary>
internal static class NuGetSetup
{
    private static readonly Dictionary<string, string?> Nothing = [];

    /// <summary>This machine's folder of restored packages.</summary>
    public static async Task<string> SharedPackagesAsync() =>
        (await Command.RunAsync(RepositoryRoot.Path, Nothing, "dotnet", "nuget", "locals", "global-packages", "--list")).Split(": ", 2)[1].Trim();

    /// <summary>Puts a package of others into that folder, with what it depends on, unless it is there.</summary>
    /// <remarks>libtorch is large: it is downloaded once for a machine, as for any user of TorchSharp.</remarks>
    public static async Task RestoreOnceAsync(string id, string version)
    {
        if (Directory.Exists(Path.Combine(await SharedPackagesAsync(), id.ToLowerInvariant(), version)))
        {
            return;
        }

        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Combine("restore.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup><PackageReference Include="{id}" Version="{version}" /></ItemGroup>
            </Project>
            """);
        await Command.RunAsync(folder.FullName, Nothing, "dotnet", "restore");
    }

    /// <summary>Writes a NuGet.Config.</summary>
    /// <param name="path">The file.</param>
    /// <param name="packages">The folder of our packages, which alone may serve our ids; null for none.</param>
    public static async Task WriteAsync(string path, string? packages)
    {
        var others = (await Command.RunAsync(RepositoryRoot.Path, Nothing, "dotnet", "nuget", "list", "source", "--format", "Short"))
            .Split('\n')
            .Where(line => line.StartsWith("E ", StringComparison.Ordinal))
            .Select((line, index) => (Key: $"source{index}", Address: line[2..].Trim()))
            .ToList();
        var sources = new XElement("packageSources", new XElement("clear"), others.Select(source => Add(source.Key, source.Address)));

        // What is restored already is taken from there, so that a test run downloads nothing twice.
        var configuration = new XElement("configuration", sources, new XElement("fallbackPackageFolders", Add("machine", await SharedPackagesAsync())));
        if (packages is not null)
        {
            sources.Add(Add("ours", packages));
            configuration.Add(new XElement(
                "packageSourceMapping", new XElement("clear"), Mapping("ours", "GymBridge", "GymBridge.*"), others.Select(source => Mapping(source.Key, "*"))));
        }

        new XDocument(configuration).Save(path);
    }

    private static XElement Add(string key, string value) => new("add", new XAttribute("key", key), new XAttribute("value", value));

    private static XElement Mapping(string source, params string[] patterns) => new(
        "packageSource", new XAttribute("key", source), patterns.Select(pattern => new XElement("package", new XAttribute("pattern", pattern))));
}
