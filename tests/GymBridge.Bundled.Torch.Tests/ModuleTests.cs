using System.Buffers.Binary;
using System.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Bundled.Torch.Tests;

public class ModuleTests
{
    [Fact]
    public void RegisterComponents_FieldsOfEveryKind_AreNamedAsDeclared()
    {
        using var scope = NewDisposeScope();
        var net = new Net();
        Assert.Equal(["scale", "body.0.weight", "body.0.bias", "heads.0.weight", "heads.0.bias", "heads.1.weight", "heads.1.bias", "named.value.weight", "named.value.bias", "loose.0"], net.named_parameters().Select(p => p.name));
        Assert.Equal(["seen"], net.named_buffers().Select(b => b.name));
        Assert.Equal(11, net.state_dict().Count);
    }

    [Fact]
    public void SaveAndLoad_AnotherInstance_ComputesTheSame()
    {
        using var scope = NewDisposeScope();
        var a = new Net();
        var b = new Net();
        using var stream = new MemoryStream();
        a.save(stream);
        stream.Position = 0;
        b.load(stream);
        var x = randn(3, 2);
        Assert.Equal(a.call(x).data<float>().ToArray(), b.call(x).data<float>().ToArray());
    }

    [Fact]
    public void Hooks_AroundACall_SeeAndChangeWhatPasses()
    {
        using var scope = NewDisposeScope();
        var layer = nn.Identity();
        var pre = layer.register_forward_pre_hook((_, x) => x + 1);
        var post = layer.register_forward_hook((_, _, y) => y * 10);
        Assert.Equal(30f, layer.call(tensor(2f)).item<float>());
        pre.remove();
        post.remove();
        Assert.Equal(2f, layer.call(tensor(2f)).item<float>());
    }

    [Fact]
    public void To_AnotherDtype_ConvertsParametersWhereTheyAre()
    {
        using var scope = NewDisposeScope();
        var layer = nn.Linear(2, 2);
        var weight = layer.weight;
        Assert.Same(layer, TorchSharp.ModuleExtensionMethods.@double(layer));
        Assert.Equal(float64, weight.dtype);
        Assert.Same(weight, layer.weight);
    }

    [Fact]
    public void TrainAndEval_ReachEverySubmodule()
    {
        using var scope = NewDisposeScope();
        var net = new Net();
        net.eval();
        Assert.All(net.modules(), m => Assert.False(m.training));
        net.train();
        Assert.All(net.modules(), m => Assert.True(m.training));
    }

    [Fact]
    public void SummaryWriter_Scalars_AreRecordsThatTensorBoardReads()
    {
        var folder = Directory.CreateTempSubdirectory("gymbridge-").FullName;
        try
        {
            var writer = utils.tensorboard.SummaryWriter(folder);
            writer.add_scalar("rollout/ep_rew_mean", 1.5f, 7);
            writer.add_text("note", "hello", 8);
            var bytes = File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder)));
            var records = new List<byte[]>();
            for (var at = 0; at < bytes.Length;)
            {
                var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
                records.Add(bytes[(at + 12)..(at + 12 + length)]);
                at += length + 16;
            }
            Assert.Equal(3, records.Count);
            Assert.Contains("brain.Event:2", Encoding.UTF8.GetString(records[0]), StringComparison.Ordinal);
            Assert.Contains("rollout/ep_rew_mean", Encoding.UTF8.GetString(records[1]), StringComparison.Ordinal);
            // The value is field 2 of the summary's value, a float: tag 0x15.
            Assert.Equal([0x15, 0, 0, 0xC0, 0x3F], records[1][^5..]);
            Assert.Contains("hello", Encoding.UTF8.GetString(records[2]), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Net : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential body = nn.Sequential(nn.Linear(2, 4), nn.Tanh());
        private readonly ModuleList<Linear> heads = nn.ModuleList(nn.Linear(4, 1), nn.Linear(4, 1));
        private readonly ModuleDict<Linear> named = nn.ModuleDict(("value", nn.Linear(4, 1)));
        private readonly ParameterList loose = nn.ParameterList(new Parameter(zeros(1)));
        private readonly Parameter scale = new(ones(1));
        private readonly Tensor seen = zeros(1);

        public Net()
            : base(nameof(Net)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var h = body.call(input);
            return ((heads[0].call(h) + heads[1].call(h) + named["value"].call(h)) * scale) + loose[0] + seen;
        }
    }
}
