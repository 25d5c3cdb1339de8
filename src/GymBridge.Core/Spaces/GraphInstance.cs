namespace GymBridge.Spaces;

/// <summary>A graph: a value of a <see cref="Graph"/> space.</summary>
/// <param name="Nodes">A batch of the node space's values: an array with a row for each node, for most spaces.</param>
/// <param name="Edges">A batch of the edge space's values; null without edges.</param>
/// <param name="EdgeLinks">int32 (edges, 2): from node, to node; null without edges.</param>
public sealed record GraphInstance(object Nodes, object? Edges, NDArray? EdgeLinks);
