using GymBridge.Agents.Networks;
using GymBridge.Agents.Observations;
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
        MaxPool2d pool => Pool(graph, pool, input),
        ResidualBlock block => graph.Node("Add", [input, Add(graph, block.Body, input)]),
        ImageNetwork image => Add(graph, image.Linear, Add(graph, image.Convolutions, Planes(graph, image.Image, input))),
        FeatureNetwork features => Features(graph, features, input),
        _ => throw new NotSupportedException(
            $"A module {module.GetType().Name} cannot be exported to ONNX; what can is Sequential, Linear, Conv2d, MaxPool2d, Tanh, ReLU, Sigmoid, SiLU, ELU, LeakyReLU, Flatten, Identity and Dropout. Export the weights instead: --format safetensors."),
    };

    private static string Features(OnnxGraph graph, FeatureNetwork features, string input)
    {
        if (features.Images is [{ } only])
        {
            return Add(graph, only, input);
        }

        var parts = features.Parts.Zip(features.Images).Select(pair =>
        {
            var (part, image) = pair;
            var own = graph.Node("Slice", [input, graph.Constant([(long)part.Offset]), graph.Constant([(long)part.Offset + part.Width]), graph.Constant([1L])]);
            return image is null ? own : Add(graph, image, own);
        });
        return graph.Node("Concat", [.. parts], OnnxGraph.Attribute("axis", 1L));
    }

    // 0 keeps the rows.
    private static string Planes(OnnxGraph graph, ImageLayout image, string input)
    {
        long[] planes = [0, image.Planes, image.Height, image.Width];
        if (!image.IsChannelsLast || image.Channels == 1)
        {
            return graph.Node("Reshape", [input, graph.Constant(planes)]);
        }

        var frames = graph.Node("Reshape", [input, graph.Constant([0L, image.Frames, image.Height, image.Width, image.Channels])]);
        var moved = graph.Node("Transpose", [frames], OnnxGraph.Attribute("perm", [0L, 1, 4, 2, 3]));
        return graph.Node("Reshape", [moved, graph.Constant(planes)]);
    }

    private static string Pool(OnnxGraph graph, MaxPool2d pool, string input) => graph.Node(
        "MaxPool",
        [input],
        OnnxGraph.Attribute("kernel_shape", pool.kernel_size),
        OnnxGraph.Attribute("strides", pool.stride!),
        OnnxGraph.Attribute("pads", [.. pool.padding!, .. pool.padding!]));

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
