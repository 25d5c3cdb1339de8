using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;
using static TorchSharp.torch;

namespace GymBridge.Training.Export;

/// <summary>Builds the graph of an ONNX model, node by node.</summary>
internal sealed class OnnxGraph
{
    /// <summary>Name of the axis of the rows, whose number is free.</summary>
    public const string Batch = "batch";

    private const int FileVersion = 8;
    private const int OperatorSet = 17;

    private readonly GraphProto _graph = new() { Name = "policy" };
    private int _names;

    /// <summary>Declares an input.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its shape without the rows.</param>
    public string Input(string name, IEnumerable<long> shape)
    {
        _graph.Input.Add(Value(name, TensorProto.Types.DataType.Float, shape));
        return name;
    }

    /// <summary>Gives a value a name and declares it an output.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">Its name outside.</param>
    /// <param name="type">Its element type.</param>
    /// <param name="shape">Its shape without the rows.</param>
    public void Output(string value, string name, TensorProto.Types.DataType type, IEnumerable<long> shape)
    {
        var node = new NodeProto { OpType = "Identity", Name = name };
        node.Input.Add(value);
        node.Output.Add(name);
        _graph.Node.Add(node);
        _graph.Output.Add(Value(name, type, shape));
    }

    /// <summary>Adds a node.</summary>
    /// <returns>The name of its output.</returns>
    public string Node(string operation, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        var output = Name(operation);
        var node = new NodeProto { OpType = operation, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        node.Attribute.AddRange(attributes);
        _graph.Node.Add(node);
        return output;
    }

    /// <summary>Adds a constant of float32.</summary>
    public string Constant(Tensor value)
    {
        using var scope = NewDisposeScope();
        return Constant(TensorProto.Types.DataType.Float, value.shape, value.detach().to_type(ScalarType.Float32).cpu().contiguous().bytes);
    }

    /// <summary>Adds a constant of float32, one row.</summary>
    public string Constant(ReadOnlySpan<float> values) => Constant(TensorProto.Types.DataType.Float, [values.Length], MemoryMarshal.AsBytes(values));

    /// <summary>Adds a constant of float32 of a shape.</summary>
    public string Constant(ReadOnlySpan<float> values, IEnumerable<long> shape) =>
        Constant(TensorProto.Types.DataType.Float, shape, MemoryMarshal.AsBytes(values));

    /// <summary>Adds a constant of int64, one row.</summary>
    public string Constant(ReadOnlySpan<long> values) => Constant(TensorProto.Types.DataType.Int64, [values.Length], MemoryMarshal.AsBytes(values));

    /// <summary>An attribute that is a whole number.</summary>
    public static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    /// <summary>An attribute that is a number.</summary>
    public static AttributeProto Attribute(string name, float value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    /// <summary>An attribute that is a list of whole numbers.</summary>
    public static AttributeProto Attribute(string name, IEnumerable<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    /// <summary>The model around the graph.</summary>
    /// <param name="description">What it is, for people.</param>
    public ModelProto ToModel(string description)
    {
        var model = new ModelProto
        {
            IrVersion = FileVersion,
            ProducerName = "GymBridge",
            ProducerVersion = typeof(OnnxGraph).Assembly.GetName().Version!.ToString(3),
            DocString = description,
            Graph = _graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = OperatorSet });
        return model;
    }

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, IEnumerable<long> shape)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = Batch });
        dimensions.Dim.AddRange(shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private string Constant(TensorProto.Types.DataType type, IEnumerable<long> shape, ReadOnlySpan<byte> bytes)
    {
        var constant = new TensorProto { Name = Name("constant"), DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        constant.Dims.AddRange(shape);
        _graph.Initializer.Add(constant);
        return constant.Name;
    }

    private string Name(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}_{_names++}");
}
