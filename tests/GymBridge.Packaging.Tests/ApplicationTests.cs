using GymBridge.Packaging.Tests.Support;

namespace GymBridge.Packaging.Tests;

/// <summary>Two applications of a user's, one with TorchSharp and libtorch, one without: the package graph decides what they compute with.</summary>
[Collection(PackagesGroup.Name)]
public class ApplicationTests(PackagesFixture packages)
{
    private const string Program = """
        using System.Diagnostics;
        using GymBridge;
        using GymBridge.Agents.Ppo;
        using GymBridge.Environments;

        using var env = EnvironmentCatalog.CreateRegistry().MakeVec("CartPole-v1", 8, new MakeOptions { AutoresetMode = AutoresetMode.SameStep });
        using var trainer = new PpoTrainer(env, new PpoOptions { NumEnvs = 8, RolloutSteps = 64 }, seed: 1, totalTimesteps: 2048);
        while (!trainer.IsComplete)
        {
            trainer.RunUpdate();
        }

        var engine = AppDomain.CurrentDomain.GetAssemblies().Single(assembly => assembly.GetName().Name == "TorchSharp");
        Console.WriteLine($"engine: {FileVersionInfo.GetVersionInfo(engine.Location).ProductName}");
        """;

    [Fact]
    public async Task Application_WithoutTorchSharp_TrainsOnTheManagedEngine()
    {
        var output = await BuildAndRunAsync("managed", string.Empty);
        Assert.Contains("engine: GymBridge managed tensor engine", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Application_WithTorchSharpOfItsOwn_TrainsOnLibtorch()
    {
        var version = PackageVersions.Of("TorchSharp");
        await NuGetSetup.RestoreOnceAsync("TorchSharp-cpu", version);
        var output = await BuildAndRunAsync("libtorch", $"""<PackageReference Include="TorchSharp-cpu" Version="{version}" />""");
        Assert.Contains("engine: TorchSharp", output, StringComparison.Ordinal);
    }

    private async Task<string> BuildAndRunAsync(string name, string reference)
    {
        var folder = packages.Machine.EmptyFolder($"application-{name}");
        await File.WriteAllTextAsync(Path.Combine(folder, "Application.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="GymBridge.Agents" Version="{ProductVersion.CSharp}" />
                <PackageReference Include="GymBridge.Environments" Version="{ProductVersion.CSharp}" />
                {reference}
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), Program);
        await packages.Machine.RunAsync(folder, "dotnet", "build", "-c", "Release", "-o", "out", "-v", "quiet");
        Assert.Single(Directory.EnumerateFiles(Path.Combine(folder, "out"), "TorchSharp.dll", SearchOption.AllDirectories));
        return await packages.Machine.RunAsync(folder, "dotnet", Path.Combine("out", "Application.dll"));
    }
}
