using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

using F = TorchSharp.torch.nn.functional;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>Interpolation, folds, shuffles, bilinear layers and bags of embeddings.</summary>
public class ResamplingTests
{
    [Fact]
    public void Interpolate_Nearest_TakesTheElementAtTheStart()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2, 3 }, 1, 1, 3);
        NearAssert.Values([1, 1, 2, 2, 3, 3], F.interpolate(x, scale_factor: [2]));
        NearAssert.Values([1, 1, 2, 2, 3], F.interpolate(x, [5]));
        NearAssert.Values([1, 2], F.interpolate(x, [2]));
        NearAssert.Values([1, 3], F.interpolate(x, [2], mode: InterpolationMode.NearestExact));
        NearAssert.Values([1, 2, 1, 2, 3, 4, 3, 4], F.interpolate(tensor(new[] { 1.0, 2, 3, 4 }, 1, 1, 2, 2), [4, 2]));
        NearAssert.Values([1, 1, 2, 2, 3, 3], F.upsample_nearest1d(x, 6, null));
        NearAssert.Values([1, 1, 2, 2, 3, 3], F.upsample_nearest(x, [6]));
    }

    [Fact]
    public void Interpolate_Linear_WithAndWithoutAlignedCorners_IsTheTable()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 3 }, 1, 1, 2);
        NearAssert.Values([1, 1.5, 2.5, 3], F.interpolate(x, [4], mode: InterpolationMode.Linear));
        NearAssert.Values([1, 5 / 3.0, 7 / 3.0, 3], F.interpolate(x, [4], mode: InterpolationMode.Linear, align_corners: true));
        var square = tensor(new[] { 1.0, 2, 3, 4 }, 1, 1, 2, 2);
        // The documented values of PyTorch's Upsample.
        NearAssert.Values(
            [1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4],
            Upsample(scale_factor: [2, 2], mode: UpsampleMode.Bilinear).call(square));
        NearAssert.Values([1, 1.5, 2, 2, 2.5, 3, 3, 3.5, 4], F.upsample_bilinear(square, [3, 3], align_corners: true));
        var cube = arange(8.0, float64).reshape(1, 1, 2, 2, 2);
        NearAssert.Values([3.5], F.interpolate(cube, [1, 1, 1], mode: InterpolationMode.Trilinear));
        NearAssert.Values([3.5], F.interpolate(cube, [1, 1, 1], mode: InterpolationMode.Area));
    }

    [Fact]
    public void Interpolate_ScaleFactor_IsUsedUnlessRecomputed()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 0.0, 1, 2, 3, 4 }, 1, 1, 5);
        // floor(5 * 0.5) = 2 outputs: steps of 2 as asked for, of 2.5 as computed from the sizes.
        NearAssert.Values([0.5, 2.5], F.interpolate(x, scale_factor: [0.5], mode: InterpolationMode.Linear));
        NearAssert.Values([0.75, 3.25], F.interpolate(x, scale_factor: [0.5], mode: InterpolationMode.Linear, recompute_scale_factor: true));
    }

    [Fact]
    public void Interpolate_Cubic_IsCubicConvolution()
    {
        using var scope = NewDisposeScope();
        NearAssert.Values([.. Enumerable.Repeat(3.0, 14)], F.interpolate(full([1, 1, 3, 4], 3.0, float64), [2, 7], mode: InterpolationMode.Bicubic));
        // A step, a quarter behind the second element: the neighbours at 0.75 and 1.75 are those that are 1.
        static double W(double t) => t < 1 ? (1.25 * t * t * t) - (2.25 * t * t) + 1 : -0.75 * ((t * t * t) - (5 * t * t) + (8 * t) - 4);
        var step = tensor(new[] { 0.0, 0, 1, 1 }, 1, 1, 1, 4);
        NearAssert.Values([W(0.75) + W(1.75)], F.interpolate(step, [1, 8], mode: InterpolationMode.Bicubic)[0, 0, 0, 3]);
    }

    [Fact]
    public void Interpolate_Antialiased_WeighsEveryElementOfAShrunkImage()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2, 4, 8 }, 1, 1, 1, 4);
        // Scale 2, support 2: triangles of height 1 around 1 and 3.
        NearAssert.Values(
            [((0.75 * 1) + (0.75 * 2) + (0.25 * 4)) / 1.75, ((0.25 * 2) + (0.75 * 4) + (0.75 * 8)) / 1.75],
            F.interpolate(x, [1, 2], mode: InterpolationMode.Bilinear, antialias: true));
    }

    [Fact]
    public void Interpolate_BadArguments_AreRefused()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, 1, 4, 4);
        Assert.Throws<ExternalException>(() => F.interpolate(x));
        Assert.Throws<ExternalException>(() => F.interpolate(x, [2, 2], [2, 2]));
        Assert.Throws<ExternalException>(() => F.interpolate(x, [2]));
        Assert.Throws<ExternalException>(() => F.interpolate(x, [0, 2]));
        Assert.Throws<ExternalException>(() => F.interpolate(x, [2, 2], mode: InterpolationMode.Linear));
        Assert.Throws<ExternalException>(() => F.interpolate(x, [2, 2], align_corners: true));
        Assert.Throws<ExternalException>(() => F.interpolate(x, [2, 2], antialias: true));
    }

    [Fact]
    public void Fold_OfUnfold_CountsHowOftenEachPixelWasSeen()
    {
        using var scope = NewDisposeScope();
        var x = arange(9.0, float64).reshape(1, 1, 3, 3);
        var columns = Unfold(2).call(x);
        Assert.Equal([1, 4, 4], columns.shape);
        NearAssert.Values([0, 1, 3, 4, 1, 2, 4, 5, 3, 4, 6, 7, 4, 5, 7, 8], columns);
        NearAssert.Values([0, 2, 2, 6, 16, 10, 6, 14, 8], Fold(3, 2).call(columns));
        Assert.Equal([2, 12, 6], F.unfold(ones(2, 3, 4, 5), (2, 2), (1, 2), (0, 1), (2, 2)).shape);
        Assert.Equal([3, 4, 5], F.fold(ones(12, 6), (4, 5), (2, 2), (1, 2), (0, 1), (2, 2)).shape);
        NearAssert.Values([0, 1, 3, 4], F.unfold(x[0, .., ..2, ..2], 2));
    }

    [Fact]
    public void Fold_BadSizes_AreRefused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ExternalException>(() => F.unfold(ones(1, 1, 2, 2), 3));
        Assert.Throws<ExternalException>(() => F.unfold(ones(2, 2), 1));
        Assert.Contains("divisible", Assert.Throws<ExternalException>(() => F.fold(ones(1, 5, 4), 3, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("sliding blocks 4", Assert.Throws<ExternalException>(() => F.fold(ones(1, 4, 5), 3, 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PixelShuffle_FourChannels_BecomeASquareAndBack()
    {
        using var scope = NewDisposeScope();
        var x = arange(8.0, float64).reshape(1, 4, 1, 2);
        var y = PixelShuffle(2).call(x);
        Assert.Equal([1, 1, 2, 4], y.shape);
        NearAssert.Values([0, 2, 1, 3, 4, 6, 5, 7], y);
        Assert.Equal(x, PixelUnshuffle(2).call(y));
        Assert.Equal([4, 1, 2], F.pixel_unshuffle(y[0], 2).shape);
        Assert.Throws<ExternalException>(() => F.pixel_shuffle(ones(1, 3, 2, 2), 2));
        Assert.Throws<ExternalException>(() => F.pixel_unshuffle(ones(1, 3, 3, 2), 2));
        Assert.Throws<ExternalException>(() => F.pixel_shuffle(ones(2, 2), 2));
    }

    [Fact]
    public void ChannelShuffle_TwoGroups_AreInterleaved()
    {
        using var scope = NewDisposeScope();
        NearAssert.Values([0, 2, 1, 3], ChannelShuffle(2).call(arange(4.0, float64).reshape(1, 4, 1)));
        Assert.Throws<ExternalException>(() => ChannelShuffle(3).call(ones(1, 4, 1)));
        Assert.Throws<ExternalException>(() => ChannelShuffle(2).call(ones(1, 4)));
    }

    [Fact]
    public void Bilinear_SmallWeight_IsTheForm()
    {
        using var scope = NewDisposeScope();
        var w = tensor(new[] { 1.0, 2, 3, 4, 5, 6, 0, 0, 1, 1, 0, 0 }, 2, 2, 3);
        var (a, b) = (tensor(new[] { 1.0, 2 }), tensor(new[] { 1.0, 0, -1 }));
        // (1, 2) W0 = (9, 12, 15); (1, 2) W1 = (2, 0, 1).
        NearAssert.Values([9 - 15 + 0.5, 2 - 1], F.bilinear(a, b, w, tensor(new[] { 0.5, 0 })));
        var layer = Bilinear(2, 3, 4);
        Assert.Equal([5, 6, 4], layer.call(ones(5, 6, 2), ones(5, 6, 3)).shape);
        Assert.InRange(layer.weight.abs().max().item<float>(), 0.3, 1 / Math.Sqrt(2));
        Assert.Null(Bilinear(2, 3, 4, hasBias: false).bias);
        Assert.Throws<ExternalException>(() => layer.call(ones(5, 2), ones(6, 3)));
        Assert.Throws<ExternalException>(() => layer.call(ones(5, 3), ones(5, 3)));
    }

    [Fact]
    public void EmbeddingBag_EveryMode_IsTheTable()
    {
        using var scope = NewDisposeScope();
        var table = tensor(new[] { 1.0, 10, 2, 20, 4, 5 }, 3, 2);
        var input = tensor(new long[] { 0, 2, 1, 1 });
        var offsets = tensor(new long[] { 0, 2, 2 });
        // Bags {0, 2}, {} and {1, 1}.
        NearAssert.Values([5, 15, 0, 0, 4, 40], EmbeddingBag_from_pretrained(table, mode: EmbeddingBagMode.Sum).call(input, offsets));
        NearAssert.Values([2.5, 7.5, 0, 0, 2, 20], EmbeddingBag_from_pretrained(table).call(input, offsets));
        NearAssert.Values([4, 10, 0, 0, 2, 20], EmbeddingBag_from_pretrained(table, mode: EmbeddingBagMode.Max).call(input, offsets));
        NearAssert.Values([1, 10, 0, 0, 2, 20], EmbeddingBag_from_pretrained(table, padding_index: 2).call(input, offsets));
        NearAssert.Values([5, 15, 0, 0], EmbeddingBag_from_pretrained(table, mode: EmbeddingBagMode.Sum, include_last_offset: true).call(input, offsets));
        NearAssert.Values([5, 15, 4, 40], EmbeddingBag_from_pretrained(table, mode: EmbeddingBagMode.Sum).call(input.reshape(2, 2)));
        NearAssert.Values(
            [14, 35, 0, 0, 1, 10], EmbeddingBag_from_pretrained(table, mode: EmbeddingBagMode.Sum).call(input, offsets, tensor(new[] { 2.0, 3, 1, -0.5 })));
    }

    [Fact]
    public void EmbeddingBag_BadArguments_AreRefused()
    {
        using var scope = NewDisposeScope();
        var bag = EmbeddingBag(4, 2);
        var input = tensor(new long[] { 0, 1 });
        Assert.Throws<ArgumentException>(() => bag.call(input));
        Assert.Throws<ArgumentException>(() => bag.call(input, tensor(new[] { 0 })));
        Assert.Throws<ArgumentException>(() => bag.call(input.unsqueeze(0), tensor(new[] { 0L })));
        Assert.Throws<ArgumentException>(() => bag.call(ones(2, 2)));
        Assert.Throws<ExternalException>(() => bag.call(input, tensor(new[] { 1L })));
        Assert.Throws<ExternalException>(() => bag.call(input, tensor(new[] { 0L, 3 })));
        Assert.Throws<ExternalException>(() => bag.call(input, tensor(new[] { 0L }), ones(2)));
        Assert.Throws<ExternalException>(() => EmbeddingBag(4, 2, padding_index: 4));
        Assert.Throws<NotSupportedException>(() => EmbeddingBag(4, 2, sparse: true));
    }

    [Fact]
    public void Embedding_FromPretrained_SharesTheTableAndIsFrozenUnlessAsked()
    {
        using var scope = NewDisposeScope();
        var table = tensor(new[] { 3.0, 4, 0.3, 0.4 }, 2, 2);
        var embedding = Embedding_from_pretrained(table);
        Assert.False(embedding.weight!.requires_grad);
        Assert.True(Embedding_from_pretrained(table, freeze: false).weight!.requires_grad);
        NearAssert.Values([0.3, 0.4, 3, 4], embedding.call(tensor(new long[] { 1, 0 })));
        // The limit shortens the row in the table itself.
        Embedding_from_pretrained(table, max_norm: 1).call(tensor(new long[] { 0 }));
        Assert.InRange(table.select(0, 0).norm().item<double>(), 0.999, 1);
        Assert.Throws<ExternalException>(() => Embedding_from_pretrained(ones(3)));
        Assert.Throws<ExternalException>(() => Embedding_from_pretrained(table, padding_idx: 2));
    }

    [Fact]
    public void Resampling_Gradients_AgreeWithFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var x = randn([1, 4, 3, 3], float64).requires_grad_();
        FiniteDifferences.Check("bilinear resize", () => F.interpolate(x, [5, 2], mode: InterpolationMode.Bilinear), x);
        FiniteDifferences.Check("bicubic resize", () => F.interpolate(x, [5, 4], mode: InterpolationMode.Bicubic, align_corners: true), x);
        FiniteDifferences.Check("nearest resize", () => F.interpolate(x, [5, 2]), x);
        FiniteDifferences.Check("antialiased resize", () => F.interpolate(x, [2, 2], mode: InterpolationMode.Bilinear, antialias: true), x);
        FiniteDifferences.Check("unfold", () => F.unfold(x, 2, padding: 1), x);
        FiniteDifferences.Check("pixel shuffle", () => F.pixel_shuffle(x, 2), x);
        var columns = randn([1, 4, 4], float64).requires_grad_();
        FiniteDifferences.Check("fold", () => F.fold(columns, 3, 2), columns);
        var layer = Bilinear(2, 3, 2, dtype: float64);
        var (a, b) = (randn([4, 2], float64).requires_grad_(), randn([4, 3], float64).requires_grad_());
        FiniteDifferences.Check("bilinear", () => layer.call(a, b), a, b, layer.weight, layer.bias!);
        foreach (var mode in Enum.GetValues<EmbeddingBagMode>())
        {
            var bag = EmbeddingBag(4, 2, mode: mode, padding_index: 1, dtype: float64);
            FiniteDifferences.Check($"bag {mode}", () => bag.call(tensor(new long[] { 0, 2, 1, 3, 0 }), tensor(new long[] { 0, 3 })), bag.weight!);
        }
    }
}
