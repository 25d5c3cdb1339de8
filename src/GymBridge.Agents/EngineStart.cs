using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using GymBridge.Torch;

namespace GymBridge.Agents;

/// <summary>Prepares the loading of TorchSharp before the first tensor of an agent.</summary>
internal static class EngineStart
{
    /// <summary>Run by the runtime before anything else of this assembly.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "What follows loads TorchSharp, in a program that need not know of it.")]
    internal static void Initialize() => TorchEngine.Register();
}
