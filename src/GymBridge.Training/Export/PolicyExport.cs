using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using GymBridge.Agents;
using GymBridge.Agents.Checkpoints;
using GymBridge.Spaces;
using GymBridge.Training.Logging;
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

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>Writes an ONNX model.</summary>
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
        var (observations, actions) = (new Columns(policy.ObservationSpace, Observations), new Columns(policy.ActionSpace, Observations));
        var space = policy.ObservationSpace.Clone();
        space.Seed(0);
        for (var lane = 0; lane < Observations; lane++)
        {
            observations.Write(lane, space.Sample());
        }

        var encoded = new float[Observations * policy.Encoder.Features];
        policy.Encoder.Encode(observations, encoded);
        long[] shape = policy.ObservationSpace is Box box ? [Observations, .. box.Shape.ToArray().Select(size => (long)size)] : [Observations, policy.Encoder.Features];
        var outputs = new OnnxEvaluator(model).Run(tensor(encoded, shape));

        var expected = policy.Module is Agents.Networks.ActorCriticNetwork network
            ? network.Policy.call(network.Extract(tensor(encoded, [Observations, policy.Encoder.Features])))
            : throw new NotSupportedException($"A policy of {policy.Algorithm} cannot be compared.");
        var difference = (outputs[OnnxPolicy.Outputs] - expected).abs().max().item<float>();
        var scale = Math.Max(1, expected.abs().max().item<float>());
        policy.Act(observations, actions);
        var differing = Enumerable.Range(0, Observations).Count(lane => !IsSameAction(policy.ActionSpace, actions, outputs[OnnxPolicy.Action], lane));
        return difference <= Tolerance * scale && differing == 0
            ? difference
            : throw new ExportDiffersException(string.Create(
                CultureInfo.InvariantCulture,
                $"The ONNX model differs from the policy: by {difference} in its outputs (at most {Tolerance * scale} is allowed), and in {differing} of {Observations} actions. Nothing was written."));
    }

    private static bool IsSameAction(Space space, Columns actions, Tensor exported, int lane)
    {
        using var row = exported[lane].contiguous();
        var own = actions.Read(lane);
        return (space, own) switch
        {
            (Discrete, long action) => row.item<long>() == action,
            (Box, NDArray array) => array.DType != DType.Float32 || array.ToArray<float>().Zip(row.data<float>().ToArray()).All(pair => Math.Abs(pair.First - pair.Second) <= Tolerance * Math.Max(1, Math.Abs(pair.First))),
            (MultiDiscrete, NDArray { DType: DType.Int64 } array) => array.Bytes.SequenceEqual(row.bytes),
            (MultiBinary, NDArray array) => array.Bytes.SequenceEqual(row.bytes),
            _ => true,
        };
    }

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
            ["features"] = SpaceDescription.Features(policy.ObservationSpace),
            ["action_postprocessing"] = SpaceDescription.Postprocessing(policy.ActionSpace),
            ["normalization"] = null,
            ["parity"] = new JsonObject { ["observations"] = Observations, ["max_abs_difference"] = difference, ["tolerance"] = Tolerance },
        };
        SafeFile.WriteText(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Description), description.ToJsonString(Format) + "\n");
    }
}
