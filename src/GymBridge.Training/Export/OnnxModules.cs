using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Training.Export;

/// <summary>Translates TorchSharp's modules into ONNX nodes, as they compute in evaluation mode.</summary>
/// <remarks>A module of a user's own can be translated where it is made of these; code in a forward method cannot be read.</remarks>
internal static class OnnxModules
{
    /// <summary>Adds a module behind a value.</summary>
    /// <returns>The name of its output.</returns>
    /// <exception cref="NotSupportedException">The module is none of those that are understood.</exception>
    public static string Add(OnnxGraph graph, nn.Module module, string input) => module switch
    {
        Sequential sequential => sequential.named_children().Aggregate(input, (value, child) => Add(graph, child.module, value)),
        Linear linear => Linear(graph, linear, input),
        Tanh => graph.Node("Tanh", [input]),
        ReLU => graph.Node("Relu", [input]),
        Sigmoid => graph.Node("Sigmoid", [input]),
        SiLU => graph.Node("Mul", [input, graph.Node("Sigmoid", [input])]),
        ELU elu => graph.Node("Elu", [input], OnnxGraph.Attribute("alpha", (float)elu.alpha)),
        LeakyReLU leaky => graph.Node("LeakyRelu", [input], OnnxGraph.Attribute("alpha", (float)leaky.negative_slope)),
        Flatten { start_dim: 1, end_dim: -1 } => graph.Node("Flatten", [input], OnnxGraph.Attribute("axis", 1L)),
        Identity or Dropout => input,
        Conv2d convolution => Convolution(graph, convolution, input),
        _ => throw new NotSupportedException(
            $"A module {module.GetType().Name} cannot be exported to ONNX; what can is Sequential, Linear, Conv2d, Tanh, ReLU, Sigmoid, SiLU, ELU, LeakyReLU, Flatten, Identity and Dropout. Export the weights instead: --format safetensors."),
    };

    private static string Linear(OnnxGraph graph, Linear linear, string input)
    {
        var weight = graph.Constant(linear.weight!);
        return graph.Node(
            "Gemm", linear.bias is { } bias ? [input, weight, graph.Constant(bias)] : [input, weight], OnnxGraph.Attribute("transB", 1L));
    }

    private static string Convolution(OnnxGraph graph, Conv2d convolution, string input)
    {
        if (convolution.padding_type is not null || convolution.padding_mode != PaddingModes.Zeros)
        {
            throw new NotSupportedException("A Conv2d with padding by name, or with anything but zeros, cannot be exported to ONNX; give the padding as a number.");
        }

        var weight = graph.Constant(convolution.weight!);
        return graph.Node(
            "Conv",
            convolution.bias is { } bias ? [input, weight, graph.Constant(bias)] : [input, weight],
            OnnxGraph.Attribute("kernel_shape", convolution.weight!.shape[2..]),
            OnnxGraph.Attribute("strides", convolution.stride),
            OnnxGraph.Attribute("pads", [.. convolution.padding!, .. convolution.padding!]),
            OnnxGraph.Attribute("dilations", convolution.dilation),
            OnnxGraph.Attribute("group", convolution.groups));
    }
}
