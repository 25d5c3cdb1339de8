namespace GymBridge.Agents.Options;

/// <summary>What stands between the layers of a network.</summary>
public enum Activation
{
    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>max(x, 0).</summary>
    Relu,
}
