using GymBridge.Packaging.Tests.Support;

namespace GymBridge.Packaging.Tests;

/// <summary>Two applications of a user's, one with TorchSharp and libtorch, one without: the package graph decides what they compute with.</summary>
/// <remarks>Their program is the example with networks of its own; what is added only says which engine was loaded.</remarks>
[Collection(PackagesGroup.Name)]
public class ApplicationTests(PackagesFixture packages)
{
    private const string TellEngine = """
        using System.Diagnostics;
        using System.Runtime.CompilerServices;

        internal static class TellEngine
        {
            [ModuleInitializer]
            internal static void Initialize() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
            {
                var engine = AppDomain.CurrentDomain.GetAssemblies().Single(assembly => assembly.GetName().Name == "TorchSharp");
                Console.WriteLine($"engine: {FileVersionInfo.GetVersionInfo(engine.Location).ProductName}");
            };
        }
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
        var example = await File.ReadAllLinesAsync(RepositoryRoot.Combine("examples/own-network.cs"));
        await File.WriteAllLinesAsync(Path.Combine(folder, "Program.cs"), example.Where(line => !line.StartsWith("#:", StringComparison.Ordinal)));
        await File.WriteAllTextAsync(Path.Combine(folder, "TellEngine.cs"), TellEngine);

        // libtorch for all systems is a gigabyte: it is linked, not copied.
        await packages.Machine.RunAsync(folder, "dotnet", "build", "-c", "Release", "-o", "out", "-v", "quiet", "-p:CreateHardLinksForCopyFilesToOutputDirectoryIfPossible=true");
        Assert.Single(Directory.EnumerateFiles(Path.Combine(folder, "out"), "TorchSharp.dll", SearchOption.AllDirectories));
        return await packages.Machine.RunAsync(folder, "dotnet", Path.Combine("out", "Application.dll"));
    }
}
