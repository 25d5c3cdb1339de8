using System.Text.Json.Nodes;
using GymBridge.Cli.Output;

namespace GymBridge.Cli.Play;

/// <summary>An episode that somebody played.</summary>
/// <param name="Return">Sum of its rewards.</param>
/// <param name="Steps">Its length.</param>
/// <param name="IsComplete">Whether it came to its end.</param>
internal sealed record PlayedEpisode(double Return, int Steps, bool IsComplete)
{
    /// <summary>The actions as JSON has them, one a step; empty where nobody asked for them.</summary>
    public IReadOnlyList<JsonNode> Actions { get; init; } = [];

    /// <summary>The rewards, one a step; empty where nobody asked for them.</summary>
    public IReadOnlyList<double> Rewards { get; init; } = [];

    public JsonObject ToJson() => new() { ["return"] = CliOutput.Number(Return), ["length"] = Steps, ["complete"] = IsComplete };
}
