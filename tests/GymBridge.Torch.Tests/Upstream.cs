using System.Reflection;

namespace GymBridge.Torch.Tests;

/// <summary>Upstream's package, and the engine that stands in for it.</summary>
internal static class Upstream
{
    private static readonly string Package = Metadata("TorchSharpPackage");

    /// <summary>The version in Directory.Packages.props.</summary>
    public static string Version { get; } = Metadata("TorchSharpVersion");

    public static string Assembly { get; } = Path.Combine(Package, "lib", "net8.0", "TorchSharp.dll");

    /// <summary>The managed engine.</summary>
    public static string Engine { get; } = Path.Combine(AppContext.BaseDirectory, "engines", "managed", "TorchSharp.dll");

    private static string Metadata(string key) =>
        typeof(Upstream).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
