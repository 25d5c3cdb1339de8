using GymBridge.Agents;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Networks;
using GymBridge.Spaces;
using Onnx;

namespace GymBridge.Training.Export;

/// <summary>Writes a policy as an ONNX model: observations in, the most probable action out, and beside it what it was chosen from.</summary>
internal static class OnnxPolicy
{
    /// <summary>The input where it is the observation itself: of a Box.</summary>
    public const string Observation = "observation";

    /// <summary>The input where it is the encoded observation.</summary>
    public const string Features = "features";

    /// <summary>The most probable action, in the action space's own numbers.</summary>
    public const string Action = "action";

    /// <summary>Logits or values of discrete actions, the mean of continuous ones, before tanh where they are squashed.</summary>
    public const string Outputs = "outputs";

    /// <summary>The estimated value of the state; a recurrent policy has none, because its value network remembers by itself.</summary>
    public const string Value = "value";

    /// <summary>Input of a recurrent policy: the hidden state of its LSTM, zeros at the start of an episode.</summary>
    public const string Hidden = "hidden";

    /// <summary>Input of a recurrent policy: the cell state of its LSTM, zeros at the start of an episode.</summary>
    public const string Cell = "cell";

    /// <summary>Output of a recurrent policy: the next step's <see cref="Hidden"/>.</summary>
    public const string NextHidden = "next_hidden";

    /// <summary>Output of a recurrent policy: the next step's <see cref="Cell"/>.</summary>
    public const string NextCell = "next_cell";

    /// <summary>The model of a policy.</summary>
    /// <exception cref="NotSupportedException">The networks hold something that cannot be translated.</exception>
    public static ModelProto Build(Policy policy)
    {
        if (policy.Module.UsesReference)
        {
            throw new NotSupportedException(
                $"A policy over tokens ({policy.Algorithm}) cannot be exported to ONNX: the next token is chosen by the logits of the reference policy too, which the environment gives in its infos and no model holds. Export its weights instead: --format safetensors.");
        }

        var graph = new OnnxGraph();
        var features = InputSpace(policy) is Box box
            ? Scaled(graph, policy, graph.Node("Flatten", [Normalized(graph, policy, graph.Input(Observation, Sizes(box.Shape)))], OnnxGraph.Attribute("axis", 1L)))
            : graph.Input(Features, [policy.Encoder.Features]);
        var extracted = Add(graph, policy.Module, "features_extractor", features) ?? features;
        var (outputs, value) = policy.Module switch
        {
            RecurrentActorCriticNetwork network => (OnnxModules.Add(graph, network.Policy, Remembering(graph, network, extracted)), null),
            ActorCriticNetwork network => (OnnxModules.Add(graph, network.Policy, extracted), OnnxModules.Add(graph, network.Value, extracted)),
            QNetwork network => ActionValues(graph, network, extracted),
            SacNetwork network => Soft(graph, network, extracted),
            _ => throw new NotSupportedException($"A policy of {policy.Algorithm} cannot be exported to ONNX; export its weights instead: --format safetensors."),
        };
        AddAction(graph, policy.ActionSpace, policy.Module.Head is SquashedGaussianHead squashed ? Stretched(graph, squashed, graph.Node("Tanh", [outputs])) : outputs);
        var head = policy.Module.Head;
        graph.Output(outputs, Outputs, TensorProto.Types.DataType.Float, [head is SquashedGaussianHead ? head.Width : head.Outputs]);
        if (value is not null)
        {
            graph.Output(graph.Node("Squeeze", [value, graph.Constant([1L])]), Value, TensorProto.Types.DataType.Float, []);
        }

        return graph.ToModel($"{policy.Algorithm} on {policy.EnvId ?? "an environment without id"}: the most probable action for each observation.");
    }

    /// <summary>The observations that the model takes: stacked where the policy stacks them, not normalised.</summary>
    public static Space InputSpace(Policy policy) => policy.Preprocessing?.Space ?? policy.ObservationSpace;

