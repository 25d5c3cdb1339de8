using GymBridge.Client.Installation;
using GymBridge.Packaging.Tests.Support;

namespace GymBridge.Packaging.Tests.Documents;

/// <summary>Every program in <c>examples</c> runs as its first lines say.</summary>
public class ExampleTests
{
    // In this order: one reads what another has saved.
    private static readonly string[] Agents = ["train.cs", "resume.cs", "predict.cs", "own-environment.cs", "own-network.cs"];

    private static readonly string[] Python = ["python-environment.cs"];

    [Fact]
    public void Examples_AllOfThem_AreRun() => Assert.Equal(
        Directory.EnumerateFiles(RepositoryRoot.Combine("examples"), "*.cs").Select(Path.GetFileName).Order(StringComparer.Ordinal),
        Agents.Concat(Python).Order(StringComparer.Ordinal));

    [Fact]
    public void Examples_AllOfThem_FitOnOneScreen() =>
        Assert.All(Directory.EnumerateFiles(RepositoryRoot.Combine("examples"), "*.cs"), file => Assert.InRange(File.ReadAllLines(file).Length, 1, 30));

    [Fact]
    public async Task Examples_OfAgents_Run()
    {
        using var folder = new TemporaryFolder();
        foreach (var example in Agents)
        {
            var output = await RunAsync(folder, example);
            Assert.False(string.IsNullOrWhiteSpace(output), $"{example} said nothing.");
        }

        Assert.True(File.Exists(folder.Combine("cartpole.gym")));
        Assert.NotEmpty(Directory.EnumerateFiles(folder.Combine("checkpoints"), "*.gym"));
    }

    [PythonFact]
    public async Task Examples_OfPython_Run()
    {
        using var folder = new TemporaryFolder();
        foreach (var example in Python)
        {
            Assert.StartsWith("[", await RunAsync(folder, example), StringComparison.Ordinal);
        }
    }

    private static Task<string> RunAsync(TemporaryFolder folder, string example) => Command.RunAsync(
        folder.FullName, new Dictionary<string, string?> { [VirtualEnvironment.Variable] = VirtualEnvironment.Default.Folder }, "dotnet", "run", "-c", "Release", RepositoryRoot.Combine($"examples/{example}"));
}
