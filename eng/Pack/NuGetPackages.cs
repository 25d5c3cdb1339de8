using GymBridge.Testing;

namespace GymBridge.Pack;

/// <summary>The libraries, the tool and the templates.</summary>
internal static class NuGetPackages
{
    public static async Task<bool> PackAsync(PackageFolder packages, bool noBuild, CancellationToken cancellation)
    {
        var isFine = await Tool.RunAsync(
            "dotnet",
            [
                "msbuild", RepositoryRoot.Combine("eng/Packages.proj"), "-nologo", "-verbosity:minimal", $"-restore:{!noBuild}", "-target:Pack",
                "-property:Configuration=Release", $"-property:NoBuild={noBuild}", $"-property:PackageOutputPath={packages.Path}",
            ],
            cancellation);
        if (isFine)
        {
            EngineDependency.AddTo(packages);
        }

        return isFine;
    }
}
