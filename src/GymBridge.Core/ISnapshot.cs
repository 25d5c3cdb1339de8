using GymBridge.Errors;

namespace GymBridge;

/// <summary>
/// An environment, wrapper or vector wrapper that can say where it is in its episode and go on from there, bit for bit. Implement it
/// in an environment to make <see cref="Env.SaveState"/> work, and in every wrapper that keeps something from step to step.
/// </summary>
/// <remarks>The generator, attributes that can be set, and the environment inside a wrapper are saved for it and need not be named.</remarks>
public interface ISnapshot
{
    /// <summary>Whether a state can be saved now; a remote environment asks its server.</summary>
    /// <value>True.</value>
    bool CanSave => true;

    /// <summary>Everything of its own on which a later step or reset depends, as values that an <see cref="Info"/> holds.</summary>
    Info Save();

    /// <summary>Goes back to what <see cref="Save"/> gave, here or in another instance made with the same arguments.</summary>
    /// <exception cref="SnapshotException">The state is not one of this class.</exception>
    void Restore(Info state);
}
