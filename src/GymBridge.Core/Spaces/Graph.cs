using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Spaces;

/// <summary>Graphs whose nodes are values of one space and whose edges are values of another.</summary>
/// <remarks>A mask is a tuple (of the nodes or null, of the edges or null). Source: <c>gymnasium/spaces/graph.py</c> 1.4.0,
/// whose samples differ from 1.3.0's.</remarks>
public sealed class Graph : Space
{
    private const int DefaultNodes = 10;

    private readonly Space _nodeBatch;
    private readonly Space? _edgeBatch;

    /// <summary>Graphs whose nodes and edges are elements of these spaces.</summary>
    /// <param name="nodeSpace">The space of a node.</param>
    /// <param name="edgeSpace">The space of an edge; null for graphs without edges.</param>
    public Graph(Space nodeSpace, Space? edgeSpace)
        : base([SpaceLeaf.Variable])
    {
        ArgumentNullException.ThrowIfNull(nodeSpace);
        NodeSpace = nodeSpace;
        EdgeSpace = edgeSpace;
        _nodeBatch = nodeSpace.Batch(1);
        _edgeBatch = edgeSpace?.Batch(1);
    }

    /// <summary>The space of a node.</summary>
    public Space NodeSpace { get; }

    /// <summary>The space of an edge; null for graphs without edges.</summary>
    public Space? EdgeSpace { get; }

    /// <inheritdoc/>
    public override bool IsFlattenable => false;

    /// <summary>A random graph of ten nodes.</summary>
    public override object Sample() => SampleGraph();

    /// <summary>A random graph of a size.</summary>
    /// <param name="mask">Which nodes and edges may come up; null for any.</param>
    /// <param name="probability">How likely nodes and edges are; null for any.</param>
    /// <param name="nodes">Number of nodes, at least 1.</param>
    /// <param name="edges">Number of edges; null draws it below nodes (nodes - 1).</param>
    /// <exception cref="ArgumentException">A number is out of range, or a restriction does not fit.</exception>
    public GraphInstance SampleGraph(object? mask = null, object? probability = null, int nodes = DefaultNodes, int? edges = null)
    {
        if (nodes <= 0)
        {
            throw new ArgumentException($"The number of nodes is expected to be greater than 0, actual value: {nodes}", nameof(nodes));
        }

        if (edges < 0)
        {
            throw new ArgumentException($"Expects the number of edges to be greater than 0, actual value: {edges}", nameof(edges));
        }

        if (mask is not null && probability is not null)
        {
            throw new ArgumentException(
                $"Only one of `mask` or `probability` can be provided, actual values: mask={PythonText.Repr(mask)}, probability={PythonText.Repr(probability)}");
        }

        var isProbability = probability is not null;
        var parts = mask is null && probability is null ? TupleValue.Of(null, null) : CompositeMasks.Tuple((mask ?? probability)!, 2, isProbability);
        var (nodeMask, edgeMask) = (parts[0], parts[1]);
        var edgeCount = edges ?? (nodes > 1 ? (int)Rng.Integers(0L, (long)nodes * (nodes - 1)) : 0);
        if (edges is null && edgeMask is not null)
        {
            edgeMask = new TupleValue([.. Enumerable.Repeat(edgeMask, edgeCount)]);
        }

        var nodeValues = SampleBatch(NodeSpace, nodes, nodeMask, isProbability);
        if (edgeCount == 0 || EdgeSpace is null)
        {
            return new GraphInstance(nodeValues, null, null);
        }

        var edgeValues = SampleBatch(EdgeSpace, edgeCount, edgeMask, isProbability);
        var links = new NDArray(DType.Int32, edgeCount, 2);
        Rng.Integers(0, nodes, links.AsSpan<int>());
        return new GraphInstance(nodeValues, edgeValues, links);
    }

    /// <inheritdoc/>
    public override bool Contains(object? value)
    {
        if (value is not GraphInstance graph || _nodeBatch.TryIterate(graph.Nodes) is not { } nodes || !nodes.All(NodeSpace.Contains))
        {
            return false;
        }

        if (graph.Edges is null || graph.EdgeLinks is null)
        {
            return graph.Edges is null && graph.EdgeLinks is null;
        }

        return EdgeSpace is not null && _edgeBatch!.TryIterate(graph.Edges) is { } edges && edges.All(EdgeSpace.Contains)
            && AreLinks(graph.EdgeLinks, edges.Count, nodes.Count);
    }

    /// <inheritdoc/>
    public override object Read(ReadOnlySpan<Column> columns, int lane) =>
        columns[0].Values![lane] ?? throw new InvalidOperationException($"Lane {lane} holds no value of {this} yet.");

    /// <inheritdoc/>
    public override void Write(object value, ReadOnlySpan<Column> columns, int lane) => columns[0].Values![lane] = value is GraphInstance
        ? value
        : throw new ArgumentException($"{PythonText.Repr(value)} is not a value of {this}; pass a GraphInstance.", nameof(value));

    /// <inheritdoc/>
    public override bool Equals(Space? other) => other is Graph graph && NodeSpace.Equals(graph.NodeSpace) && Equals(EdgeSpace, graph.EdgeSpace);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(nameof(Graph), NodeSpace, EdgeSpace);

    /// <inheritdoc/>
    public override string ToString() => $"Graph({NodeSpace}, {EdgeSpace?.ToString() ?? "None"})";

