using System.Reflection;

namespace GymBridge.Torch;

/// <summary>The versions that belong together, from Directory.Packages.props.</summary>
internal static class LibtorchVersions
{
    /// <summary>Version of the package TorchSharp: 0.107.0.</summary>
    public static string TorchSharp { get; } = Metadata("TorchSharpVersion");

    /// <summary>Version of the native library that it wants: 2.10.0.</summary>
    public static string Libtorch { get; } = Metadata("LibtorchVersion");

    private static string Metadata(string key) =>
        typeof(LibtorchVersions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
