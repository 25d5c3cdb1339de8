using GymBridge.Checking;

namespace GymBridge;

/// <summary>The record of a wrapper that an environment was made with (<c>gymnasium.envs.registration.WrapperSpec</c>).</summary>
/// <param name="Name">Name of the wrapper.</param>
/// <param name="EntryPoint">Where Python finds the wrapper, <c>module:attribute</c>; a record only, as <see cref="EnvSpec.EntryPoint"/> is.</param>
/// <param name="Kwargs">Arguments that make the wrapper again; null where it does not record them.</param>
public sealed record WrapperSpec(string Name, string EntryPoint, Info? Kwargs)
{
    /// <summary>Whether the other holds the same values, deep inside the arguments too.</summary>
    public bool Equals(WrapperSpec? other) =>
        other is not null && Name == other.Name && EntryPoint == other.EntryPoint && ValueEquality.AreEqual(Kwargs, other.Kwargs);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, EntryPoint);
}
