using System.Reflection;
using System.Runtime.Loader;

namespace GymBridge.Torch;

/// <summary>Which implementation of TorchSharp this process computes with: chosen once, before the first tensor.</summary>
/// <remarks>
/// For programs that have no TorchSharp of their own but an engine beside them, in <c>engines/managed</c>, or installed for the user, as
/// <c>gymbridge</c> has. In a program that references TorchSharp's runtime that one is used, and there is nothing to choose.
/// </remarks>
public static class TorchEngine
{
    /// <summary>The environment variable that chooses the engine: <c>managed</c> (default) or <c>libtorch</c>.</summary>
    public const string Variable = "GYMBRIDGE_ENGINE";

    /// <summary>Simple name of the assembly that every engine implements.</summary>
    public const string AssemblyName = "TorchSharp";

    private static int _isRegistered;
    private static EngineKind? _chosen;

    /// <summary>The engine that this process has loaded or will load: what <see cref="Choose"/> was given, else the variable's, else managed.</summary>
    /// <exception cref="TorchEngineException">The variable names no engine.</exception>
    public static EngineKind Chosen => _chosen ?? FromVariable() ?? EngineKind.Managed;

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
        if (EngineIdentity.Loaded is { } loaded && loaded.Kind != engine)
        {
            throw new TorchEngineException($"Engine {NameOf(engine)} was asked for, but {loaded} is loaded already; choose before the first tensor.");
        }

        FolderOf(engine);
        _chosen = engine;
    }

    /// <summary>The environment variable's engine; null if it is not set.</summary>
    /// <exception cref="TorchEngineException">The variable names no engine.</exception>
    public static EngineKind? FromVariable()
    {
        var name = Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrEmpty(name) ? null
            : TryParse(name, out var engine) ? engine
            : throw new TorchEngineException($"'{name}' ({Variable}) is no tensor engine; choose managed or libtorch.");
    }

    /// <summary>Reads an engine's name: <c>managed</c> or <c>libtorch</c>.</summary>
    public static bool TryParse(string name, out EngineKind engine)
    {
        engine = name == NameOf(EngineKind.Libtorch) ? EngineKind.Libtorch : EngineKind.Managed;
        return name == NameOf(engine);
    }

    /// <summary>The name of an engine, as options and files spell it.</summary>
    public static string NameOf(EngineKind engine) => engine == EngineKind.Managed ? "managed" : "libtorch";

    /// <summary>The engine that is installed, without loading it; null if it is not there.</summary>
    public static EngineIdentity? Installed(EngineKind engine) => EngineFolders.Find(engine) is { } folder ? EngineIdentity.In(folder) : null;

    /// <summary>The folder that holds an engine.</summary>
    /// <exception cref="TorchEngineException">It is not installed; the message says where it was looked for and what to do.</exception>
    public static string FolderOf(EngineKind engine) => EngineFolders.Find(engine)
        ?? throw new TorchEngineException(
            $"The tensor engine {NameOf(engine)} is not installed: neither {string.Join(" nor ", EngineFolders.Candidates(engine).Select(folder => $"'{folder}'"))} holds it."
            + (engine == EngineKind.Libtorch ? " 'gymbridge torch install' fetches it." : string.Empty));

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name)
    {
        // TorchSharp, and once it is loaded what upstream's needs beside it.
        if (name.Name != AssemblyName && EngineIdentity.LoadedAssembly is null)
        {
            return null;
        }

        if (Chosen == EngineKind.Libtorch)
        {
            ReproducibleProducts.Ask();
        }

        var file = Path.Combine(FolderOf(Chosen), name.Name + ".dll");
        return File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
    }
}
