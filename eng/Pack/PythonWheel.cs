using GymBridge.Client.Installation;
using GymBridge.Testing;

namespace GymBridge.Pack;

/// <summary>The Python package with the C# server inside, as one wheel for every platform.</summary>
internal static class PythonWheel
{
    // What a wheel holds is copied here first: a server inside the checkout's own package would hide the one that is built.
    private static readonly string Stage = RepositoryRoot.Combine("artifacts/wheel");

    /// <summary>Makes it of what is built.</summary>
    public static async Task<bool> BuildAsync(PackageFolder packages, CancellationToken cancellation)
    {
        if (Directory.Exists(Stage))
        {
            Directory.Delete(Stage, recursive: true);
        }

        CopySources();
        var server = Path.Combine(Stage, "src", "gymbridge", "_server");

        // Without a program of its own the server is the same files on every system, and 'dotnet' runs it. The packages were made
        // before: to build once more without the program would remove it from the build's own folder.
        if (!await Tool.RunAsync(
            "dotnet",
            [
                "publish", RepositoryRoot.Combine("src/GymBridge.Cli"), "-c", "Release", "-o", server, "-v", "quiet",
                "-p:NoBuild=true", "-p:UseAppHost=false", "-p:PublishDocumentationFiles=false", "-p:PublishReferencesDocumentationFiles=false",
            ],
            cancellation))
        {
            return false;
        }

        // What draws the pictures of 'gymbridge plot': native libraries for every system, larger than everything else, and no part of a server.
        foreach (var file in Directory.EnumerateFiles(server, "*", SearchOption.AllDirectories).Where(IsForPictures).ToList())
        {
            File.Delete(file);
        }

        var python = await PythonInstaller.InstallAsync(CheckoutPython.Options("dev") with { Progress = Console.WriteLine }, cancellation);
        return await Tool.RunAsync(
            python.Environment.Interpreter,
            ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-cache-dir", "--wheel-dir", packages.Path, Stage],
            cancellation);
    }

    private static bool IsForPictures(string file) =>
        Path.GetFileName(file).StartsWith("libSkiaSharp", StringComparison.Ordinal) || Path.GetFileName(file).StartsWith("libHarfBuzzSharp", StringComparison.Ordinal);

    private static void CopySources()
    {
        var package = RepositoryRoot.Combine("python");
        var sources = Directory.EnumerateFiles(Path.Combine(package, "src"), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".py" or ".pyi" or ".typed");
        foreach (var file in sources.Append(Path.Combine(package, "pyproject.toml")).Append(Path.Combine(package, "README.md")))
        {
            Copy(file, Path.Combine(Stage, Path.GetRelativePath(package, file)));
        }

        foreach (var name in new[] { "LICENSE", "THIRD-PARTY-NOTICES.md" })
        {
            Copy(RepositoryRoot.Combine(name), Path.Combine(Stage, name));
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }
}
