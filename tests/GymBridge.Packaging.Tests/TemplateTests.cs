using GymBridge.Packaging.Tests.Support;

namespace GymBridge.Packaging.Tests;

/// <summary>The templates: made, built, and their tests run.</summary>
[Collection(PackagesGroup.Name)]
public class TemplateTests(PackagesFixture packages)
{
    [Theory]
    [InlineData("gymbridge-env", "Drone", "Drone")]
    [InlineData("gymbridge-server", "Robo.Arm", "RoboArm")]
    [InlineData("gymbridge-agent", "my-drone", "Mydrone")]
    public async Task Template_Made_BuildsAndPassesItsTests(string template, string name, string type)
    {
        var folder = packages.Machine.EmptyFolder(template);
        await packages.Templates;
        await packages.Machine.RunAsync(folder, "dotnet", "new", template, "-n", name);
        var made = Path.Combine(folder, name);
        Assert.True(File.Exists(Path.Combine(made, "src", name, $"{type}Env.cs")));
        Assert.True(File.Exists(Path.Combine(made, ".gitignore")));

        // A user's own rules may be as strict as ours.
        var output = await packages.Machine.RunAsync(made, "dotnet", "test", "-p:TreatWarningsAsErrors=true");
        Assert.Contains("Passed!", output, StringComparison.Ordinal);
    }
}
