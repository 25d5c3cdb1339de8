using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

using F = TorchSharp.torch.nn.functional;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>Pooling in one and three dimensions, norms and convolutions against hand-made numbers and loops.</summary>
public class PoolingModuleTests
{
    [Fact]
    public void MaxPool1d_StridePaddingDilationCeil_AreTheWindows()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 5, 2, 4, 3 }, 1, 1, 5);
        NearAssert.Values([5, 4], MaxPool1d(2).call(x));
        NearAssert.Values([5, 4, 3], MaxPool1d(2, ceil_mode: true).call(x));
        NearAssert.Values([5, 5, 5, 4, 4], MaxPool1d(3, 1, 1).call(x));
        NearAssert.Values([2, 5, 3], MaxPool1d(2, 1, dilation: 2).call(x));
        var (values, indices) = MaxPool1d(2).forward_with_indices(x);
        NearAssert.Values([5, 4], values);
        Assert.Equal([1L, 3], indices.data<long>().ToArray());
        Assert.Equal([1, 2], F.max_pool1d(x[0], 2).shape);
        Assert.True(double.IsNaN(F.max_pool1d(tensor(new[] { 1.0, double.NaN }, 1, 1, 2), 2).item<double>()));
    }

    [Fact]
    public void AvgPool1d_PaddingAndCeil_CountAsPyTorch()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 5, 2, 4, 3 }, 1, 1, 5);
        NearAssert.Values([3, 3], AvgPool1d(2).call(x));
        NearAssert.Values([2, 8 / 3.0, 11 / 3.0, 3, 7 / 3.0], AvgPool1d(3, 1, 1).call(x));
        NearAssert.Values([3, 8 / 3.0, 11 / 3.0, 3, 3.5], AvgPool1d(3, 1, 1, count_include_pad: false).call(x));
        // The last window has two elements and one place beyond the end, which does not count.
        NearAssert.Values([8 / 3.0, 3.5], AvgPool1d(3, 3, ceil_mode: true).call(x));
    }

    [Fact]
    public void Pools_OfTwoDimensions_AgreeWithTheOnesOfTwo()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var x = randn([2, 3, 1, 7, 5], float64);
        var flat = x.squeeze(2);
        Assert.True(
            F.max_pool2d(flat, [3, 2], [2, 1], [1, 1], ceil_mode: true).allclose(F.max_pool3d(x, [1, 3, 2], [1, 2, 1], [0, 1, 1], ceil_mode: true).squeeze(2)));
        Assert.True(
            F.avg_pool2d(flat, [3, 2], [2, 1], [1, 1], ceil_mode: true).allclose(F.avg_pool3d(x, [1, 3, 2], [1, 2, 1], [0, 1, 1], ceil_mode: true).squeeze(2)));
        Assert.True(F.avg_pool2d(flat, [3, 2], divisor_override: 5).allclose(F.avg_pool3d(x, [1, 3, 2], divisor_override: 5).squeeze(2)));
        Assert.True(F.adaptive_avg_pool2d(flat, [3, 2]).allclose(F.adaptive_avg_pool3d(x, [1, 3, 2]).squeeze(2)));
        Assert.Equal([2, 3, 1, 3, 2], MaxPool3d((1, 2, 2)).call(x).shape);
        Assert.Equal([2, 3, 1, 3, 2], AvgPool3d((1, 2, 2)).call(x).shape);
        Assert.Equal([2, 3, 2, 2, 2], AdaptiveAvgPool3d(2).call(x).shape);
        Assert.Equal([2, 3, 2, 2, 2], AdaptiveMaxPool3d([2, 2, 2]).call(x).shape);
    }

    [Fact]
    public void AdaptivePools_UnevenWindows_AreTheTable()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 5, 2, 4, 3 }, 1, 5);
        // Windows 0..2, 1..4 and 3..5.
        NearAssert.Values([3, 11 / 3.0, 3.5], AdaptiveAvgPool1d(3).call(x));
        var (values, indices) = AdaptiveMaxPool1d(3).forward_with_indices(x);
        NearAssert.Values([5, 5, 4], values);
        Assert.Equal([1L, 1, 3], indices.data<long>().ToArray());
        var plane = arange(12.0, float64).reshape(1, 3, 4);
        NearAssert.Values([5, 7, 9, 11], AdaptiveMaxPool2d([2, 2]).call(plane));
        Assert.Equal([5L, 7, 9, 11], AdaptiveMaxPool2d([2, 2]).forward_with_indices(plane).Indices.data<long>().ToArray());
    }

    [Fact]
    public void MaxUnpools_PooledMaxima_GoBackWhereTheyWere()
    {
        using var scope = NewDisposeScope();
        var line = tensor(new[] { 1.0, 5, 2, 4, 3 }, 1, 1, 5);
        var (values, indices) = MaxPool1d(2).forward_with_indices(line);
        NearAssert.Values([0, 5, 0, 4], MaxUnpool1d(2).call(values, indices));
        NearAssert.Values([0, 5, 0, 4, 0], MaxUnpool1d(2).call(values, indices, output_size: line.shape));
        Assert.Throws<ExternalException>(() => MaxUnpool1d(2).call(values, indices, output_size: [7]));
        Assert.Throws<ExternalException>(() => MaxUnpool1d(2).call(values, indices + 3));
        Assert.Throws<ExternalException>(() => MaxUnpool1d(2).call(values, indices[.., .., ..1]));
        var plane = arange(12.0, float64).reshape(1, 1, 3, 4);
        var (most, at) = MaxPool2d(2).forward_with_indices(plane);
        NearAssert.Values([0, 0, 0, 0, 0, 5, 0, 7, 0, 0, 0, 0], MaxUnpool2d((2, 2)).call(most, at, plane.shape));
        var cube = arange(8.0, float64).reshape(1, 2, 2, 2);
        var (top, where) = MaxPool3d(2).forward_with_indices(cube);
        NearAssert.Values([0, 0, 0, 0, 0, 0, 0, 7], MaxUnpool3d(2).call(top, where));
        var x = randn([1, 2, 3], float64).requires_grad_();
        FiniteDifferences.Check("max_unpool1d", () => F.max_unpool1d(x, tensor(new long[] { 0, 3, 5, 1, 2, 4 }, 1, 2, 3), 2), x);
    }

    [Fact]
    public void PowerPools_SquaresOfThreeAndFour_AreFive()
    {
        using var scope = NewDisposeScope();
        NearAssert.Values([5, 13], LPPool1d(2, 2).call(tensor(new[] { 3.0, 4, 5, 12 }, 1, 4)));
        NearAssert.Values([Math.Sqrt(30)], LPPool2d(2, 2).call(tensor(new[] { 1.0, 2, 3, 4 }, 1, 2, 2)));
        NearAssert.Values([3, 7], LPPool2d(1, [1, 2]).call(tensor(new[] { 1.0, 2, 3, 4 }, 1, 2, 2)));
    }

    [Fact]
    public void Pools_BadArguments_AreRefused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("at most half", Assert.Throws<ExternalException>(() => MaxPool1d(2, padding: 2).call(ones(1, 1, 5))).Message, StringComparison.Ordinal);
        Assert.Throws<ExternalException>(() => MaxPool1d(6).call(ones(1, 1, 5)));
        Assert.Throws<ExternalException>(() => AvgPool1d(2, stride: 0).call(ones(1, 1, 5)));
        Assert.Throws<ExternalException>(() => AvgPool1d(2).call(ones(5)));
        Assert.Throws<ExternalException>(() => AdaptiveMaxPool1d(0).call(ones(1, 5)));
        Assert.Throws<ExternalException>(() => F.avg_pool3d(ones([1, 1, 2, 2, 2]), [2], divisor_override: 0));
    }

    [Fact]
    public void Pools_Gradients_AgreeWithFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var x = randn([2, 2, 7], float64).requires_grad_();
        FiniteDifferences.Check("max_pool1d", () => F.max_pool1d(x, 3, 2, 1), x);
        FiniteDifferences.Check("avg_pool1d", () => F.avg_pool1d(x, 3, 2, 1, true, false), x);
        FiniteDifferences.Check("adaptive_max_pool1d", () => F.adaptive_max_pool1d(x, 3), x);
        var positive = (rand([1, 4, 6], float64) + 0.5).requires_grad_();
        FiniteDifferences.Check("lp_pool2d", () => F.lp_pool2d(positive, 3, 2), positive);
        var cube = randn([1, 3, 4, 3], float64).requires_grad_();
        FiniteDifferences.Check("avg_pool3d", () => F.avg_pool3d(cube, [2], [1]), cube);
        FiniteDifferences.Check("max_pool3d", () => F.max_pool3d(cube, [2], [1]), cube);
    }

    [Fact]
    public void InstanceNorm_EachChannelOfEachSample_HasMeanZeroAndVarianceOne()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var x = (randn([3, 2, 50], float64) * 7) + 3;
        var y = InstanceNorm1d(2, eps: 0, dtype: float64).call(x);
        Assert.True(y.mean([2]).abs().max().item<double>() < 1e-12);
        Assert.True((y.var(2L, unbiased: false) - 1).abs().max().item<double>() < 1e-12);
        Assert.Empty(InstanceNorm2d(2).parameters());
        Assert.True(InstanceNorm1d(2, eps: 0, dtype: float64).call(x[0]).allclose(y[0]));
        Assert.Equal([2, 3, 4, 5, 6], InstanceNorm3d(3).call(randn([2, 3, 4, 5, 6])).shape);
    }

    [Fact]
    public void InstanceNorm_RunningStatistics_AreAveragedOverTheSamples()
    {
        using var scope = NewDisposeScope();
        // Means 2 and 5, variances (unbiased) 2 and 18.
        var x = tensor(new[] { 1.0, 3, 2, 8 }, 2, 1, 2);
        var norm = InstanceNorm1d(1, momentum: 0.5, affine: true, track_running_stats: true, eps: 0, dtype: float64);
        norm.call(x);
        NearAssert.Values([0.5 * 3.5], norm.running_mean!);
        NearAssert.Values([0.5 + (0.5 * 10)], norm.running_var!);
        norm.eval();
        var (mean, spread) = (1.75, Math.Sqrt(5.5));
        NearAssert.Values([(1 - mean) / spread, (3 - mean) / spread, (2 - mean) / spread, (8 - mean) / spread], norm.call(x));
    }

    [Fact]
    public void InstanceNorm_BadInput_IsRefused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => InstanceNorm1d(2).call(ones(2, 3, 4)));
        Assert.Throws<ArgumentException>(() => InstanceNorm2d(2).call(ones(2, 2)));
        Assert.Throws<ArgumentException>(() => InstanceNorm1d(2).call(ones(2, 2, 1)));
        Assert.Throws<ExternalException>(() => F.instance_norm(ones(2, 2, 3), use_input_stats: false));
    }

    [Fact]
    public void LocalResponseNorm_NeighbouringChannels_IsTheFormula()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2, 3, 4 }, 1, 4, 1);
        double Of(double v, double sum) => v / Math.Pow(2 + (0.5 * sum / 3), 0.75);
        NearAssert.Values([Of(1, 5), Of(2, 14), Of(3, 29), Of(4, 25)], LocalResponseNorm(3, 0.5, 0.75, 2).call(x));
        Assert.Throws<ArgumentException>(() => LocalResponseNorm(3).call(ones(2, 3)));
    }

    [Fact]
    public void Norms_Gradients_AgreeWithFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var x = randn([2, 3, 4], float64).requires_grad_();
        var norm = InstanceNorm1d(3, affine: true, dtype: float64);
        FiniteDifferences.Check("instance_norm", () => norm.call(x), x, norm.weight, norm.bias!);
        FiniteDifferences.Check("local_response_norm", () => F.local_response_norm(x, 2, 0.7), x);
    }

    [Fact]
    public void Conv3d_StridePaddingDilationGroups_IsTheSum()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var x = randn([2, 4, 5, 4, 6], float64);
        var w = randn([2, 2, 2, 3, 2], float64);
        var b = randn([2], float64);
        var y = F.conv3d(x, w, b, [2, 1, 2], [1, 1, 0], [2, 1, 3], 2);
        var wide = F.pad(x, [0, 0, 1, 1, 1, 1]);
        Assert.Equal([2, 2, 3, 4, 2], y.shape);
        foreach (var (n, o, d, h, v) in new[] { (0, 0, 0, 0, 0), (1, 1, 2, 3, 1), (0, 1, 1, 2, 0), (1, 0, 2, 0, 1) })
        {
            var sum = b[o].item<double>();
            for (var c = 0; c < 2; c++)
            {
                for (var i = 0; i < 2; i++)
                {
                    for (var j = 0; j < 3; j++)
                    {
                        for (var k = 0; k < 2; k++)
                        {
                            sum += w[o, c, i, j, k].item<double>() * wide[n, (2 * o) + c, (2 * d) + (2 * i), h + j, (2 * v) + (3 * k)].item<double>();
                        }
                    }
                }
            }
            NearAssert.Values([sum], y[n, o, d, h, v]);
        }
        Assert.True(F.conv3d(x[0], w, b, groups: 2).allclose(F.conv3d(x, w, b, groups: 2)[0]));
    }

    [Fact]
    public void Conv3d_Module_IsTheFunctionAndRefusesOtherShapes()
    {
        using var scope = NewDisposeScope();
        var conv = Conv3d(2, 3, (1, 2, 3), stride: (1, 1, 2), padding: (0, 1, 1));
        Assert.Equal([3, 2, 1, 2, 3], conv.weight.shape);
        var x = randn([2, 2, 3, 4, 5]);
        Assert.True(F.conv3d(x, conv.weight, conv.bias, [1, 1, 2], [0, 1, 1]).allclose(conv.call(x)));
        Assert.Equal(x.shape[2..], Conv3d(2, 3, (1, 2, 3), Padding.Same).call(x).shape[2..]);
        Assert.Throws<ArgumentException>(() => conv.call(ones([2, 3, 3, 4, 5])));
        Assert.Throws<ArgumentException>(() => conv.call(ones(2, 4, 5)));
        Assert.Throws<ExternalException>(() => F.conv3d(ones([1, 2, 3, 1, 1]), conv.weight));
    }

    [Fact]
    public void Conv3d_Gradients_AgreeWithFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var x = randn([1, 2, 3, 3, 3], float64).requires_grad_();
        var w = randn([2, 2, 2, 2, 2], float64).requires_grad_();
        var b = randn([2], float64).requires_grad_();
        FiniteDifferences.Check("conv3d", () => F.conv3d(x, w, b, [2, 1, 1], [1, 0, 1]), x, w, b);
    }

    [Fact]
    public void ConvPadding_Same_KeepsTheSizeAndPadsMoreBehind()
    {
        using var scope = NewDisposeScope();
        var line = tensor(new[] { 1.0, 2, 3 }, 1, 1, 3);
        var two = tensor(new[] { 1.0, 10 }, 1, 1, 2);
        NearAssert.Values([21, 32, 3], F.conv1d_padding(line, two, padding: Padding.Same));
        NearAssert.Values([21, 32], F.conv1d_padding(line, two, padding: Padding.Valid));
        NearAssert.Values([21, 32, 3], F.conv2d_padding(line.unsqueeze(2), two.unsqueeze(2), padding: Padding.Same));
        NearAssert.Values([21, 32, 3], F.conv3d_padding(line.reshape(1, 1, 1, 1, 3), two.reshape(1, 1, 1, 1, 2), padding: Padding.Same));
        Assert.Throws<ExternalException>(() => F.conv1d_padding(line, two, stride: 2, padding: Padding.Same));
    }
}