    // (x - mean) / sqrt(variance + epsilon); the moments of one observation meet each of a stack.
    private static string Normalized(OnnxGraph graph, Policy policy, string input)
    {
        foreach (var normalization in policy.Preprocessing?.Normalizations ?? [])
        {
            var moments = normalization.Moments;
            var leaf = policy.ObservationSpace.Leaves[0];
            var shape = Sizes((leaf.Elements == moments.Mean.Length ? leaf : InputSpace(policy).Leaves[0]).Shape.AsSpan());
            float[] mean = [.. moments.Mean.ToArray().Select(value => (float)value)];
            float[] deviation = [.. moments.Variance.ToArray().Select(value => (float)Math.Sqrt(value + normalization.Epsilon))];
            input = graph.Node("Div", [graph.Node("Sub", [input, graph.Constant(mean, shape)]), graph.Constant(deviation, shape)]);
        }

        return input;
    }

    // One step of the LSTM, layer by layer, from the state that is an input to the state that is an output:
    // c' = sigmoid(f) c + sigmoid(i) tanh(g), h' = sigmoid(o) tanh(c'), with the gates i, f, g, o in PyTorch's order.
    private static string Remembering(OnnxGraph graph, RecurrentActorCriticNetwork network, string input)
    {
        var weights = network.named_parameters().ToDictionary(item => item.name, item => item.parameter);
        var state = network.CreateState(1);
        long[] shape = [state.Layers, state.Size];
        var (hidden, cell) = (graph.Input(Hidden, shape), graph.Input(Cell, shape));
        var (nextHidden, nextCell) = (new List<string>(), new List<string>());
        for (var layer = 0; layer < state.Layers; layer++)
        {
            var gates = graph.Node("Add", [Weighed("ih", input, layer), Weighed("hh", Layer(hidden, layer), layer)]);
            var kept = graph.Node("Mul", [graph.Node("Sigmoid", [Gate(gates, 1)]), Layer(cell, layer)]);
            var added = graph.Node("Mul", [graph.Node("Sigmoid", [Gate(gates, 0)]), graph.Node("Tanh", [Gate(gates, 2)])]);
            var memory = graph.Node("Add", [kept, added]);
            input = graph.Node("Mul", [graph.Node("Sigmoid", [Gate(gates, 3)]), graph.Node("Tanh", [memory])]);
            nextHidden.Add(Shaped(graph, input, [1, state.Size]));
            nextCell.Add(Shaped(graph, memory, [1, state.Size]));
        }

        graph.Output(graph.Node("Concat", nextHidden, OnnxGraph.Attribute("axis", 1L)), NextHidden, TensorProto.Types.DataType.Float, shape);
        graph.Output(graph.Node("Concat", nextCell, OnnxGraph.Attribute("axis", 1L)), NextCell, TensorProto.Types.DataType.Float, shape);
        return input;

        string Layer(string states, long layer) =>
            graph.Node("Reshape", [graph.Node("Slice", [states, graph.Constant([layer]), graph.Constant([layer + 1]), graph.Constant([1L])]), graph.Constant([0L, state.Size])]);

        string Gate(string gates, long gate) =>
            graph.Node("Slice", [gates, graph.Constant([gate * state.Size]), graph.Constant([(gate + 1) * state.Size]), graph.Constant([1L])]);

        string Weighed(string kind, string from, int layer) => graph.Node(
            "Gemm",
            [from, graph.Constant(weights[$"lstm_actor.weight_{kind}_l{layer}"]), graph.Constant(weights[$"lstm_actor.bias_{kind}_l{layer}"])],
            OnnxGraph.Attribute("transB", 1L));
    }

    // Of a dueling network V + A - mean A; the value of the state is that of the best action.
    private static (string Outputs, string Value) ActionValues(OnnxGraph graph, QNetwork network, string extracted)
    {
        var input = Add(graph, network, "trunk", extracted) ?? extracted;
        var outputs = Add(graph, network, "q_net", input);
        if (outputs is null)
        {
            var advantages = Add(graph, network, "advantage", input)!;
            var sum = graph.Node("Add", [Add(graph, network, "value", input)!, advantages]);
            outputs = graph.Node("Sub", [sum, graph.Node("ReduceMean", [advantages], OnnxGraph.Attribute("axes", [1L]), OnnxGraph.Attribute("keepdims", 1L))]);
        }

        return (outputs, graph.Node("ReduceMax", [outputs], OnnxGraph.Attribute("axes", [1L]), OnnxGraph.Attribute("keepdims", 1L)));
    }