    /// <inheritdoc/>
    public override object ToJsonable(IReadOnlyList<object?> samples) => samples.Select(object? (sample) =>
    {
        var graph = (GraphInstance)sample!;
        var json = new Info { ["nodes"] = _nodeBatch.ToJsonable([graph.Nodes]) };
        if (graph.Edges is not null && graph.EdgeLinks is not null)
        {
            json["edges"] = _edgeBatch!.ToJsonable([graph.Edges]);
            json["edge_links"] = Jsonable.FromArray(graph.EdgeLinks);
        }

        return json;
    }).ToList();

    /// <inheritdoc/>
    public override IReadOnlyList<object> FromJsonable(object jsonable) => [.. Jsonable.List(jsonable, this).Select(object (item) =>
    {
        var json = (Info)item!;
        var nodes = NodeSpace.BatchesFromJsonable(json["nodes"]!)[0];
        if (!json.TryGetValue("edges", out var edges))
        {
            return new GraphInstance(nodes, null, null);
        }

        var links = json["edge_links"];
        return new GraphInstance(
            nodes,
            EdgeSpace!.BatchesFromJsonable(edges!)[0],
            Jsonable.ToArray(links, DType.Int32, Jsonable.ShapeOf(links, [2])));
    })];

    internal override Type NaturalType => typeof(GraphInstance);

    /// <inheritdoc/>
    public override Space Flattened() => new Graph(NodeSpace.Flattened(), EdgeSpace?.Flattened());

    /// <inheritdoc/>
    public override object Flatten(object value) => Map(
        (GraphInstance)value,
        nodes => Parts.MapBatch(NodeSpace, NodeSpace.Flattened(), nodes, NodeSpace.Flatten),
        edges => Parts.MapBatch(EdgeSpace!, EdgeSpace!.Flattened(), edges, EdgeSpace.Flatten));

    /// <inheritdoc/>
    public override object Unflatten(object flat) => Map(
        (GraphInstance)flat,
        nodes => Parts.MapBatch(NodeSpace.Flattened(), NodeSpace, nodes, NodeSpace.Unflatten),
        edges => Parts.MapBatch(EdgeSpace!.Flattened(), EdgeSpace, edges, EdgeSpace.Unflatten));

    /// <inheritdoc/>
    public override bool HasSameDTypeAndShape(Space other) => other is Graph graph && NodeSpace.HasSameDTypeAndShape(graph.NodeSpace)
        && (EdgeSpace is null || graph.EdgeSpace is null ? EdgeSpace == graph.EdgeSpace : EdgeSpace.HasSameDTypeAndShape(graph.EdgeSpace));

    private protected override object EmptyValue() =>
        new GraphInstance(NodeSpace.CreateEmpty(1), EdgeSpace?.CreateEmpty(1), EdgeSpace is null ? null : new NDArray(DType.Int64, 1, 2));

    private static GraphInstance Map(GraphInstance graph, Func<object, object> nodes, Func<object, object> edges) =>
        new(nodes(graph.Nodes), graph.Edges is null ? null : edges(graph.Edges), graph.EdgeLinks);

    private protected override Space CloneSpace() => new Graph(NodeSpace.Clone(), EdgeSpace?.Clone());

    private protected override object SeedFromEntropy() => EdgeSpace is null
        ? TupleValue.Of(SeedOwn(null), NodeSpace.SeedAll(null))
        : TupleValue.Of(SeedOwn(null), NodeSpace.SeedAll(null), EdgeSpace.SeedAll(null));

    private protected override object SeedWith(Seed seed)
    {
        var own = base.SeedWith(seed);
        var nodes = DrawSeed();
        Seed? edges = EdgeSpace is null ? null : DrawSeed();
        base.SeedWith(seed);
        return EdgeSpace is null
            ? TupleValue.Of(own, NodeSpace.SeedAll(nodes))
            : TupleValue.Of(own, NodeSpace.SeedAll(nodes), EdgeSpace.SeedAll(edges));
    }

    private protected override object SeedParts(object seeds)
    {
        var list = PartsOf(seeds, EdgeSpace is null ? 2 : 3);
        return EdgeSpace is null
            ? TupleValue.Of(SeedOwn(list[0]), NodeSpace.SeedAll(list[1]))
            : TupleValue.Of(SeedOwn(list[0]), NodeSpace.SeedAll(list[1]), EdgeSpace.SeedAll(list[2]));
    }

    private protected override object SampleRestricted(object restriction, bool isProbability) =>
        isProbability ? SampleGraph(null, restriction) : SampleGraph(restriction);

    // A copy of the generator draws the batch; one more draw moves the space's own on.
    private static object SampleBatch(Space space, int count, object? mask, bool isProbability)
    {
        var batch = CompositeMasks.Sample(space.Batch(count), mask, isProbability);
        _ = space.Rng.Random();
        return batch;
    }

    private static bool AreLinks(NDArray links, int edges, int nodes)
    {
        if (!links.DType.IsInteger() || links.Shape.Length != 2 || links.Shape[0] != edges || links.Shape[1] != 2)
        {
            return false;
        }

        for (var i = 0; i < links.Length; i++)
        {
            if (BoxNumbers.LoadInteger(links, i) is var link && (link < 0 || link >= nodes))
            {
                return false;
            }
        }

        return true;
    }
}
