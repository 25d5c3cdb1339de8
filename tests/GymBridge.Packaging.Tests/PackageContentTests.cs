using System.IO.Compression;
using System.Xml.Linq;
using GymBridge.Packaging.Tests.Support;

namespace GymBridge.Packaging.Tests;

/// <summary>What is in the packages, read from the files themselves.</summary>
[Collection(PackagesGroup.Name)]
public class PackageContentTests(PackagesFixture packages)
{
    private static readonly string[] Libraries =
        ["GymBridge", "GymBridge.Agents", "GymBridge.Client", "GymBridge.Core", "GymBridge.Environments", "GymBridge.Protocol", "GymBridge.PythonNet", "GymBridge.Server", "GymBridge.Torch", "GymBridge.Training"];

    public static TheoryData<string> LibraryIds => [.. Libraries];

    public static TheoryData<string> AllIds => [.. Libraries, "GymBridge.Cli", "GymBridge.Templates", "GymBridge.Torch.Managed"];

    [Fact]
    public void Versions_OfBothLanguages_AreOne()
    {
        Assert.Equal(ProductVersion.Python, ProductVersion.CSharp);
        Assert.Matches(@"^\d+\.\d+\.\d+$", ProductVersion.Python);
    }

    [Fact]
    public void Pack_MakesNoPackageUnderAnUpstreamId() =>
        Assert.All(packages.Files(".nupkg"), name => Assert.StartsWith("GymBridge.", name, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(AllIds))]
    public void Package_StandsOnThePageOfPackages(string id) =>
        Assert.Contains($"| `{id}` |", File.ReadAllText(RepositoryRoot.Combine("docs/packages.md")), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(AllIds))]
    public void Package_SaysWhatItIs(string id)
    {
        using var package = ZipFile.OpenRead(packages.PathOf(id));
        var metadata = Metadata(package);
        Assert.Equal(
            (id, ProductVersion.CSharp, "MIT", "README.md", "icon.png", "The GymBridge authors"),
            (metadata["id"].Value, metadata["version"].Value, metadata["license"].Value, metadata["readme"].Value, metadata["icon"].Value, metadata["authors"].Value));
        Assert.NotEqual("Package Description", metadata["description"].Value);
        Assert.False(string.IsNullOrEmpty(metadata["repository"].Attribute("commit")?.Value));
        Assert.All(new[] { "README.md", "icon.png", "THIRD-PARTY-NOTICES.md" }, file => Assert.NotNull(package.GetEntry(file)));
        Assert.StartsWith($"# {id}", Text(package, "README.md"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(LibraryIds))]
    public void Library_HasDocumentationAndSymbols(string id)
    {
        using var package = ZipFile.OpenRead(packages.PathOf(id));
        Assert.NotNull(package.GetEntry($"lib/net10.0/{id}.dll"));
        Assert.NotNull(package.GetEntry($"lib/net10.0/{id}.xml"));
        using var symbols = ZipFile.OpenRead(Path.ChangeExtension(packages.PathOf(id), ".snupkg"));
        Assert.NotNull(symbols.GetEntry($"lib/net10.0/{id}.pdb"));
    }

    [Fact]
    public void Agents_AreCompiledAgainstTorchSharpAndRunOnTheManagedEngine()
    {
        using var package = ZipFile.OpenRead(packages.PathOf("GymBridge.Agents"));
        var dependencies = Metadata(package)["dependencies"].Descendants().Where(element => element.Attribute("id") is not null)
            .ToDictionary(element => element.Attribute("id")!.Value, element => element.Attribute("exclude")!.Value.Split(','));
        Assert.Contains("Runtime", dependencies["TorchSharp"]);
        Assert.DoesNotContain("Compile", dependencies["TorchSharp"]);
        Assert.Contains("Compile", dependencies["GymBridge.Torch.Managed"]);
        Assert.DoesNotContain("Runtime", dependencies["GymBridge.Torch.Managed"]);
        using var engine = ZipFile.OpenRead(packages.PathOf("GymBridge.Torch.Managed"));
        Assert.NotNull(engine.GetEntry("lib/net10.0/TorchSharp.dll"));
    }

    [Theory]
    [InlineData("GymBridge", "Google.Protobuf", "Grpc.Core.Api", "Grpc.Net.Client", "GymBridge.Client", "GymBridge.Environments")]
    [InlineData("GymBridge.Core")]
    [InlineData("GymBridge.Environments", "GymBridge.Core")]
    [InlineData("GymBridge.Protocol", "Google.Protobuf", "Grpc.Core.Api", "GymBridge.Core")]
    [InlineData("GymBridge.Client", "Google.Protobuf", "Grpc.Core.Api", "Grpc.Net.Client", "GymBridge.Protocol")]
    [InlineData(
        "GymBridge.Server",
        "Google.Protobuf", "Grpc.AspNetCore.HealthChecks", "Grpc.AspNetCore.Server", "Grpc.AspNetCore.Server.Reflection", "Grpc.Core.Api", "GymBridge.Protocol")]
    public void Library_DependsOnNoMoreThanItNeeds(string id, params string[] expected)
    {
        using var package = ZipFile.OpenRead(packages.PathOf(id));
        Assert.Equal(expected, Metadata(package).TryGetValue("dependencies", out var dependencies)
            ? dependencies.Descendants().Select(element => element.Attribute("id")?.Value).OfType<string>().Order(StringComparer.Ordinal)
            : []);
    }

    [Fact]
    public void Tool_LibrariesOfOthers_AreInTheNotices()
    {
        var notices = File.ReadAllText(RepositoryRoot.Combine("THIRD-PARTY-NOTICES.md"));
        using var package = ZipFile.OpenRead(packages.PathOf("GymBridge.Cli"));
        var others = package.Entries.Select(entry => entry.Name)
            .Where(name => name.EndsWith(".dll", StringComparison.Ordinal) && !name.StartsWith("gymbridge", StringComparison.OrdinalIgnoreCase))
            .Select(name => Path.GetFileNameWithoutExtension(name))
            // The managed engine, which has upstream's assembly name.
            .Where(name => name != "TorchSharp");
        Assert.All(others, name => Assert.Contains($"`{name}`", notices, StringComparison.Ordinal));
    }

    private static Dictionary<string, XElement> Metadata(ZipArchive package)
    {
        var nuspec = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).FullName;
        return XDocument.Parse(Text(package, nuspec)).Root!.Elements().Single().Elements().ToDictionary(element => element.Name.LocalName);
    }

    private static string Text(ZipArchive package, string file)
    {
        using var reader = new StreamReader(package.GetEntry(file)!.Open());
        return reader.ReadToEnd();
    }
}
