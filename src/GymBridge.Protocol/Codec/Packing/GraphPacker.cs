using System.Buffers;
using GymBridge.Spaces;

namespace GymBridge.Protocol.Codec.Packing;

/// <summary>Graph: counts of nodes and edges, flags for what is there, nodes, edges, links.</summary>
internal sealed class GraphPacker(Graph space) : ValuePacker
{
    private const byte HasEdges = 1;
    private const byte HasLinks = 2;
    private const int LinkBytes = 2 * sizeof(int);

    private readonly BatchPacker _nodes = new(space.NodeSpace);
    private readonly BatchPacker? _edges = space.EdgeSpace is null ? null : new(space.EdgeSpace);

    public override int MinBytes => (2 * sizeof(uint)) + 1;

    public override void Write(object value, IBufferWriter<byte> output)
    {
        if (value is not GraphInstance graph || (graph.Edges is not null && _edges is null))
        {
            throw Misfit(value, space);
        }

        var (nodes, nodeItems) = _nodes.Open(graph.Nodes);
        var (edges, edgeItems) = graph.Edges is null ? (graph.EdgeLinks?.Shape[0] ?? 0, null) : _edges!.Open(graph.Edges);
        if (graph.EdgeLinks is { } found && (found.DType != DType.Int32 || found.Shape is not [var links, 2] || links != edges))
        {
            throw new ArgumentException($"The edge links of a graph with {edges} edges are int32 ({edges}, 2), got {found}.", nameof(value));
        }

        WriteCount(nodes, output);
        WriteCount(edges, output);
        output.Write([(byte)((graph.Edges is null ? 0 : HasEdges) | (graph.EdgeLinks is null ? 0 : HasLinks))]);
        _nodes.Write(graph.Nodes, nodeItems, output);
        if (graph.Edges is not null)
        {
            _edges!.Write(graph.Edges, edgeItems, output);
        }

        if (graph.EdgeLinks is { } edgeLinks)
        {
            output.Write(edgeLinks.Bytes);
        }
    }

    public override void WriteZero(IBufferWriter<byte> output)
    {
        WriteCount(0, output);
        WriteCount(0, output);
        output.Write([(byte)0]);
    }

    public override object Read(ref PackedReader input)
    {
        var (nodes, edges, flags) = (input.TakeUInt32(), input.TakeUInt32(), input.Take(1)[0]);
        if (flags > (HasEdges | HasLinks) || ((flags & HasEdges) != 0 && _edges is null) || (flags == 0 && edges != 0))
        {
            throw input.Bad($"a graph with {edges} edges has the flags {flags}");
        }

        var nodeBatch = _nodes.Read(input.Fitting(nodes, _nodes.MinItemBytes), ref input);
        var edgeBatch = (flags & HasEdges) == 0 ? null : _edges!.Read(input.Fitting(edges, _edges.MinItemBytes), ref input);
        var links = (flags & HasLinks) == 0 ? null : ReadLinks(input.Fitting(edges, LinkBytes), ref input);
        return new GraphInstance(nodeBatch, edgeBatch, links);
    }

    private static NDArray ReadLinks(int edges, ref PackedReader input) => NDArray.FromBytes(DType.Int32, [edges, 2], input.Take(edges * LinkBytes));
}
