using System.Xml.Linq;

namespace GymBridge.Architecture.Tests;

/// <summary>Who may know whom: docs and CONTRIBUTING promise it, the project files keep it.</summary>
public class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["GymBridge.Core"] = [],
        ["GymBridge.Environments"] = ["GymBridge.Core"],
        ["GymBridge.Protocol"] = ["GymBridge.Core"],
        ["GymBridge.Server"] = ["GymBridge.Core", "GymBridge.Protocol"],
        ["GymBridge.Client"] = ["GymBridge.Core", "GymBridge.Protocol"],
        ["GymBridge.Agents"] = ["GymBridge.Core", "GymBridge.Torch"],
        ["GymBridge.Torch"] = ["GymBridge.Core"],
        ["GymBridge.Training"] = ["GymBridge.Agents"],
        ["GymBridge.PythonNet"] = ["GymBridge.Client"],
        ["GymBridge"] = ["GymBridge.Core", "GymBridge.Environments", "GymBridge.Client"],
    };

    public static TheoryData<string> Libraries => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Library_ReferencesOnlyWhatItMay(string library) =>
        Assert.Empty(References(library).Except(Allowed[library], StringComparer.Ordinal));

    [Fact]
    public void NoLibrary_ReferencesTheCommand()
    {
        foreach (var project in Projects().Where(project => project != "GymBridge.Cli"))
        {
            Assert.DoesNotContain("GymBridge.Cli", References(project));
        }
    }

    [Fact]
    public void EveryProject_HasARule() =>
        Assert.Empty(Projects().Except([.. Allowed.Keys, "GymBridge.Cli"], StringComparer.Ordinal));

    [Fact]
    public void Core_ReferencesNoPackage() => Assert.DoesNotContain("PackageReference", ProjectText("GymBridge.Core"), StringComparison.Ordinal);

    private static IEnumerable<string> Projects() =>
        Directory.GetDirectories(RepositoryRoot.Combine("src")).SelectMany(folder => Directory.GetFiles(folder, "*.csproj")).Select(path => Path.GetFileNameWithoutExtension(path));

    private static List<string> References(string library) => [.. XDocument.Parse(ProjectText(library)).Descendants("ProjectReference")
        .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
        .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')))];

    private static string ProjectText(string library) => File.ReadAllText(RepositoryRoot.Combine($"src/{library}/{library}.csproj"));
}