    // The mean before tanh; the value of the state is the lesser of both critics' of the mean action.
    private static (string Outputs, string Value) Soft(OnnxGraph graph, SacNetwork network, string extracted)
    {
        var width = network.Head.Width;
        var outputs = Add(graph, network, "actor", extracted) is { } both
            ? graph.Node("Slice", [both, graph.Constant([0L]), graph.Constant([(long)width]), graph.Constant([1L])])
            : Add(graph, network, "mu", Add(graph, network, "latent_pi", extracted) ?? extracted)!;
        var input = graph.Node("Concat", [extracted, graph.Node("Tanh", [outputs])], OnnxGraph.Attribute("axis", 1L));
        return (outputs, graph.Node("Min", [Add(graph, network, "qf0", input)!, Add(graph, network, "qf1", input)!]));
    }

    private static string Stretched(OnnxGraph graph, SquashedGaussianHead head, string action)
    {
        float[] scale = [.. head.Scale.Select(value => (float)value)];
        float[] middle = [.. head.Middle.Select(value => (float)value)];
        return graph.Node("Add", [graph.Node("Mul", [action, graph.Constant(scale)]), graph.Constant(middle)]);
    }

    private static string? Add(OnnxGraph graph, PolicyNetwork network, string child, string input) =>
        network.named_children().FirstOrDefault(item => item.name == child).module is { } module ? OnnxModules.Add(graph, module, input) : null;

    private static string Scaled(OnnxGraph graph, Policy policy, string input) =>
        policy.Encoder.Parts[0].IsScaled ? graph.Node("Div", [input, graph.Constant([(float)byte.MaxValue])]) : input;

    private static void AddAction(OnnxGraph graph, Space space, string outputs)
    {
        switch (space)
        {
            case Discrete discrete:
                graph.Output(Best(graph, outputs, discrete.Start, keepsAxis: false), Action, TensorProto.Types.DataType.Int64, []);
                break;
            case MultiDiscrete multi:
                var parts = new List<string>();
                var offset = 0L;
                for (var i = 0; i < multi.NVec.Length; i++)
                {
                    var part = graph.Node("Slice", [outputs, graph.Constant([offset]), graph.Constant([offset + multi.NVec[i]]), graph.Constant([1L])]);
                    parts.Add(Best(graph, part, multi.Start[i], keepsAxis: true));
                    offset += multi.NVec[i];
                }

                graph.Output(Shaped(graph, graph.Node("Concat", parts, OnnxGraph.Attribute("axis", 1L)), multi.Shape), Action, TensorProto.Types.DataType.Int64, Sizes(multi.Shape));
                break;
            case MultiBinary binary:
                var bits = graph.Node("Greater", [outputs, graph.Constant([0f])]);
                var numbers = graph.Node("Cast", [bits], OnnxGraph.Attribute("to", (long)TensorProto.Types.DataType.Int8));
                graph.Output(Shaped(graph, numbers, binary.Shape), Action, TensorProto.Types.DataType.Int8, Sizes(binary.Shape));
                break;
            case Box box:
                var (low, high) = BoxBounds.Of(box);
                var clipped = graph.Node("Min", [graph.Node("Max", [outputs, graph.Constant(low)]), graph.Constant(high)]);
                graph.Output(Shaped(graph, clipped, box.Shape), Action, TensorProto.Types.DataType.Float, Sizes(box.Shape));
                break;
            default:
                throw new NotSupportedException($"Actions of {space} cannot be exported to ONNX.");
        }
    }

    private static string Best(OnnxGraph graph, string logits, long start, bool keepsAxis)
    {
        var best = graph.Node("ArgMax", [logits], OnnxGraph.Attribute("axis", 1L), OnnxGraph.Attribute("keepdims", keepsAxis ? 1L : 0L));
        return start == 0 ? best : graph.Node("Add", [best, graph.Constant([start])]);
    }

    // 0 keeps the rows.
    private static string Shaped(OnnxGraph graph, string value, ReadOnlySpan<int> shape) => shape.Length == 1
        ? value
        : graph.Node("Reshape", [value, graph.Constant([0L, .. Sizes(shape)])]);

    private static IEnumerable<long> Sizes(ReadOnlySpan<int> shape) => [.. shape.ToArray().Select(size => (long)size)];
}
