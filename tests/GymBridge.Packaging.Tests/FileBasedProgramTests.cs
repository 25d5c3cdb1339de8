using GymBridge.Packaging.Tests.Support;

namespace GymBridge.Packaging.Tests;

/// <summary>A program of one file, as docs/packages.md has it, in a folder without anything else.</summary>
[Collection(PackagesGroup.Name)]
public class FileBasedProgramTests(PackagesFixture packages)
{
    [Fact]
    public async Task ProgramOfOneFile_WithPackageDirectives_TrainsWithoutACheckout()
    {
        var page = await File.ReadAllTextAsync(RepositoryRoot.Combine("docs/packages.md"));
        var program = page.Split("## Programs of one file")[1].Split("```csharp\n")[1].Split("```")[0];
        Assert.Contains($"#:package GymBridge@{ProductVersion.CSharp}\n", program, StringComparison.Ordinal);

        var folder = packages.Machine.EmptyFolder("file");
        await File.WriteAllTextAsync(Path.Combine(folder, "train.cs"), program);
        var output = await packages.Machine.RunAsync(folder, "dotnet", "run", "train.cs");
        Assert.StartsWith("mean return ", output, StringComparison.Ordinal);
    }
}
