using System.Text.RegularExpressions;
using GymBridge.Packaging.Tests.Support;

namespace GymBridge.Packaging.Tests.Documents;

/// <summary>The C# of the README and the documents compiles as it stands there.</summary>
public sealed partial class SnippetTests
{
    // Compiled by tests of their own: an algorithm in a file of its own, and a program of the packages alone.
    private static readonly string[] Elsewhere = ["docs/writing-an-algorithm.md", "docs/packages.md"];

    // What the text beside a snippet speaks of.
    private const string Frame = """
        #:sdk Microsoft.NET.Sdk.Web
        #:property TreatWarningsAsErrors=false
        {0}
        using GymBridge;
        using GymBridge.Agents;
        using GymBridge.Agents.Completions;
        using GymBridge.Agents.Offline;
        using GymBridge.Client.Hosting;
        using GymBridge.Environments;
        using GymBridge.Environments.Teaching;
        using GymBridge.PythonNet;
        using GymBridge.Server;
        using GymBridge.Spaces;
        using GymBridge.Training;
        using GymBridge.Wrappers;
        using static Named;

        {1}

        internal static class Named
        {
            public static EnvRegistry registry = null!;
            public static WebApplicationBuilder builder = null!;
            public static WebApplication app = null!;
            public static Policy teacher = null!;
            public static PreferenceTask task = null!;
            public static CompletionProblem problem = null!;
            public static PreferenceExample[] examples = null!;
        }
        """;

    [Fact]
    public async Task Documents_TheirCSharp_Compiles()
    {
        using var folder = new TemporaryFolder();
        string[] files = [RepositoryRoot.Combine("README.md"), .. Directory.EnumerateFiles(RepositoryRoot.Combine("docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        var snippets = files.Where(file => !Elsewhere.Contains(Path.GetRelativePath(RepositoryRoot.Path, file).Replace('\\', '/')))
            .SelectMany(file => Snippet().Matches(File.ReadAllText(file)).Select(match => Using().Replace(match.Groups[1].Value, string.Empty))).ToList();
        Assert.InRange(snippets.Count, 10, 1000);
        string[] projects = ["GymBridge", "GymBridge.Agents", "GymBridge.Training", "GymBridge.PythonNet", "GymBridge.Server"];
        var code = Frame
            .Replace("{0}", string.Join('\n', projects.Select(name => $"#:project {RepositoryRoot.Combine($"src/{name}/{name}.csproj")}")), StringComparison.Ordinal)
            .Replace("{1}", string.Join('\n', snippets.Select((text, number) => text.StartsWith("public ", StringComparison.Ordinal) || text.StartsWith("internal ", StringComparison.Ordinal)
                ? text
                : $"internal static class Snippet{number} {{ public static void Run() {{\n{text}\n}} }}")), StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.Combine("snippets.cs"), code + "\ninternal static class Program { public static void Main() { } }\n");
        await Command.RunAsync(folder.FullName, new Dictionary<string, string?>(), "dotnet", "build", "-c", "Release", "snippets.cs");
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"^using [\w.]+;\n", RegexOptions.Multiline)]
    private static partial Regex Using();
}
