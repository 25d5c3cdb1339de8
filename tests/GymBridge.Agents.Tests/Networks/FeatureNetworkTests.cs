using System.Text.Json;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Observations;
using GymBridge.Agents.Options;
using GymBridge.Spaces;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Networks;

/// <summary>Convolutional networks before policies: PyTorch's numbers, layouts of images, what fits and what is refused.</summary>
public class FeatureNetworkTests
{
    [Fact]
    public void Nature_OnPyTorchsWeights_GivesItsOutputsAndGradients()
    {
        using var scope = NewDisposeScope();
        var record = TorchGolden.Load("layers.json").GetProperty("nature_cnn");
        var network = Make(FeatureNetworkKind.NatureCnn, Bytes(4, 84, 84));
        var parameters = network.named_parameters().Select(item => item.parameter).ToArray();
        var rules = record.GetProperty("parameters").EnumerateArray().ToArray();
        using (no_grad())
        {
            foreach (var (rule, parameter) in rules.Zip(parameters))
            {
                parameter.copy_(Filled(rule, parameter.shape));
            }
        }

        var input = Filled(record.GetProperty("input"), [2, 4 * 84 * 84]).requires_grad_();
        var output = network.call(input);
        AssertDigest(record.GetProperty("output"), output);
        output.backward([Filled(record.GetProperty("grad_output"), output.shape)]);
        AssertDigest(record.GetProperty("grad_input"), input.grad!);
        foreach (var (rule, parameter) in rules.Zip(parameters))
        {
            AssertDigest(record.GetProperty("grads").GetProperty(rule.GetProperty("name").GetString()!), parameter.grad!);
        }
    }

    [Fact]
    public void Dqn_FourFramesAndSixActions_HasTheParametersOfTheNaturePaper()
    {
        var space = Bytes(4, 84, 84);
        using var env = TestEnvs.Lanes(1, () => new SamplingEnv(space, new Discrete(6)));
        using var dqn = new Dqn(env, new DqnOptions { Network = FeatureNetworkKind.NatureCnn, HiddenSizes = [], BufferSize = 32 }, 1);
        Assert.Equal(
            Oracles.Number("mdp", "atari_claim", "nature_cnn_params_4ch_6actions"), dqn.Policy.Module.named_parameters().Sum(item => item.parameter.numel()));

        // The lessons' 256^7056: what one frame can show, on a logarithmic scale.
        Assert.Equal(Oracles.Number("mdp", "atari_claim", "log10_256^7056"), new ObservationEncoder(Bytes(84, 84)).Features * Math.Log10(256), 1e-8);
    }

    [Fact]
    public void Create_Orthogonal_HasStableBaselines3sInitialWeights()
    {
        using var scope = NewDisposeScope();
        var network = Make(FeatureNetworkKind.NatureCnn, Bytes(84, 84, 4));
        foreach (var (name, parameter) in network.named_parameters())
        {
            using var noGrad = no_grad();
            if (parameter.dim() == 1)
            {
                Assert.Equal(0, parameter.abs().max().item<float>());
                continue;
            }

            var rows = parameter.reshape(parameter.shape[0], -1);
            var product = rows.shape[0] <= rows.shape[1] ? rows.matmul(rows.t()) : rows.t().matmul(rows);
            Assert.True((product - (2 * eye(product.shape[0]))).abs().max().item<float>() < 1e-4, $"{name} is not orthogonal with gain sqrt(2)");
        }
    }

    [Theory]
    [InlineData(FeatureNetworkKind.NatureCnn)]
    [InlineData(FeatureNetworkKind.Impala)]
    public void Call_SamePictureInEveryLayout_GivesTheSameFeatures(FeatureNetworkKind kind)
    {
        const int Size = 40;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var planes = rand(3, 6, Size, Size);
        var channelsFirst = Make(kind, Bytes(6, Size, Size));
        var expected = channelsFirst.call(planes.reshape(3, -1));
        var layouts = new (Space Space, Tensor Rows)[]
        {
            (Bytes(Size, Size, 6), planes.permute(0, 2, 3, 1)),
            (Bytes(2, Size, Size, 3), planes.reshape(3, 2, 3, Size, Size).permute(0, 1, 3, 4, 2)),
            (Bytes(3, 2, Size, Size), planes),
        };
        foreach (var (space, rows) in layouts)
        {
            var network = Make(kind, space);
            network.load_state_dict(channelsFirst.state_dict());

            // libtorch sums in another order where the channels lie last.
            Assert.True(expected.allclose(network.call(rows.reshape(3, -1)), 1e-3, 1e-3 * expected.abs().max().item<float>()), $"{kind} of {space}");
        }
    }

