using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using GymBridge.Agents;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Networks;
using GymBridge.Shared;
using GymBridge.Spaces;
using GymBridge.Wrappers;
using static TorchSharp.torch;

namespace GymBridge.Training.Export;

/// <summary>Writes a policy for other programs: an ONNX model or its weights, with <c>policy.json</c> beside it.</summary>
/// <remarks>Every export is read back and compared with the policy on <see cref="Observations"/> observations before it counts as done.</remarks>
public static class PolicyExport
{
    /// <summary>Name of the file that says what goes in and what comes out.</summary>
    public const string Description = "policy.json";

    /// <summary>Observations that an export is checked with, drawn from the observation space.</summary>
    public const int Observations = 256;

    /// <summary>Largest difference of an output that counts as the same, relative to the largest output.</summary>
    /// <remarks>Another order of additions in float32.</remarks>
    public const double Tolerance = 1e-5;

    // More than one, so that what one step gives to the next is compared as well.
    private const int RecurrentSteps = 6;

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>Writes the policy as an ONNX model, and compares what it computes with the policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="path">The file.</param>
    /// <returns>Largest difference of an output between the model and the policy.</returns>
    /// <exception cref="NotSupportedException">The networks hold something that cannot be translated.</exception>
    /// <exception cref="ExportDiffersException">The model computes something else than the policy.</exception>
    public static double ToOnnx(Policy policy, string path)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var model = OnnxPolicy.Build(policy).ToByteArray();
        var difference = CompareOnnx(policy, model);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        SafeFile.Replace(path, stream => stream.Write(model));
        WriteDescription(policy, path, "onnx", difference);
        return difference;
    }

    /// <summary>Writes the weights as safetensors, under TorchSharp's names.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ExportDiffersException">The file holds other weights than the policy.</exception>
    public static void ToSafeTensors(Policy policy, string path)
    {
        ArgumentNullException.ThrowIfNull(policy);
        using var scope = NewDisposeScope();
        var weights = policy.Module.state_dict();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        SafeFile.Replace(path, stream => SafeTensors.Save(stream, weights, new Dictionary<string, string> { ["format"] = "pt" }));
        var read = SafeTensors.Load(path);
        if (weights.Any(weight => !read.TryGetValue(weight.Key, out var value) || !value.bytes.SequenceEqual(weight.Value.detach().cpu().contiguous().bytes)))
        {
            throw new ExportDiffersException($"'{path}' does not hold the weights of the policy: the disk or the memory of this machine is at fault.");
        }

        WriteDescription(policy, path, "safetensors", 0);
    }

    private static double CompareOnnx(Policy policy, byte[] model)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var evaluator = new OnnxEvaluator(model);
        if (policy.Module is RecurrentActorCriticNetwork recurrent)
        {
            return CompareRecurrent(policy, recurrent, evaluator);
        }

        var actions = new Columns(policy.ActionSpace, Observations);
        var (inputs, features) = Walk(policy, actions, Frames(policy)).Last();
        var outputs = evaluator.Run(tensor(inputs, InputShape(policy)));
        var expected = policy.Module.Outputs(tensor(features, [Observations, policy.Encoder.Features]));
        return Compare(policy, outputs, expected, actions);
    }

    // Some steps from the start of an episode, each from the state that the model itself gave.
    private static double CompareRecurrent(Policy policy, RecurrentActorCriticNetwork network, OnnxEvaluator evaluator)
    {
        var actions = new Columns(policy.ActionSpace, Observations);
        var start = network.CreateState(Observations);
        var (actor, critic) = (start.ToTensors(CPU), start.ToTensors(CPU));
        var (hidden, cell) = (actor.Hidden.transpose(0, 1), actor.Cell.transpose(0, 1));
        var difference = 0.0;
        foreach (var (inputs, features) in Walk(policy, actions, RecurrentSteps))
        {
            var outputs = evaluator.Run(tensor(inputs, InputShape(policy)), hidden, cell);
            var run = network.Run(tensor(features, [1, Observations, policy.Encoder.Features]), actor, critic);
            (actor, critic, hidden, cell) = (run.Actor, run.Critic, outputs[OnnxPolicy.NextHidden], outputs[OnnxPolicy.NextCell]);
            difference = Math.Max(difference, Compare(policy, outputs, network.Policy.call(run.Policy), actions));
        }

        return difference;
    }

    private static double Compare(Policy policy, Dictionary<string, Tensor> outputs, Tensor expected, Columns actions)
    {
        var difference = (outputs[OnnxPolicy.Outputs] - expected).abs().max().item<float>();
        var scale = Math.Max(1, expected.abs().max().item<float>());
        var differing = Enumerable.Range(0, Observations).Count(lane => !IsSameAction(policy.ActionSpace, actions, outputs[OnnxPolicy.Action], lane));
        return difference <= Tolerance * scale && differing == 0
            ? difference
            : throw new ExportDiffersException(string.Create(
                CultureInfo.InvariantCulture,
                $"The ONNX model differs from the policy: by {difference} in its outputs (at most {Tolerance * scale} is allowed), and in {differing} of {Observations} actions. Nothing was written."));
    }

    private static long[] InputShape(Policy policy) => OnnxPolicy.InputSpace(policy) is Box box
        ? [Observations, .. box.Shape.ToArray().Select(size => (long)size)]
        : [Observations, policy.Encoder.Features];

    // Observations that are stacked; 1 where they are read alone.
    private static int Frames(Policy policy) =>
        OnnxPolicy.InputSpace(policy) is Box box ? box.Leaves[0].Elements / policy.ObservationSpace.Leaves[0].Elements : 1;

    // The last frames of each lane, the oldest first; before there are enough, the first one in their place, as the stack begins.
    private static float[] Stacked(List<float[]> frames, int count)
    {
        var width = frames[0].Length / Observations;
        var stacked = new float[Observations * count * width];
        for (var i = 0; i < count; i++)
        {
            var frame = frames[Math.Max(0, frames.Count - count + i)];
            for (var lane = 0; lane < Observations; lane++)
            {
                frame.AsSpan(lane * width, width).CopyTo(stacked.AsSpan(((lane * count) + i) * width));
            }
        }

        return stacked;
    }

    // Observations of all lanes, drawn from the space, as numbers.
    private static float[] Fill(Columns observations, Space space)
    {
        for (var lane = 0; lane < Observations; lane++)
        {
            observations.Write(lane, space.Sample());
        }

        return [.. Enumerable.Range(0, Observations * observations[0].Leaf.Elements).Select(i => Number(observations[0], i))];
    }

    // Steps from the start of an episode: what the model takes and what the networks read of each, and in the columns the policy's actions.
    private static IEnumerable<(float[] Inputs, float[] Features)> Walk(Policy policy, Columns actions, int steps)
    {
        var space = policy.ObservationSpace.Clone();
        space.Seed(0);
        var observations = new Columns(policy.ObservationSpace, Observations);
        var (count, frames) = (Frames(policy), new List<float[]>());
        var lanes = policy.Preprocessing?.CreateLanes(Observations);
        var starts = new bool[Observations];
        Array.Fill(starts, true);
        var features = new float[Observations * policy.Encoder.Features];
        policy.StartEpisode();
        for (var step = 0; step < steps; step++)
        {
            frames.Add(Fill(observations, space));
            policy.Encoder.Encode(lanes?.Next(observations, starts) ?? observations, features);
            policy.Act(observations, actions);
            Array.Clear(starts);
            yield return (OnnxPolicy.InputSpace(policy) is Box ? Stacked(frames, count) : features, features);
        }

        policy.StartEpisode();
    }

    private static float Number(Column column, int index) =>
        Convert.ToSingle(
            NDArray.FromBytes(column.Leaf.DType, [1], column.Bytes.Slice(index * column.Leaf.DType.ItemSize(), column.Leaf.DType.ItemSize())).GetItem(0),
            CultureInfo.InvariantCulture);

    private static bool IsSameAction(Space space, Columns actions, Tensor exported, int lane)
    {
        using var row = exported[lane].contiguous();
        var own = actions.Read(lane);
        return (space, own) switch
        {
            (Discrete, long action) => row.item<long>() == action,
            (Box, NDArray array) => array.DType != DType.Float32
                || array.ToArray<float>().Zip(row.data<float>().ToArray())
                    .All(pair => Math.Abs(pair.First - pair.Second) <= Tolerance * Math.Max(1, Math.Abs(pair.First))),
            (MultiDiscrete, NDArray { DType: DType.Int64 } array) => array.Bytes.SequenceEqual(row.bytes),
            (MultiBinary, NDArray array) => array.Bytes.SequenceEqual(row.bytes),
            _ => true,
        };
    }

    private static JsonObject RecurrentState(RecurrentState state) => new()
    {
        ["inputs"] = new JsonArray(OnnxPolicy.Hidden, OnnxPolicy.Cell),
        ["outputs"] = new JsonArray(OnnxPolicy.NextHidden, OnnxPolicy.NextCell),
        ["layers"] = state.Layers,
        ["size"] = state.Size,
        ["start"] = 0,
    };

    private static JsonObject Moments(Normalization normalization) => new()
    {
        ["mean"] = new JsonArray([.. normalization.Moments.Mean.ToArray().Select(value => JsonValue.Create(value))]),
        ["variance"] = new JsonArray([.. normalization.Moments.Variance.ToArray().Select(value => JsonValue.Create(value))]),
        ["epsilon"] = normalization.Epsilon,
    };

    private static void WriteDescription(Policy policy, string path, string format, double difference)
    {
        var description = new JsonObject
        {
            ["version"] = typeof(PolicyExport).Assembly.GetName().Version!.ToString(3),
            ["file"] = Path.GetFileName(path),
            ["format"] = format,
            ["algorithm"] = policy.Algorithm,
            ["env_id"] = policy.EnvId,
            ["observation_space"] = SpaceDescription.Of(policy.ObservationSpace),
            ["action_space"] = SpaceDescription.Of(policy.ActionSpace),
            ["features"] = SpaceDescription.Features(OnnxPolicy.InputSpace(policy), policy.Encoder.Parts.Any(part => part.IsScaled)),
            ["action_postprocessing"] = SpaceDescription.Postprocessing(policy.ActionSpace),
            ["input_space"] = SpaceDescription.Of(OnnxPolicy.InputSpace(policy)),
            ["preprocessing"] = policy.Preprocessing?.ToString(),
            ["uses_action_masks"] = policy.Module.UsesMasks,
            ["recurrent_state"] = policy.Module.CreateState(1) is { } state ? RecurrentState(state) : null,
            ["normalization"] = policy.Preprocessing is { } preprocessing ? new JsonArray([.. preprocessing.Normalizations.Select(Moments)]) : null,
            ["parity"] = new JsonObject { ["observations"] = Observations, ["max_abs_difference"] = difference, ["tolerance"] = Tolerance },
        };
        SafeFile.WriteText(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Description), description.ToJsonString(Format) + "\n");
    }
}
