using System.Collections.Immutable;

namespace GymBridge;

/// <summary>The Python types of what an environment returns, as part of its contract.</summary>
/// <param name="Reward">Type of the reward; default float.</param>
/// <param name="Terminated">Type of the terminated flag; default bool.</param>
/// <param name="Truncated">Type of the truncated flag; default bool.</param>
/// <param name="ObservationLeaves">Type of each leaf of the observation; empty: all default.</param>
public sealed record PythonTypes(
    PythonType Reward, PythonType Terminated, PythonType Truncated, ImmutableArray<PythonType> ObservationLeaves)
{
    /// <summary>float, bool, bool, and arrays.</summary>
    public static PythonTypes Default { get; } = new(PythonType.Default, PythonType.Default, PythonType.Default, []);
}
