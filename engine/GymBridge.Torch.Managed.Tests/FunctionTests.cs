using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>Functions outside PyTorch's golden records, on numbers that can be checked by hand.</summary>
public class FunctionTests
{
    [Fact]
    public void TensorSplit_UnevenSections_GivesTheFirstOnesMore()
    {
        using var scope = NewDisposeScope();
        var x = arange(7);
        Assert.Equal([[0, 1, 2], [3, 4], [5, 6]], x.tensor_split(3).Select(Values<long>));
        Assert.Equal([[0], [1, 2, 3], [4, 5, 6]], x.tensor_split([1, 4]).Select(Values<long>));
        Assert.Equal([[0, 1, 2, 3, 4], [], [2, 3, 4, 5, 6]], x.tensor_split(tensor(new long[] { 5, 2 })).Select(Values<long>));
    }

    [Fact]
    public void NamedSplits_CutTheirDimension()
    {
        using var scope = NewDisposeScope();
        var x = arange(8).reshape(2, 2, 2);
        Assert.Equal([0L, 1, 4, 5], Values<long>(hsplit(x, 2)[0]));
        Assert.Equal([4L, 5, 6, 7], Values<long>(x.vsplit(2)[1]));
        Assert.Equal([1L, 3, 5, 7], Values<long>(x.dsplit(2)[1]));
        Assert.Contains("not divisible by 2", Assert.ThrowsAny<Exception>(() => arange(3).hsplit(2)).Message, StringComparison.Ordinal);
        Assert.Contains("at least 3 dimensions", Assert.ThrowsAny<Exception>(() => arange(4).dsplit(2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AtLeast_AddsWhatIsMissing()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([1L], tensor(1f).atleast_1d().shape);
        Assert.Equal([1L, 3], ones(3).atleast_2d().shape);
        Assert.Equal([1L, 3, 1], ones(3).atleast_3d().shape);
        Assert.Equal([2L, 3, 1], ones(2, 3).atleast_3d().shape);
    }

    [Fact]
    public void Assembling_PutsMatricesTogether()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([1L, 0, 0, 0, 2, 3], Values<long>(block_diag(tensor(1L), tensor(new long[] { 2, 3 }))));
        Assert.Equal([1L, 3, 2, 4], Values<long>(column_stack(tensor(new long[] { 1, 2 }), tensor(new long[] { 3, 4 }))));
        Assert.Equal([1L, 2, 2], dstack(ones(2), ones(2)).shape);
        Assert.Equal([0L, 0, 5, 6, 10, 12], Values<long>(kron(tensor(new long[] { 0, 1, 2 }), tensor(new long[] { 5, 6 }))));
        Assert.Equal([2L, 4, 1, 3], Values<long>(rot90(tensor(new long[,] { { 1, 2 }, { 3, 4 } }))));
        Assert.Equal([4f, 2, 1, 9, 3, 1], Values<float>(vander(tensor(new float[] { 2, 3 }), 3)));
        Assert.Equal([1L, 2], empty_strided([2, 2], [1, 2]).stride());
    }

    [Fact]
    public void Choices_ComeInOrder()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new long[] { 7, 8, 9 });
        Assert.Equal([7L, 8, 7, 9, 8, 9], Values<long>(combinations(x)));
        Assert.Equal(6, combinations(x, 2, with_replacement: true).size(0));
        Assert.Equal([7L, 1, 7, 2, 8, 1, 8, 2, 9, 1, 9, 2], Values<long>(cartesian_prod(x, tensor(new long[] { 1, 2 }))));
    }

