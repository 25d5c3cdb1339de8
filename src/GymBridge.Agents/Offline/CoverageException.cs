namespace GymBridge.Agents.Offline;

/// <summary>A log cannot judge a policy: the policy takes actions that the log's own policy never takes.</summary>
public sealed class CoverageException : GymBridgeException
{
    internal CoverageException(string message, IReadOnlyList<ActionCoverage> coverage)
        : base(message) => Coverage = coverage;

    /// <summary>The coverage of each action.</summary>
    public IReadOnlyList<ActionCoverage> Coverage { get; }
}
