using System.Buffers.Binary;
using System.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests;

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
    public void Parameters_SharedBetweenModules_ComeOnce()
    {
        using var scope = NewDisposeScope();
        var layer = nn.Linear(2, 2);
        var net = nn.Sequential(("a", layer), ("b", nn.Tanh()), ("again", layer));
        Assert.Equal(["a.weight", "a.bias"], net.named_parameters().Select(p => p.name));
        Assert.Equal(2, net.parameters().Count());
    }

    [Fact]
    public void Sequential_TwoModulesOfOneName_AreBothThere()
    {
        using var scope = NewDisposeScope();
        var net = nn.Sequential(("lin", nn.Linear(2, 3)), ("act", nn.ReLU()), ("lin", nn.Linear(3, 1)));
        Assert.Equal(4, net.parameters().Count());
        Assert.Equal(["act", "lin"], net[1..3].named_children().Select(c => c.name));
        Assert.Contains("-1", Assert.Throws<IndexOutOfRangeException>(() => net[(0, -1)]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NotStrict_SaysWhichOfTheFilesEntriesWereKnown()
    {
        using var scope = NewDisposeScope();
        using var file = new MemoryStream();
        nn.Sequential(("a", nn.Linear(2, 2, hasBias: false)), ("b", nn.Linear(2, 2, hasBias: false))).save(file);
        file.Position = 0;
        Dictionary<string, bool> loaded = [];
        nn.Sequential(("b", nn.Linear(2, 2, hasBias: false)), ("c", nn.Linear(2, 2, hasBias: false))).load(file, strict: false, loadedParameters: loaded);
        Assert.Equal(new Dictionary<string, bool> { ["a.weight"] = false, ["b.weight"] = true }, loaded);
    }

    [Fact]
    public void To_AnIntegerType_IsRefused()
    {
        using var scope = NewDisposeScope();
        var exception = Assert.Throws<ArgumentException>(() => nn.Linear(2, 2).to(int64));
        Assert.Contains("Int64", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Linear_BiasOfTwoDimensions_IsBroadcast()
    {
        using var scope = NewDisposeScope();
        var layer = nn.Linear(3, 1);
        layer.bias = new Parameter(ones(1, 1));
        layer.call(ones(4, 3)).sum().backward();
        Assert.Equal([1L, 1L], layer.bias!.grad!.shape);
        Assert.Equal(4f, layer.bias.grad!.item<float>());
    }

    [Fact]
    public void Embedding_MaxNorm_ShortensTheRowsItLooksUp()
    {
        using var scope = NewDisposeScope();
        var table = nn.Embedding(3, 4, max_norm: 1.5);
        using (no_grad())
        {
            table.weight!.fill_(10);
        }

        table.call(tensor(new long[] { 0, 2, 2 }));
        var norms = table.weight.norm(1).data<float>().ToArray();
        Assert.Equal(1.5f, norms[0], 5);
        Assert.Equal(20f, norms[1], 5);
        Assert.Equal(1.5f, norms[2], 5);
    }

    [Fact]
    public void Init_DiracAndSparse_FillAsNamed()
    {
        using var scope = NewDisposeScope();
        var kernel = nn.init.dirac_(ones(3, 2, 3, 3));
        var image = randn(1, 2, 5, 5);
        var passed = nn.functional.conv2d(image, kernel, padding: [1, 1]);
        Assert.Equal(image.data<float>().ToArray(), passed.narrow(1, 0, 2).contiguous().data<float>().ToArray());
        Assert.Equal(0f, passed.narrow(1, 2, 1).abs().sum().item<float>());
        var sparse = nn.init.sparse_(empty(10, 4), 0.25);
        Assert.Equal([3L, 3, 3, 3], sparse.eq(0).sum(dim: 0).data<long>().ToArray());
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

    [Fact]
    public void Save_FileIsThere_IsReplacedAsAWhole()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "the last good one");
            using (var old = new StreamReader(file))
            {
                nn.Linear(2, 2).save(file);
                Assert.Equal("the last good one", old.ReadToEnd());
            }

            nn.Linear(2, 2).load(file);
            var module = File.ReadAllBytes(file);
            using (var old = File.OpenRead(file))
            {
                torch.save(ones(3), file);
                var bytes = new byte[module.Length];
                old.ReadExactly(bytes);
                Assert.Equal(module, bytes);
            }

            Assert.Equal(3, torch.load(file).numel());
            Assert.False(File.Exists(file + ".new"));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