    [Fact]
    public void Series_DifferencesAndAreas()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 3, 6, 10 });
        Assert.Equal([2f, 3, 4], Values<float>(x.diff()));
        Assert.Equal([1f, 1], Values<float>(x.diff(2)));
        Assert.Equal([1f, 2, 3, 4], Values<float>(x.diff(prepend: tensor(new float[] { 0 }))));
        Assert.Equal(14.5f, trapezoid(x).item<float>());
        Assert.Equal(29f, trapezoid(x, arange(4).to(float32) * 2).item<float>());
        Assert.Equal([2f, 6.5f, 14.5f], Values<float>(cumulative_trapezoid(x)));
        Assert.Equal([0f, MathF.Log(2), MathF.Log(3)], Values<float>(logcumsumexp(zeros(3), 0)));
    }

    [Fact]
    public void Cov_AndCorrcoef_OfTwoVariables()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[,] { { 0, 2, 1 }, { 2, 0, 1 } });
        Assert.Equal([1f, -1, -1, 1], Values<float>(x.cov()));
        Assert.Equal([1f, -1, -1, 1], Values<float>(x.corrcoef()).Select(v => MathF.Round(v, 5)));
        Assert.Equal(2f / 3, x.cov(correction: 0)[0, 0].item<float>(), 6);
        // Twice the same observation is a frequency of two.
        Assert.Equal(Values<float>(cat([x, x.narrow(1, 2, 1)], 1).cov()), Values<float>(x.cov(fweights: tensor(new long[] { 1, 1, 2 }))));
    }

    [Fact]
    public void Statistics_OfRepeatedAndMissingValues()
    {
        using var scope = NewDisposeScope();
        var (values, indices) = tensor(new long[,] { { 3, 1, 3 }, { 2, 1, 0 } }).mode();
        Assert.Equal([3L, 0], Values<long>(values));
        Assert.Equal([2L, 2], Values<long>(indices));
        var x = tensor(new[] { 1f, float.NaN, 4, 3 });
        Assert.Equal(8f / 3, x.nanmean().item<float>(), 6);
        Assert.Equal(3f, x.nanmedian().item<float>());
        Assert.Equal([0f, 2, 1, 0], Values<float>(tensor(new[] { 1f, 2, 1 }).histc(4, 0, 3)));
        var (runs, inverse, counts) = unique_consecutive(tensor(new long[] { 1, 1, 2, 2, 2, 1 }), true, true);
        Assert.Equal([1L, 2, 1], Values<long>(runs));
        Assert.Equal([0L, 0, 1, 1, 1, 2], Values<long>(inverse!));
        Assert.Equal([2L, 3, 1], Values<long>(counts!));
    }

    [Fact]
    public void Embedding_WritesIntoACopyAndPassesGradients()
    {
        using var scope = NewDisposeScope();
        var x = zeros(3, 3, dtype: float64, requires_grad: true);
        var diagonal = (ones(3, float64) * 5).requires_grad_(true);
        var y = x.diagonal_scatter(diagonal).select_scatter(ones(3, float64), 0, 1).slice_scatter(ones(3, 1, float64) * 2, 1, 2);
        Assert.Equal([5d, 0, 2, 1, 1, 2, 0, 0, 2], Values<double>(y));
        y.sum().backward();
        Assert.Equal([0d, 1, 0, 0, 0, 0, 1, 1, 0], Values<double>(x.grad!));
        Assert.Equal([1d, 0, 0], Values<double>(diagonal.grad!));
        var mask = tensor(new[] { true, false, true });
        Assert.Equal([9L, 0, 8], Values<long>(zeros(3, int64).masked_scatter(mask, tensor(new long[] { 9, 8, 7 }))));
        Assert.Contains("at least 2", Assert.ThrowsAny<Exception>(() => zeros(3).masked_scatter(mask, ones(1))).Message, StringComparison.Ordinal);
        Assert.Equal([true, false, true], Values<bool>(isin(arange(3), tensor(new long[] { 0, 2 }))));
    }

    [Fact]
    public void NumberPairs_OneByOne()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new long[] { 12, -8, 0 });
        var b = tensor(new long[] { 18, 12, 5 });
        Assert.Equal([6L, 4, 5], Values<long>(gcd(a, b)));
        Assert.Equal([36L, 24, 0], Values<long>(lcm(a, b)));
        Assert.Equal([0f, 0.5f, 1], Values<float>(heaviside(tensor(new[] { -1f, 0, 2 }), tensor(0.5f))));
        Assert.Equal([MathF.BitIncrement(1), MathF.BitDecrement(1), 1], Values<float>(nextafter(ones(3), tensor(new[] { 2f, 0, 1 }))));
        Assert.Equal([8f, 0.5f], Values<float>(ldexp(ones(2), tensor(new[] { 3, -1 }))));
        Assert.Equal(4f, logaddexp2(tensor(3f), tensor(3f)).item<float>(), 5);
        Assert.Equal([1f, 0.63662f], Values<float>(sinc(tensor(new[] { 0f, 0.5f }))).Select(v => MathF.Round(v, 5)));
        Assert.Equal(
            [3f, 4, 1.2f, 1.6f],
            Values<float>(renorm(tensor(new[,] { { 3f, 4 }, { 6, 8 } }) * tensor(new[,] { { 1f }, { 0.2f } }), 2, 0, 5)).Select(v => MathF.Round(v, 4)));
        Assert.Equal([5f, 0], Values<float>(cdist(tensor(new[,] { { 0f, 0 } }), tensor(new[,] { { 3f, 4 }, { 0, 0 } }))));
        Assert.Equal([2f, 0], Values<float>(cdist(tensor(new[,] { { 0f, 0 } }), tensor(new[,] { { 3f, 4 }, { 0, 0 } }), 0)));
    }

    private static T[] Values<T>(Tensor t)
        where T : unmanaged => t.contiguous().data<T>().ToArray();
}
