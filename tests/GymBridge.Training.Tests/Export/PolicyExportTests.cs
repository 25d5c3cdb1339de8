using System.Text.Json.Nodes;
using GymBridge.Agents;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Options;
using GymBridge.Environments;
using GymBridge.Spaces;
using GymBridge.Training.Export;
using GymBridge.Wrappers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using static TorchSharp.torch;

namespace GymBridge.Training.Tests.Export;

/// <summary>Exports of policies over every kind of space, run by onnxruntime and read by Python's packages.</summary>
public class PolicyExportTests
{
    private const int Rows = 32;

    public static TheoryData<string> ActionSpaces => ["Discrete", "DiscreteFromOne", "MultiDiscrete", "MultiBinary", "Box", "UnboundedBox"];

    [Theory]
    [MemberData(nameof(ActionSpaces))]
    public void ToOnnx_RunByOnnxRuntime_TakesThePolicysActions(string actions)
    {
        using var folder = new TemporaryFolder();
        using var algorithm = Train(new Box(-1, 1, [2, 3]), ActionSpace(actions), new PpoOptions { HiddenSizes = [16, 8], Activation = Activation.Relu });
        var path = folder.Combine("model.onnx");
        Assert.InRange(PolicyExport.ToOnnx(algorithm.Policy, path), 0, PolicyExport.Tolerance);

        var (observations, expected) = Act(algorithm.Policy);
        using var session = new InferenceSession(path);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(
            "observation", new DenseTensor<float>(observations[0].AsSpan<float>().ToArray(), [Rows, 2, 3]))]);
        var outputs = results.ToDictionary(result => result.Name, result => result.Value);
        Assert.Equal(["action", "outputs", "value"], outputs.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Rows, ((DenseTensor<float>)outputs["value"]).Length);
        AssertSame(expected, outputs["action"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ToOnnx_NormalizedAndStacked_TakesBareObservations(bool stacksFirst)
    {
        const int Frames = 3;
        using var folder = new TemporaryFolder();
        using var bare = SyncVectorEnv.OfOne(new RandomEnv(new Box(-100, 1, [2]), new Discrete(3)), AutoresetMode.SameStep);
        using var env = stacksFirst ? bare.FrameStack(Frames).NormalizeObservation() : bare.NormalizeObservation().FrameStack(Frames);
        using var ppo = new Ppo(env, new PpoOptions { HiddenSizes = [8], RolloutSteps = 16, MinibatchSize = 16, LearningRate = 0.05 }, 1);
        ppo.Learn(32);
        var path = folder.Combine("model.onnx");
        Assert.InRange(PolicyExport.ToOnnx(ppo.Policy, path), 0, PolicyExport.Tolerance);

        var inputs = new float[Rows * Frames * 2];
        Columns expected = null!;
        for (var frame = 0; frame < Frames; frame++)
        {
            (var observations, expected) = Act(ppo.Policy, seed: frame);
            for (var row = 0; row < Rows; row++)
            {
                observations[0].AsSpan<float>().Slice(2 * row, 2).CopyTo(inputs.AsSpan(2 * ((row * Frames) + frame)));
            }
        }

        using var session = new InferenceSession(path);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("observation", new DenseTensor<float>(inputs, [Rows, Frames, 2]))]);
        AssertSame(expected, results.First(result => result.Name == "action").Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ToOnnx_ActionValues_TakeThePolicysActions(bool dueling)
    {
        using var folder = new TemporaryFolder();
        using var env = SyncVectorEnv.OfOne(new RandomEnv(new Box(-1, 1, [6]), new Discrete(5)), AutoresetMode.SameStep);
        using var dqn = new Dqn(env, new DqnOptions { HiddenSizes = [16, 8], Dueling = dueling, BufferSize = 32 }, 1);
        var path = folder.Combine("model.onnx");
        Assert.InRange(PolicyExport.ToOnnx(dqn.Policy, path), 0, PolicyExport.Tolerance);
        var (observations, expected) = Act(dqn.Policy);
        using var session = new InferenceSession(path);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("observation", new DenseTensor<float>(observations[0].AsSpan<float>().ToArray(), [Rows, 6]))]);
        AssertSame(expected, results.First(result => result.Name == "action").Value);
        var values = ((DenseTensor<float>)results.First(result => result.Name == "outputs").Value).ToArray().Chunk(5).Select(row => row.Max());
        Assert.Equal(values, ((DenseTensor<float>)results.First(result => result.Name == "value").Value).ToArray());
    }

    [Theory]
    [InlineData(FeatureNetworkKind.NatureCnn)]
    [InlineData(FeatureNetworkKind.Impala)]
    [InlineData(FeatureNetworkKind.Mlp)]
    public void ToOnnx_Images_TakesBytesAsTheyAre(FeatureNetworkKind kind)
    {
        using var folder = new TemporaryFolder();
        using var algorithm = Train(new Box(0, 255, [2, 36, 36, 3], DType.UInt8), new Discrete(3), new PpoOptions { HiddenSizes = [8], Network = kind });
        var path = folder.Combine("model.onnx");
        PolicyExport.ToOnnx(algorithm.Policy, path);
        var (observations, expected) = Act(algorithm.Policy);
        float[] bytes = [.. observations[0].Bytes.ToArray().Select(value => (float)value)];
        using var session = new InferenceSession(path);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("observation", new DenseTensor<float>(bytes, [Rows, 2, 36, 36, 3]))]);
        AssertSame(expected, results.First(result => result.Name == "action").Value);
        Assert.Contains("divide_by_255", File.ReadAllText(folder.Combine("policy.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void ToOnnx_ImagesAndVectors_TakeFeatures()
    {
        using var folder = new TemporaryFolder();
        var space = new DictSpace(("camera", new Box(0, 255, [36, 40, 1], DType.UInt8)), ("speed", new Box(-1, 1, [2])));
        using var algorithm = Train(space, new Discrete(3), new PpoOptions { HiddenSizes = [8] });
        Assert.InRange(PolicyExport.ToOnnx(algorithm.Policy, folder.Combine("model.onnx")), 0, PolicyExport.Tolerance);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ToOnnx_SquashedActions_AreThePolicys(bool hasOwnActor)
    {
        using var folder = new TemporaryFolder();
        using var env = SyncVectorEnv.OfOne(new RandomEnv(new Box(-1, 1, [6]), new Box(-2, 5, [2, 2])), AutoresetMode.SameStep);
        var own = hasOwnActor ? new CustomNetworks { Policy = nn.Linear(6, 8) } : null;
        using var sac = new Sac(env, new SacOptions { HiddenSizes = [16, 8], BufferSize = 256 }, 1, own);
        var path = folder.Combine("model.onnx");
        Assert.InRange(PolicyExport.ToOnnx(sac.Policy, path), 0, PolicyExport.Tolerance);
        var (observations, expected) = Act(sac.Policy);
        using var session = new InferenceSession(path);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("observation", new DenseTensor<float>(observations[0].AsSpan<float>().ToArray(), [Rows, 6]))]);
        AssertSame(expected, results.First(result => result.Name == "action").Value);
    }

    [Fact]
    public void ToOnnx_ObservationsThatAreEncoded_TakeFeatures()
    {
        using var folder = new TemporaryFolder();
        using var algorithm = Train(new DictSpace(("level", new Discrete(3)), ("flags", new MultiBinary(2))), new Discrete(4), new PpoOptions { HiddenSizes = [8] });
        var path = folder.Combine("model.onnx");
        PolicyExport.ToOnnx(algorithm.Policy, path);
        using var session = new InferenceSession(path);
        Assert.Equal("features", Assert.Single(session.InputMetadata.Keys));
        Assert.Equal([-1, 5], session.InputMetadata["features"].Dimensions);
        var description = JsonNode.Parse(File.ReadAllText(folder.Combine("policy.json")))!;
        Assert.Equal("""[{"encoding":"one_hot","size":3},{"encoding":"flatten","size":2}]""", description["features"]!.ToJsonString());
        Assert.Equal("argmax", description["action_postprocessing"]!["kind"]!.GetValue<string>());
        Assert.Equal(PolicyExport.Observations, description["parity"]!["observations"]!.GetValue<int>());
    }

    [Fact]
    public void ToOnnx_NetworksOfTheUsersOwn_AreTranslated()
    {
        using var folder = new TemporaryFolder();
        var custom = new CustomNetworks
        {
            FeaturesExtractor = nn.Sequential(nn.Linear(6, 12), nn.SiLU(), nn.Linear(12, 8, hasBias: false), nn.ELU(0.5)),
            Policy = nn.Sequential(nn.Linear(8, 8), nn.LeakyReLU(0.2), nn.Sigmoid(), nn.Linear(8, 3)),
        };
        using var algorithm = Train(new Box(-1, 1, [6]), new Discrete(3), new PpoOptions { HiddenSizes = [4] }, custom);
        var path = folder.Combine("model.onnx");
        PolicyExport.ToOnnx(algorithm.Policy, path);
        var (observations, expected) = Act(algorithm.Policy);
        using var session = new InferenceSession(path);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("observation", new DenseTensor<float>(observations[0].AsSpan<float>().ToArray(), [Rows, 6]))]);
        AssertSame(expected, results.First(result => result.Name == "action").Value);
    }

    [Theory]
    [InlineData(1, true, 1)]
    [InlineData(2, false, 1)]
    [InlineData(1, false, 3)]
    public void ToOnnx_Recurrent_RemembersByTheStateThatGoesInAndOut(int layers, bool hasCriticLstm, int frames)
    {
        const int Size = 6;
        using var folder = new TemporaryFolder();
        using var bare = SyncVectorEnv.OfOne(new RandomEnv(new Box(-100, 1, [2]), new Discrete(3)), AutoresetMode.SameStep);
        using var env = frames == 1 ? bare.NormalizeObservation() : bare.NormalizeObservation().FrameStack(frames);
        var options = new RecurrentPpoOptions
        {
            HiddenSizes = [8],
            LstmHiddenSize = Size,
            LstmLayers = layers,
            HasCriticLstm = hasCriticLstm,
            RolloutSteps = 16,
            MinibatchSize = 16,
            LearningRate = 0.05,
        };
        using var algorithm = new RecurrentPpo(env, options, 1);
        algorithm.Learn(32);
        var path = folder.Combine("model.onnx");
        Assert.InRange(PolicyExport.ToOnnx(algorithm.Policy, path), 0, PolicyExport.Tolerance);

        using var session = new InferenceSession(path);
        int[] shape = [Rows, layers, Size];
        var (hidden, cell) = (new DenseTensor<float>(shape), new DenseTensor<float>(shape));
        var seen = new List<float[]>();
        for (var step = 0; step < 5; step++)
        {
            var (observations, expected) = Act(algorithm.Policy, seed: step);
            seen.Add(observations[0].AsSpan<float>().ToArray());
            using var results = session.Run(
            [
                NamedOnnxValue.CreateFromTensor("observation", frames == 1 ? new DenseTensor<float>(seen[^1], [Rows, 2]) : Last(frames)),
                NamedOnnxValue.CreateFromTensor("hidden", hidden),
                NamedOnnxValue.CreateFromTensor("cell", cell),
            ]);
            var outputs = results.ToDictionary(result => result.Name, result => result.Value);
            Assert.Equal(["action", "next_cell", "next_hidden", "outputs"], outputs.Keys.Order(StringComparer.Ordinal));
            AssertSame(expected, outputs["action"]);
            (hidden, cell) = (((DenseTensor<float>)outputs["next_hidden"]).Clone().ToDenseTensor(), ((DenseTensor<float>)outputs["next_cell"]).Clone().ToDenseTensor());
        }

        var description = JsonNode.Parse(File.ReadAllText(folder.Combine("policy.json")))!;
        Assert.Equal(
            $$"""{"inputs":["hidden","cell"],"outputs":["next_hidden","next_cell"],"layers":{{layers}},"size":{{Size}},"start":0}""",
            description["recurrent_state"]!.ToJsonString());

        // The first one in place of those before it, as a stack begins.
        DenseTensor<float> Last(int count)
        {
            var stack = new DenseTensor<float>([Rows, count, 2]);
            for (var i = 0; i < count; i++)
            {
                var frame = seen[Math.Max(0, seen.Count - count + i)];
                for (var at = 0; at < frame.Length; at++)
                {
                    stack[at / 2, i, at % 2] = frame[at];
                }
            }

            return stack;
        }
    }

    [Fact]
    public void ToOnnx_OverTokens_SaysWhyNot()
    {
        using var folder = new TemporaryFolder();
        using var env = EnvironmentCatalog.CreateRegistry().MakeVec("TokenParity-v0", 4, new MakeOptions { AutoresetMode = AutoresetMode.SameStep });
        using var grpo = AlgorithmCatalog.Get("grpo").Create(env, new GrpoOptions { GroupSize = 2, HiddenSizes = [8] }, 1);
        var error = Assert.Throws<NotSupportedException>(() => PolicyExport.ToOnnx(grpo.Policy, folder.Combine("model.onnx")));
        Assert.Contains("reference policy", error.Message, StringComparison.Ordinal);
        Assert.Contains("--format safetensors", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void ToOnnx_CodeOfTheUsersOwn_IsRefusedByName()
    {
        using var folder = new TemporaryFolder();
        using var algorithm = Train(
            new Box(-1, 1, [6]), new Discrete(3), new PpoOptions { HiddenSizes = [4] }, new CustomNetworks { Policy = new OwnModule() });
        var error = Assert.Throws<NotSupportedException>(() => PolicyExport.ToOnnx(algorithm.Policy, folder.Combine("model.onnx")));
        Assert.Contains("module OwnModule", error.Message, StringComparison.Ordinal);
        Assert.Contains("--format safetensors", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.FullName));
    }

    [PythonFact]
    public void ToOnnx_ReadByPython_PassesTheCheckerAndActsTheSame()
    {
        using var folder = new TemporaryFolder();
        using var algorithm = Train(new Box(-1, 1, [4]), new Discrete(2), new PpoOptions { HiddenSizes = [8, 8] });
        PolicyExport.ToOnnx(algorithm.Policy, folder.Combine("model.onnx"));
        PolicyExport.ToSafeTensors(algorithm.Policy, folder.Combine("model.safetensors"));
        var (observations, expected) = Act(algorithm.Policy);
        File.WriteAllBytes(folder.Combine("observations.f32"), observations[0].Bytes);
        var report = JsonNode.Parse(PythonSetup.Run(Path.Combine(AppContext.BaseDirectory, "scripts", "read_policy.py"), folder.FullName))!;
        Assert.Equal(expected[0].AsSpan<long>().ToArray(), report["actions"]!.AsArray().Select(item => item!.GetValue<long>()));
        Assert.Equal(
            algorithm.Policy.Module.state_dict().Keys.Order(StringComparer.Ordinal),
            report["weights"]!.AsArray().Select(item => item!.GetValue<string>()));
        Assert.InRange(report["difference"]!.GetValue<double>(), 0, PolicyExport.Tolerance);
    }

    private static Space ActionSpace(string name) => name switch
    {
        "Discrete" => new Discrete(3),
        "DiscreteFromOne" => new Discrete(3, start: 1),
        "MultiDiscrete" => new MultiDiscrete([3, 2, 4], [0, 1, -1]),
        "MultiBinary" => new MultiBinary(5),
        "Box" => new Box(-0.001, 0.002, [2, 2]),
        _ => new Box(double.NegativeInfinity, double.PositiveInfinity, [3]),
    };

    private static Ppo Train(Space observations, Space actions, PpoOptions options, CustomNetworks? networks = null)
    {
        using var env = SyncVectorEnv.OfOne(new RandomEnv(observations, actions), AutoresetMode.SameStep);
        var algorithm = new Ppo(env, options with { RolloutSteps = 16, MinibatchSize = 16, Epochs = 2, LearningRate = 0.05 }, 1, networks);
        algorithm.Learn(32);
        return algorithm;
    }

    private static (Columns Observations, Columns Actions) Act(Policy policy, int seed = 7)
    {
        var (observations, actions) = (new Columns(policy.ObservationSpace, Rows), new Columns(policy.ActionSpace, Rows));
        var space = policy.ObservationSpace.Clone();
        space.Seed(seed);
        for (var row = 0; row < Rows; row++)
        {
            observations.Write(row, space.Sample());
        }

        policy.Act(observations, actions);
        return (observations, actions);
    }

    private static void AssertSame(Columns expected, object actual)
    {
        switch (actual)
        {
            case DenseTensor<long> numbers:
                Assert.Equal(expected[0].AsSpan<long>().ToArray(), numbers.ToArray());
                break;
            case DenseTensor<sbyte> bits:
                Assert.Equal(expected[0].AsSpan<sbyte>().ToArray(), bits.ToArray());
                break;
            default:
                var values = ((DenseTensor<float>)actual).ToArray();
                Assert.All(expected[0].AsSpan<float>().ToArray().Zip(values), pair => Assert.Equal(pair.First, pair.Second, PolicyExport.Tolerance));
                break;
        }
    }
}