    [Theory]
    [InlineData(FeatureNetworkKind.Auto)]
    [InlineData(FeatureNetworkKind.Impala)]
    public void Call_ImagesBesideVectors_ReadsImagesAndPassesVectorsOn(FeatureNetworkKind kind)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var space = new DictSpace(("camera", Bytes(40, 48, 3)), ("speed", new Box(-1, 1, [2])), ("wheel", new Discrete(3)));
        var network = Make(kind, space);
        var input = rand(5, (40 * 48 * 3) + 5);
        var output = network.call(input);
        Assert.Equal([5, 256 + 5], output.shape);
        Assert.Equal(input.narrow(1, 40 * 48 * 3, 5).contiguous().bytes, output.narrow(1, 256, 5).contiguous().bytes);
    }

    [Theory]
    [InlineData(FeatureNetworkKind.NatureCnn, 512)]
    [InlineData(FeatureNetworkKind.Impala, 256)]
    public void Call_ImageAlone_GivesThePapersNumberOfFeatures(FeatureNetworkKind kind, int features)
    {
        using var scope = NewDisposeScope();
        Assert.Equal([2, features], Make(kind, Bytes(84, 84)).call(zeros(2, 84 * 84)).shape);
    }

    [Theory]
    [InlineData("image", FeatureNetworkKind.NatureCnn)]
    [InlineData("small image", FeatureNetworkKind.Mlp)]
    [InlineData("floats", FeatureNetworkKind.Mlp)]
    [InlineData("other bounds", FeatureNetworkKind.Mlp)]
    [InlineData("bytes in a row", FeatureNetworkKind.Mlp)]
    [InlineData("dict", FeatureNetworkKind.NatureCnn)]
    public void Resolve_Auto_IsToldFromTheSpace(string what, FeatureNetworkKind expected)
    {
        Space space = what switch
        {
            "image" => Bytes(84, 84, 3),
            "small image" => Bytes(16, 16, 3),
            "floats" => new Box(0, 1, [84, 84, 3]),
            "other bounds" => new Box(0, 3, [84, 84, 3], DType.UInt8),
            "bytes in a row" => Bytes(128),
            _ => new DictSpace(("camera", Bytes(36, 36)), ("small", Bytes(8, 8))),
        };
        Assert.Equal(expected, FeatureNetwork.Resolve(FeatureNetworkKind.Auto, new ObservationEncoder(space)));
    }

    [Fact]
    public void Create_ImageTooSmallOrNone_SaysWhatToDo()
    {
        var small = Assert.Throws<ArgumentException>(() => Make(FeatureNetworkKind.NatureCnn, Bytes(16, 20, 3)));
        Assert.Contains("at least 36 x 36 pixels, got 16 x 20 pixels with 3 channels", small.Message, StringComparison.Ordinal);
        Assert.Contains("--network impala", small.Message, StringComparison.Ordinal);
        var none = Assert.Throws<ArgumentException>(() => Make(FeatureNetworkKind.Impala, new Box(-1, 1, [4])));
        Assert.Contains("--network mlp", none.Message, StringComparison.Ordinal);
    }

    private static Box Bytes(params int[] shape) => new(0, 255, shape, DType.UInt8);

    private static FeatureNetwork Make(FeatureNetworkKind kind, Space space) =>
        FeatureNetwork.Create(kind, new ObservationEncoder(space), isOrthogonal: true)!;

    // layers.json, fill_rule.
    private static Tensor Filled(JsonElement rule, long[] shape)
    {
        var salt = rule.GetProperty("salt").GetInt64();
        var scale = rule.GetProperty("scale").GetDouble();
        var offset = rule.TryGetProperty("offset", out var given) ? given.GetDouble() : -0.5;
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)((((uint)((i + salt) * 2654435761L) / 4294967296.0) + offset) * scale);
        }

        return tensor(values).reshape(shape);
    }

    private static void AssertDigest(JsonElement expected, Tensor actual)
    {
        var values = actual.detach().contiguous().data<float>().ToArray();
        var sum = expected.GetProperty("abs_sum").GetDouble();
        Assert.InRange(values.Sum(value => Math.Abs((double)value)), sum * (1 - 1e-5), sum * (1 + 1e-5));
        var indices = expected.GetProperty("index").GetProperty("data").EnumerateArray().Select(item => item.GetInt32());
        foreach (var (index, value) in indices.Zip(expected.GetProperty("values").GetProperty("data").EnumerateArray()))
        {
            var wanted = value.GetDouble();
            Assert.InRange(values[index], wanted - (1e-4 * (1 + Math.Abs(wanted))), wanted + (1e-4 * (1 + Math.Abs(wanted))));
        }
    }
}
