using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;

namespace GymBridge.Torch;

/// <summary>Which implementation of TorchSharp it is, and its version: what a run and a checkpoint say of where their numbers come from.</summary>
/// <param name="Kind">Which implementation computes.</param>
/// <param name="Version">Its version: that of libtorch, or that of the managed engine.</param>
/// <param name="TorchSharp">The version of TorchSharp's API that it has.</param>
public sealed record EngineIdentity(EngineKind Kind, string Version, string TorchSharp)
{
    private const string OursInProduct = "GymBridge";

    /// <summary>The engine's name, as options and files spell it: <c>managed</c> or <c>libtorch</c>.</summary>
    public string Name => TorchEngine.NameOf(Kind);

    /// <summary>The engine that this process has loaded, whoever brought it; null before the first use of TorchSharp.</summary>
    public static EngineIdentity? Loaded => LoadedAssembly is { } assembly ? Of(assembly) : null;

    /// <summary>The engine of this process; loads it.</summary>
    /// <exception cref="TorchEngineException">There is none.</exception>
    public static EngineIdentity Current
    {
        get
        {
            try
            {
                return Of(LoadedAssembly ?? Assembly.Load(new AssemblyName(TorchEngine.AssemblyName)));
            }
            catch (FileNotFoundException exception)
            {
                throw new TorchEngineException("This program has no TorchSharp: reference GymBridge.Torch.Managed or TorchSharp-cpu.", exception);
            }
        }
    }

    internal static Assembly? LoadedAssembly =>
        AssemblyLoadContext.Default.Assemblies.FirstOrDefault(assembly => assembly.GetName().Name == TorchEngine.AssemblyName);

    /// <summary>The engine in a folder, without loading it.</summary>
    internal static EngineIdentity In(string folder)
    {
        var file = FileVersionInfo.GetVersionInfo(Path.Combine(folder, EngineFolders.AssemblyFile));
        var api = AssemblyName.GetAssemblyName(Path.Combine(folder, EngineFolders.AssemblyFile)).Version!.ToString(3);
        return IsOurs(file.ProductName)
            ? new EngineIdentity(EngineKind.Managed, file.ProductVersion!.Split('+')[0], api)
            : new EngineIdentity(EngineKind.Libtorch, LibtorchVersions.Libtorch, api);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Version} (TorchSharp {TorchSharp})";

    private static EngineIdentity Of(Assembly assembly)
    {
        var api = assembly.GetName().Version!.ToString(3);
        return IsOurs(assembly.GetCustomAttribute<AssemblyProductAttribute>()?.Product)
            ? new EngineIdentity(
                EngineKind.Managed, assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0], api)
            : new EngineIdentity(EngineKind.Libtorch, ThreeParts((string)assembly.GetType("TorchSharp.torch")!.GetProperty("__version__")!.GetValue(null)!), api);
    }

    // It says 2.10.0.0, after its package; libtorch's own version is 2.10.0.
    private static string ThreeParts(string version) => string.Join('.', version.Split('.').Take(3));

    private static bool IsOurs(string? product) => product?.Contains(OursInProduct, StringComparison.Ordinal) == true;
}
