using Google.Protobuf.Collections;
using GymBridge.Protocol.Errors;
using GymBridge.Spaces;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Codec;

/// <summary>Between a space and its message, all ten kinds; bounds keep their bits.</summary>
internal static class SpaceCodec
{
    /// <summary>The message of a space.</summary>
    /// <exception cref="NotSupportedException">The kind of space cannot be carried: it is none of Gymnasium's.</exception>
    public static Wire.Space Encode(Space space) => space switch
    {
        Box box => new Wire.Space { Box = BoundsCodec.Encode(box) },
        Discrete discrete => new Wire.Space
        {
            Discrete = new Wire.Space.Types.Discrete { Dtype = (Wire.DType)discrete.DType, N = (ulong)discrete.N, Start = discrete.Start },
        },
        MultiBinary multi => new Wire.Space { MultiBinary = Encode(multi) },
        MultiDiscrete multi => new Wire.Space { MultiDiscrete = BoundsCodec.Encode(multi) },
        Text text => new Wire.Space
        {
            Text = new Wire.Space.Types.Text
            {
                MinLength = (uint)text.MinLength,
                MaxLength = (uint)text.MaxLength,
                Characters = string.Concat(text.Characters),
            },
        },
        TupleSpace tuple => new Wire.Space { Tuple = new Wire.Space.Types.Tuple { Spaces = { tuple.Spaces.Select(Encode) } } },
        DictSpace dict => new Wire.Space { Dict = Encode(dict) },
        Sequence sequence => new Wire.Space
        {
            Sequence = new Wire.Space.Types.Sequence { FeatureSpace = Encode(sequence.FeatureSpace), Stack = sequence.IsStacked },
        },
        Graph graph => new Wire.Space
        {
            Graph = new Wire.Space.Types.Graph
            {
                NodeSpace = Encode(graph.NodeSpace),
                EdgeSpace = graph.EdgeSpace is null ? null : Encode(graph.EdgeSpace),
            },
        },
        OneOf oneOf => new Wire.Space { OneOf = new Wire.Space.Types.OneOf { Spaces = { oneOf.Spaces.Select(Encode) } } },
        _ => throw new NotSupportedException($"The space {space} ({space.GetType()}) cannot be carried; Gymnasium's ten kinds can."),
    };

    /// <summary>The space of a message.</summary>
    /// <param name="message">The message, from an untrusted peer.</param>
    /// <param name="budget">What it may take, counted with other spaces; null: on its own, the largest value that a message holds.</param>
    /// <exception cref="ProtocolException">The message describes no space, or a too large one.</exception>
    public static Space Decode(Wire.Space message, SpaceBudget? budget = null)
    {
        budget ??= new SpaceBudget(ProtocolConstants.MaxSpaceBytes);
        budget.Enter();
        try
        {
            return message.KindCase switch
            {
                Wire.Space.KindOneofCase.Box => BoundsCodec.Decode(message.Box, budget),
                Wire.Space.KindOneofCase.Discrete => DecodeDiscrete(message.Discrete),
                Wire.Space.KindOneofCase.MultiBinary => DecodeMultiBinary(message.MultiBinary, budget),
                Wire.Space.KindOneofCase.MultiDiscrete => BoundsCodec.Decode(message.MultiDiscrete, budget),
                Wire.Space.KindOneofCase.Text => DecodeText(message.Text),
                Wire.Space.KindOneofCase.Tuple => new TupleSpace(DecodeAll(message.Tuple.Spaces, budget)),
                Wire.Space.KindOneofCase.Dict => DecodeDict(message.Dict, budget),
                Wire.Space.KindOneofCase.Sequence => new Sequence(Inner(message.Sequence.FeatureSpace, "Sequence", budget), message.Sequence.Stack),
                Wire.Space.KindOneofCase.Graph => new Graph(
                    Inner(message.Graph.NodeSpace, "Graph", budget), message.Graph.EdgeSpace is { } edges ? Decode(edges, budget) : null),
                Wire.Space.KindOneofCase.OneOf => new OneOf(DecodeAll(message.OneOf.Spaces, budget)),
                _ => throw Bad("The space has no kind that is known here."),
            };
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            throw new ProtocolException($"The space does not exist: {exception.Message}", exception) { Reason = ErrorReasons.BadValue };
        }
        finally
        {
            budget.Leave();
        }
    }

    private static Wire.Space.Types.MultiBinary Encode(MultiBinary multi)
    {
        var message = new Wire.Space.Types.MultiBinary { IsFlat = multi.IsFlat };
        BoundsCodec.AddShape(multi.Shape, message.Shape);
        return message;
    }

    private static Wire.Space.Types.Dict Encode(DictSpace dict) => new()
    {
        Keys = { dict.Spaces.Select(item => new Wire.Value { Text = item.Key }) },
        Spaces = { dict.Spaces.Select(item => Encode(item.Space)) },
        KeepsOrder = !dict.SortKeys,
    };

    private static Discrete DecodeDiscrete(Wire.Space.Types.Discrete message)
    {
        var dtype = NDArrayCodec.DTypeOf(message.Dtype);
        return message.N is > 0 and <= long.MaxValue
            ? new Discrete((long)message.N, message.Start, dtype)
            : throw Bad($"Discrete has {message.N} values; 1 to {long.MaxValue} are possible.");
    }

    private static MultiBinary DecodeMultiBinary(Wire.Space.Types.MultiBinary message, SpaceBudget budget)
    {
        var shape = NDArrayCodec.ShapeOf(message.Shape, DType.Int8, out var bytes);
        budget.Take(bytes);
        if (!message.IsFlat)
        {
            return new MultiBinary(shape.AsSpan());
        }

        return shape.Length == 1 ? new MultiBinary(shape[0]) : throw Bad($"A flat MultiBinary has one dimension, got {shape.Length}.");
    }

    private static Text DecodeText(Wire.Space.Types.Text message) => message is { MinLength: <= int.MaxValue, MaxLength: <= int.MaxValue }
        ? new Text((int)message.MaxLength, (int)message.MinLength, message.Characters)
        : throw Bad($"The lengths of a Text are at most {int.MaxValue}, got {message.MinLength} and {message.MaxLength}.");

    private static DictSpace DecodeDict(Wire.Space.Types.Dict message, SpaceBudget budget)
    {
        if (message.Keys.Count != message.Spaces.Count)
        {
            throw Bad($"A Dict has as many keys as spaces, got {message.Keys.Count} and {message.Spaces.Count}.");
        }

        if (message.Keys.FirstOrDefault(key => key.KindCase != Wire.Value.KindOneofCase.Text) is { } other)
        {
            throw Bad($"The keys of a Dict space are strings here, got one of kind {other.KindCase}; wrap the environment to use str(key).");
        }

        var spaces = DecodeAll(message.Spaces, budget);
        return new DictSpace([.. message.Keys.Select((key, i) => (key.Text, spaces[i]))]) { SortKeys = !message.KeepsOrder };
    }

    private static Space[] DecodeAll(RepeatedField<Wire.Space> messages, SpaceBudget budget) =>
        [.. messages.Select(message => Decode(message, budget))];

    private static Space Inner(Wire.Space? message, string kind, SpaceBudget budget)
    {
        var space = Decode(message ?? throw Bad($"A {kind} without the space inside."), budget);

        // These also make a batch space of their inner one.
        budget.Take(2L * space.Leaves.Sum(leaf => (long)leaf.Bytes));
        return space;
    }

    private static ProtocolException Bad(string text) => new(text) { Reason = ErrorReasons.BadValue };
}
