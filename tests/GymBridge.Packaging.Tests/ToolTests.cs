using System.Text.Json.Nodes;
using GymBridge.Packaging.Tests.Support;

namespace GymBridge.Packaging.Tests;

/// <summary>The tool <c>GymBridge.Cli</c>, installed from its package.</summary>
[Collection(PackagesGroup.Name)]
public class ToolTests(PackagesFixture packages)
{
    [Fact]
    public async Task Tool_Installed_SaysItsVersionAndTrains()
    {
        var folder = packages.Machine.EmptyFolder("tool");
        await packages.Machine.RunAsync(folder, "dotnet", "tool", "install", "GymBridge.Cli", "--tool-path", Path.Combine(folder, "bin"));
        var gymbridge = Path.Combine(folder, "bin", OperatingSystem.IsWindows() ? "gymbridge.exe" : "gymbridge");
        Assert.StartsWith($"gymbridge {ProductVersion.CSharp}\nengine managed ", await packages.Machine.RunAsync(folder, gymbridge, "--version"), StringComparison.Ordinal);

        var train = await packages.Machine.RunAsync(folder, gymbridge, "train", "CartPole-v1", "--total-timesteps", "4096", "--n-eval-episodes", "2", "--json");
        var summary = JsonNode.Parse(train)!;
        Assert.Equal(64, summary["digest"]!.ToString().Length);
        Assert.True(Directory.Exists(Path.Combine(folder, summary["run_folder"]!.ToString())));
        await packages.Machine.RunAsync(folder, gymbridge, "eval", "latest", "--n-eval-episodes", "1");
    }
}
