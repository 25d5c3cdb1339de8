using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

using F = TorchSharp.torch.nn.functional;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>Dropout of channels, thresholds and padding.</summary>
public class ActivationModuleTests
{
    [Theory]
    [InlineData(1, new long[] { 5, 7, 3 }, new long[] { 2 })]
    [InlineData(2, new long[] { 5, 7, 3, 2 }, new long[] { 2, 3 })]
    [InlineData(2, new long[] { 35, 3, 2 }, new long[] { 1, 2 })]
    [InlineData(3, new long[] { 5, 7, 3, 2, 2 }, new long[] { 2, 3, 4 })]
    [InlineData(3, new long[] { 35, 3, 2, 2 }, new long[] { 1, 2, 3 })]
    public void ChannelDropout_Training_DropsWholeChannelsAndScalesTheRest(int dims, long[] shape, long[] within)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Module<Tensor, Tensor> module = dims == 1 ? Dropout1d(0.4) : dims == 2 ? Dropout2d(0.4) : Dropout3d(0.4);
        var y = module.call(ones(shape));
        var channels = y.mean(within).flatten().data<float>().ToArray();
        Assert.Equal(35, channels.Length);
        Assert.All(channels, c => Assert.True(c == 0 || Math.Abs(c - (1 / 0.6)) < 1e-6, $"{c}"));
        Assert.InRange(channels.Count(c => c == 0), 5, 25);
        module.eval();
        Assert.Equal(ones(shape), module.call(ones(shape)));
    }

    [Fact]
    public void AlphaDropout_StandardNormalInput_KeepsMeanAndVariance()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var x = randn([200000], float64);
        var y = AlphaDropout(0.3).call(x);
        Assert.InRange(y.mean().item<double>(), -0.02, 0.02);
        Assert.InRange(y.var().item<double>(), 0.97, 1.03);
        // What is dropped is a (limit) + b: one value, about 30 % of all.
        const double Limit = -1.7580993408473766;
        var a = 1 / Math.Sqrt(((Limit * Limit * 0.3) + 1) * 0.7);
        var dropped = (a * Limit) - (a * Limit * 0.3);
        Assert.InRange((y - dropped).abs().lt(1e-12).to(float64).mean().item<double>(), 0.29, 0.31);
    }

    [Fact]
    public void FeatureAlphaDropout_Training_DropsWholeChannels()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var y = FeatureAlphaDropout(0.5).call(arange(1.0, 3.0, 1.0, float64).expand(20, 4, 2));
        var pairs = y.data<double>().ToArray().Chunk(2).GroupBy(p => (p[0], p[1])).ToArray();
        Assert.Equal(2, pairs.Length);
        Assert.InRange(pairs.Single(p => p.Key.Item1 == p.Key.Item2).Count(), 20, 60);
    }

    [Fact]
    public void Dropout_Arguments_AreChecked()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("1.5", Assert.Throws<ExternalException>(() => F.dropout2d(ones(1, 2, 3, 4), 1.5)).Message, StringComparison.Ordinal);
        Assert.Throws<ExternalException>(() => F.alpha_dropout(ones(2), -0.1));
        Assert.Throws<ArgumentException>(() => Dropout1d().call(ones(2, 3)));
        Assert.Throws<ExternalException>(() => F.feature_alpha_dropout(ones(2), 0.5, training: true));
        NearAssert.Values([0, 0], F.alpha_dropout(ones(2), 1, training: true));
    }

    [Fact]
    public void Dropout_InPlace_WritesToItsInput()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        foreach (
            var run in new Func<Tensor, Tensor>[]
            {
                x => F.dropout1d(x, 0.75, true, true),
                x => Dropout1d(0.75, true).call(x),
                x => F.alpha_dropout(x, 0.75, true, true),
                x => F.feature_alpha_dropout(x, 0.75, true, true),
            })
        {
            var x = ones(6, 5, 4);
            var y = run(x);
            Assert.Equal(x, y);
            Assert.NotEqual(ones(6, 5, 4), x);
        }
    }

    [Fact]
    public void Thresholds_HandPickedValues_AreTheFormulas()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { -2.0, -0.5, -0.3, 0.0, 0.5, 0.75 });
        NearAssert.Values([-2, 0, 0, 0, 0, 0.75], Hardshrink().call(x));
        NearAssert.Values([-1.5, 0, 0, 0, 0, 0.25], Softshrink().call(x));
        NearAssert.Values([20, 20, 20, 20, 0.5, 0.75], Threshold(0.1, 20).call(x));
        NearAssert.Values([-2 * 11.0 / 48, -0.5 * 11 / 48, -0.3 * 11 / 48, 0, 0.5, 0.75], RReLU().call(x));
        NearAssert.Values([-1, -0.25, -0.15, 0, 0.5, 0.75], F.prelu(x, tensor(new[] { 0.5 })));
        NearAssert.Values([-1, 2, 3, -28], F.prelu(tensor(new[] { -2.0, 2, 3, -4 }, 2, 2), tensor(new[] { 0.5, 7.0 })));
        var e = new[] { 1.0, 2, 4 }.Select(v => Math.Exp(-v)).ToArray();
        NearAssert.Values([.. e.Select(v => v / e.Sum())], Softmin(0).call(tensor(new[] { 1.0, 2, 4 })));
        NearAssert.Values([.. ones(2 * 3 * 4).data<float>().ToArray().Select(v => (double)v)], Softmax2d().call(rand([2, 5, 3, 4], float64)).sum(1));
