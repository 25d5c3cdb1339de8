using Onnx;
using static TorchSharp.torch;

namespace GymBridge.Training.Export;

/// <summary>Computes the models that <see cref="OnnxPolicy"/> writes from their file alone, to show at export time that they are right.</summary>
/// <remarks>Source of the operators' meaning: onnx/onnx, docs/Operators.md. The tests hold it against onnxruntime.</remarks>
internal sealed class OnnxEvaluator
{
    private readonly GraphProto _graph;
    private readonly Dictionary<string, Tensor> _constants;

    /// <summary>Reads a model.</summary>
    /// <exception cref="Google.Protobuf.InvalidProtocolBufferException">The bytes are no model.</exception>
    public OnnxEvaluator(byte[] model)
    {
        _graph = ModelProto.Parser.ParseFrom(model).Graph;
        _constants = _graph.Initializer.ToDictionary(constant => constant.Name, Read);
    }

    /// <summary>Computes all outputs.</summary>
    /// <param name="inputs">The inputs in the order in which the model declares them, float32.</param>
    public Dictionary<string, Tensor> Run(params Tensor[] inputs)
    {
        var values = new Dictionary<string, Tensor>(_constants);
        foreach (var (declared, input) in _graph.Input.Zip(inputs))
        {
            values[declared.Name] = input;
        }

        foreach (var node in _graph.Node)
        {
            values[node.Output[0]] = Compute(node, [.. node.Input.Select(name => values[name])]);
        }

        return _graph.Output.ToDictionary(output => output.Name, output => values[output.Name]);
    }

    private static Tensor Compute(NodeProto node, Tensor[] inputs) => node.OpType switch
    {
        "Identity" => inputs[0],
        "Flatten" => inputs[0].reshape(inputs[0].shape[0], -1),
        "Gemm" => inputs.Length == 3 ? inputs[0].matmul(inputs[1].t()) + inputs[2] : inputs[0].matmul(inputs[1].t()),
        "Conv" => nn.functional.conv2d(
            inputs[0],
            inputs[1],
            inputs.ElementAtOrDefault(2),
            strides: Ints(node, "strides"),
            padding: Ints(node, "pads")[..2],
            dilation: Ints(node, "dilations"),
            groups: Int(node, "group")),
        "MaxPool" => nn.functional.max_pool2d(inputs[0], Ints(node, "kernel_shape"), Ints(node, "strides"), Ints(node, "pads")[..2]),
        "Transpose" => inputs[0].permute(Ints(node, "perm")),
        "Tanh" => inputs[0].tanh(),
        "Relu" => inputs[0].relu(),
        "Sigmoid" => inputs[0].sigmoid(),
        "Elu" => nn.functional.elu(inputs[0], Attribute(node, "alpha").F),
        "LeakyRelu" => nn.functional.leaky_relu(inputs[0], Attribute(node, "alpha").F),
        "Sub" => inputs[0] - inputs[1],
        "Div" => inputs[0] / inputs[1],
        "Mul" => inputs[0] * inputs[1],
        "Add" => inputs[0] + inputs[1],
        "ReduceMean" => inputs[0].mean(Ints(node, "axes"), keepdim: true),
        "ReduceMax" => inputs[0].max(Ints(node, "axes")[0], keepdim: true).values,
        "Max" => inputs[0].maximum(inputs[1]),
        "Min" => inputs[0].minimum(inputs[1]),
        "Greater" => inputs[0] > inputs[1],
        "Cast" => inputs[0].to_type(ScalarType.Byte),
        "ArgMax" => inputs[0].argmax(1, Int(node, "keepdims") == 1),
        "Squeeze" => inputs[0].squeeze(1),
        "Slice" => inputs[0].narrow(1, inputs[1].data<long>()[0], inputs[2].data<long>()[0] - inputs[1].data<long>()[0]),
        "Concat" => cat(inputs, 1),
        "Reshape" => inputs[0].reshape([inputs[0].shape[0], .. inputs[1].data<long>().ToArray()[1..]]),
        _ => throw new NotSupportedException($"Bug in GymBridge: the export writes '{node.OpType}' and cannot compute it."),
    };

    private static AttributeProto Attribute(NodeProto node, string name) => node.Attribute.First(attribute => attribute.Name == name);

    private static long Int(NodeProto node, string name) => Attribute(node, name).I;

    private static long[] Ints(NodeProto node, string name) => [.. Attribute(node, name).Ints];

    private static Tensor Read(TensorProto constant)
    {
        var type = constant.DataType == (int)TensorProto.Types.DataType.Int64 ? ScalarType.Int64 : ScalarType.Float32;
        var value = empty([.. constant.Dims], dtype: type);
        constant.RawData.Span.CopyTo(value.bytes);
        return value;
    }
}
