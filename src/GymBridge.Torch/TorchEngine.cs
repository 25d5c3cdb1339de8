using System.Reflection;
using System.Runtime.Loader;

namespace GymBridge.Torch;

/// <summary>Which implementation of TorchSharp this process computes with: chosen once, before the first tensor.</summary>
/// <remarks>
/// For programs that have no TorchSharp of their own but the folders <c>engines/managed</c> or <c>engines/libtorch</c> beside them, as
/// <c>gymbridge</c> has. In a program that references TorchSharp's runtime, that one is used and there is nothing to choose.
/// </remarks>
public static class TorchEngine
{
    /// <summary>The environment variable that chooses the engine: <c>managed</c> (default) or <c>libtorch</c>.</summary>
    public const string Variable = "GYMBRIDGE_ENGINE";

    private const string AssemblyName = "TorchSharp";

    private static int _isRegistered;
    private static EngineKind? _chosen;

    /// <summary>The engine that this process has loaded or will load: what <see cref="Choose"/> was given, else the variable's, else managed.</summary>
    /// <exception cref="TorchEngineException">The variable names no engine.</exception>
    public static EngineKind Chosen => _chosen ?? FromVariable();

    private static Assembly? Loaded => AssemblyLoadContext.Default.Assemblies.FirstOrDefault(assembly => assembly.GetName().Name == AssemblyName);

    /// <summary>Answers the runtime when it looks for TorchSharp and the program has none; a startup hook calls it before Main.</summary>
    public static void Register()
    {
        if (Interlocked.Exchange(ref _isRegistered, 1) == 0)
        {
            AssemblyLoadContext.Default.Resolving += Resolve;
            OlderSystems.Register();
        }
    }

    /// <summary>Chooses the engine of this process, in place of the environment variable.</summary>
    /// <exception cref="TorchEngineException">The engine is not installed, or another is loaded already.</exception>
    public static void Choose(EngineKind engine)
    {
        if (Loaded is { } loaded && engine != Chosen)
        {
            throw new TorchEngineException(
                $"Engine {NameOf(engine)} was asked for, but TorchSharp is loaded already from '{loaded.Location}'; choose before the first tensor.");
        }

        FolderOf(engine);
        _chosen = engine;
    }

    /// <summary>Reads an engine's name: <c>managed</c> or <c>libtorch</c>.</summary>
    public static bool TryParse(string name, out EngineKind engine) => Enum.TryParse(name, ignoreCase: true, out engine) && !char.IsAsciiDigit(name[0]);

    /// <summary>The name of an engine, as options and files spell it.</summary>
    public static string NameOf(EngineKind engine) => engine == EngineKind.Managed ? "managed" : "libtorch";

    /// <summary>The folder that holds an engine.</summary>
    /// <exception cref="TorchEngineException">There is none.</exception>
    public static string FolderOf(EngineKind engine)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "engines", NameOf(engine));
        return File.Exists(Path.Combine(folder, AssemblyName + ".dll"))
            ? folder
            : throw new TorchEngineException($"The tensor engine {NameOf(engine)} is not installed: '{folder}' does not hold it.");
    }

    private static EngineKind FromVariable()
    {
        var name = Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrEmpty(name) ? EngineKind.Managed
            : TryParse(name, out var engine) ? engine
            : throw new TorchEngineException($"'{name}' ({Variable}) is no tensor engine; choose managed or libtorch.");
    }

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name)
    {
        // TorchSharp, or once it is loaded what upstream's needs beside it.
        if (name.Name != AssemblyName && Loaded is null)
        {
            return null;
        }

        var file = Path.Combine(FolderOf(Chosen), name.Name + ".dll");
        return File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
    }
}