#pragma warning disable CS0618 // The old names stay while upstream has them.
        Assert.Equal(F.hardshrink(x), F.Hardshrink(x));
        Assert.Equal(F.softshrink(x), F.Softshrink(x));
        Assert.Equal(F.threshold(x, 1, 2), F.Threshold(x, 1, 2));
        Assert.Equal(F.hardtanh(x), F.Hardtanh(x));
        Assert.Equal(F.mish(x), F.Mish(x));
        Assert.Equal(F.silu(x), F.SiLU(x));
        Assert.Equal(F.softsign(x), F.Softsign(x));
        Assert.Equal(F.tanhshrink(x), F.Tanhshrink(x));
#pragma warning restore CS0618
    }

    [Fact]
    public void Thresholds_BadArguments_AreRefused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ExternalException>(() => F.softshrink(ones(2), -1));
        Assert.Throws<ExternalException>(() => F.rrelu(ones(2), 0.5, 0.25));
        Assert.Contains("channel size = 3", Assert.Throws<ExternalException>(() => F.prelu(ones(2, 3), ones(2))).Message, StringComparison.Ordinal);
        Assert.Throws<ExternalException>(() => F.prelu(ones(2, 3), ones(3, 1)));
    }

    [Fact]
    public void Thresholds_Gradients_AgreeWithFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var x = randn([3, 4], float64).requires_grad_();
        var prelu = PReLU(4, dtype: float64);
        NearAssert.Values([0.25, 0.25, 0.25, 0.25], prelu.weight);
        Assert.Equal(["weight"], prelu.named_parameters().Select(p => p.name));
        FiniteDifferences.Check("prelu", () => prelu.call(x), x, prelu.weight);
        FiniteDifferences.Check("hardshrink", () => F.hardshrink(x), x);
        FiniteDifferences.Check("softshrink", () => F.softshrink(x), x);
        FiniteDifferences.Check("threshold", () => F.threshold(x, 0.1, 3), x);
        FiniteDifferences.Check("rrelu", () => F.rrelu(x), x);
        FiniteDifferences.Check("softmin", () => F.softmin(x, 1), x);
    }

    [Fact]
    public void Padding_EveryModule_IsTheTable()
    {
        using var scope = NewDisposeScope();
        var line = tensor(new[] { 1.0, 2, 3 }, 1, 1, 3);
        NearAssert.Values([3, 2, 1, 2, 3, 2], ReflectionPad1d((2, 1)).call(line));
        NearAssert.Values([1, 1, 1, 2, 3, 3], ReplicationPad1d((2, 1)).call(line));
        NearAssert.Values([7, 7, 1, 2, 3, 7], ConstantPad1d((2, 1), 7).call(line));
        NearAssert.Values([2, 3, 1, 2, 3, 1], F.pad(line, [2, 1], PaddingModes.Circular));
        NearAssert.Values([7, 7, 7, 7, 1, 7, 7, 7, 7], F.pad(ones([1, 1], float64), 1, value: 7));
        var square = tensor(new[] { 1.0, 2, 3, 4 }, 1, 1, 2, 2);
        NearAssert.Values([4, 3, 4, 3, 2, 1, 2, 1, 4, 3, 4, 3, 2, 1, 2, 1], ReflectionPad2d(1).call(square));
        NearAssert.Values([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4], ReplicationPad2d(1).call(square));
        NearAssert.Values([0, 1, 2, 0, 3, 4, 0, 0, 0], ZeroPad2d((1, 0, 0, 1)).call(square));
        NearAssert.Values([5, 1, 2, 5, 3, 4, 5, 5, 5], ConstantPad2d((1, 0, 0, 1), 5).call(square));
        var cube = arange(8.0, float64).reshape(1, 1, 2, 2, 2);
        Assert.Equal([1, 1, 4, 4, 4], ReflectionPad3d(1).call(cube).shape);
        NearAssert.Values([7, 6, 7, 6], ReflectionPad3d(1).call(cube)[0, 0, 0, 0]);
        NearAssert.Values([0, 0, 1, 1], ReplicationPad3d(1).call(cube)[0, 0, 0, 0]);
        NearAssert.Values([4, 5, 6, 7, 9, 9, 9, 9], ConstantPad3d((0, 0, 0, 0, -1, 1), 9).call(cube));
    }

    [Fact]
    public void Padding_BadSizes_AreRefused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("less than the corresponding input dimension", Assert.Throws<ExternalException>(() => ReflectionPad1d(3).call(ones(1, 1, 3))).Message, StringComparison.Ordinal);
        Assert.Throws<ExternalException>(() => F.pad(ones(1, 1, 3), [4, 0], PaddingModes.Circular));
        Assert.Throws<ExternalException>(() => ReplicationPad2d(1).call(ones(2, 2)));
        Assert.Throws<ExternalException>(() => ReplicationPad1d((-2, -1)).call(ones(1, 1, 3)));
    }

    [Fact]
    public void Padding_Gradients_AgreeWithFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var x = randn([2, 2, 3, 3], float64).requires_grad_();
        FiniteDifferences.Check("reflection", () => ReflectionPad2d((1, 2, 2, 0)).call(x), x);
        FiniteDifferences.Check("replication", () => ReplicationPad2d(4).call(x), x);
        FiniteDifferences.Check("constant", () => ConstantPad2d((1, -1, 2, 0), 3).call(x), x);
    }
}
