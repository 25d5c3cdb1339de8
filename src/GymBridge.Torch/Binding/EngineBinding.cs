using System.Collections.Concurrent;
using System.Reflection;

namespace GymBridge.Torch.Binding;

/// <summary>Whether an assembly that was compiled against TorchSharp can run on an engine.</summary>
/// <remarks>The compiler saw upstream's assembly; the managed engine has a part of it, and a member that it lacks would be found when the
/// method that uses it is first run. This finds it before.</remarks>
public static class EngineBinding
{
    private static readonly ConcurrentDictionary<Assembly, bool> Checked = new();

    /// <summary>The members of TorchSharp that an assembly uses and an engine lacks; none if it can run.</summary>
    /// <param name="assembly">The assembly's file.</param>
    /// <param name="engine">File of the engine's TorchSharp.dll.</param>
    /// <exception cref="BadImageFormatException">A file is no assembly.</exception>
    public static IReadOnlyList<BindingProblem> Check(string assembly, string engine)
    {
        using var offered = new AssemblySurface(engine);
        using var user = new AssemblySurface(assembly);
        return
        [
            .. user.ReferencesTo(TorchEngine.AssemblyName).Distinct()
                .Select(reference => (reference, Problem: offered.ProblemWith(reference)))
                .Where(found => found.Problem is not null)
                .Select(found => new BindingProblem(found.reference.Member is { } member ? $"{found.reference.Type}::{member}" : found.reference.Type, found.Problem!)),
        ];
    }

    /// <summary>Checks an assembly of this process, such as that of a user's network, against the engine that this process has.</summary>
    /// <exception cref="TorchEngineException">It uses members that the engine lacks; the message names them and the way out.</exception>
    public static void ThrowIfIncomplete(Assembly assembly)
    {
        if (Checked.ContainsKey(assembly) || EngineIdentity.Current is not { Kind: EngineKind.Managed } engine
            || assembly.Location.Length == 0 || EngineIdentity.LoadedAssembly is not { Location.Length: > 0 } loaded || assembly == loaded)
        {
            return;
        }

        var problems = Check(assembly.Location, loaded.Location);
        if (problems.Count > 0)
        {
            throw new TorchEngineException(Describe(Path.GetFileName(assembly.Location), engine, problems));
        }

        Checked[assembly] = true;
    }

    /// <summary>Says in one message what is missing, and the way out.</summary>
    public static string Describe(string assembly, EngineIdentity engine, IReadOnlyList<BindingProblem> problems) =>
        $"'{assembly}' uses {problems.Count} {(problems.Count == 1 ? "member" : "members")} of TorchSharp that the engine {engine} lacks: "
        + string.Join("; ", problems) + ". Run on libtorch: 'gymbridge ... --engine libtorch', or in a program of your own a reference to the package TorchSharp-cpu.";
}
