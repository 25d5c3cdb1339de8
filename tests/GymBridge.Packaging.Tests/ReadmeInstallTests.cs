using GymBridge.Packaging.Tests.Support;

namespace GymBridge.Packaging.Tests;

/// <summary>The README's section on installing, run as it is printed by a user who has nothing of ours.</summary>
[Collection(PackagesGroup.Name)]
public class ReadmeInstallTests(PackagesFixture packages)
{
    private const string Pack = "dotnet run --project eng/Pack -c Release\n";

    [PythonFact]
    public async Task Install_Commands_Succeed()
    {
        var blocks = Readme.BlocksIn(Readme.Install, "bash").ToList();
        Assert.StartsWith(Pack, blocks[0], StringComparison.Ordinal);
        var user = await packages.NewUserAsync("readme", knowsPackages: false);
        var python = await user.NewVirtualEnvironmentAsync(user.Home);

        // The fixture has done the first command.
        Directory.CreateSymbolicLink(Path.Combine(user.Home, "artifacts"), Path.Combine(packages.Root, "artifacts"));
        var script = string.Concat(blocks)[Pack.Length..];
        await user.RunAsync(user.Home, "bash", "-euo", "pipefail", "-c", $"PATH=\"{Path.GetDirectoryName(python)}:$PATH\"\n{script}");
    }
}
