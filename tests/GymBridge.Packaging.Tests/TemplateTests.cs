using GymBridge.Packaging.Tests.Support;

namespace GymBridge.Packaging.Tests;

/// <summary>The templates: made, built, and their tests run.</summary>
[Collection(PackagesGroup.Name)]
public class TemplateTests(PackagesFixture packages)
{
    [Theory]
    [InlineData("gymbridge-env")]
    [InlineData("gymbridge-server")]
    [InlineData("gymbridge-agent")]
    public async Task Template_Made_BuildsAndPassesItsTests(string template)
    {
        var folder = packages.Machine.EmptyFolder(template);
        await packages.Templates;
        await packages.Machine.RunAsync(folder, "dotnet", "new", template, "-n", "Drone");
        var made = Path.Combine(folder, "Drone");
        Assert.True(File.Exists(Path.Combine(made, "src", "Drone", "DroneEnv.cs")));
        Assert.True(File.Exists(Path.Combine(made, ".gitignore")));

        // A user's own rules may be as strict as ours.
        var output = await packages.Machine.RunAsync(made, "dotnet", "test", "-p:TreatWarningsAsErrors=true");
        Assert.Contains("Passed!", output, StringComparison.Ordinal);
    }
}
