using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>What has kernels of its own where it is many rows of a few numbers, against the same a row at a time: every bit is the same.</summary>
public class ShortRowTests
{
    private static readonly float[] Special =
    [
        0f, -0f, 1f, -1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -float.Epsilon, float.MaxValue, -120f, 88.9f,
    ];

    public static TheoryData<int, int> Shapes => new() { { 1, 2 }, { 8, 2 }, { 150, 2 }, { 150, 1 }, { 150, 3 }, { 40, 4 }, { 40, 5 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ManyRows_AnyNumbers_GiveTheBitsOfEachRow(int rows, int width)
    {
        using var scope = NewDisposeScope();
        foreach (var x in (Tensor[])[randn(rows, width), AnyNumbers(rows, width)])
        {
            var scale = randn(rows, 1);
            Same(x.log_softmax(1), row => x[row].unsqueeze(0).log_softmax(1));
            Same(x.softmax(1), row => x[row].unsqueeze(0).softmax(1));
            Same(x.sum(1), row => x[row].sum());
            Same(x.mean([1L]), row => x[row].mean());
            Same(x * scale, row => x[row] * scale[row]);
            Same(scale - x, row => scale[row] - x[row]);
        }

        void Same(Tensor whole, Func<int, Tensor> one) => Assert.Equal(Bits(whole), Enumerable.Range(0, rows).SelectMany(row => Bits(one(row))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(31)]
    [InlineData(97)]
    public void Functions_AnyNumbers_AreThoseOfEachNumber(int count)
    {
        using var scope = NewDisposeScope();
        foreach (var x in (Tensor[])[randn(count) * 30, AnyNumbers(count, 1).squeeze(1)])
        {
            Same(x, v => v.exp());
            Same(x, v => v.log());
            Same(x, v => v.tanh());
            Same(x, v => v.sigmoid());
        }

        void Same(Tensor x, Func<Tensor, Tensor> f) => Assert.Equal(Values<float>(x).SelectMany(number => Bits(f(tensor([number])))), Bits(f(x)));
    }

    [Theory]
    [InlineData(40, 15)]
    [InlineData(200, 16)]
    [InlineData(200, 37)]
    public void ColumnSums_AnyWidth_AreThoseOfEachColumn(int rows, int width)
    {
        using var scope = NewDisposeScope();
        var x = randn(rows, width);
        Assert.Equal(Enumerable.Range(0, width).SelectMany(column => Bits(x[.., column].contiguous().sum())), Bits(x.sum([0L])));
    }

    [Fact]
    public void Comparisons_AnyNumbers_AreThoseOfEachPair()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (AnyNumbers(23, 12), AnyNumbers(23, 12).flip(1).contiguous());
        Same(x.eq(y), (a, b) => a == b);
        Same(x.ne(y), (a, b) => a != b);
        Same(x.lt(y), (a, b) => a < b);
        Same(x.le(y), (a, b) => a <= b);
        Same(x.gt(y), (a, b) => a > b);
        Same(x.ge(y), (a, b) => a >= b);
        Assert.Equal(Values<float>(x).Select(a => a > 0.5f), Values<bool>(x.gt(0.5)));
        Assert.Equal(Values<float>(x).Select(a => a < 2 && a >= -1), Values<bool>(x.lt(2) & x.ge(-1)));
        var chosen = Values<float>(x).Zip(Values<float>(y), (a, b) => BitConverter.SingleToInt32Bits(a < b ? a : b));
        Assert.Equal(chosen, Bits(where(x.lt(y), x, y)));
        Assert.Equal(Values<float>(x).Select(a => BitConverter.SingleToInt32Bits(a < 0 ? 0f : a)), Bits(where(x.lt(0), tensor(0f), x)));

        void Same(Tensor result, Func<float, float, bool> test) => Assert.Equal(Values<float>(x).Zip(Values<float>(y), test), Values<bool>(result));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public void IndexSelect_RowsOfAnySize_AreThoseNamed(int width)
    {
        using var scope = NewDisposeScope();
        var x = randn(50, width);
        var index = randint(50, [70]);
        Assert.Equal(Values<long>(index).SelectMany(row => Bits(x[row])), Bits(x.index_select(0, index)));
        Assert.Equal(Bits(x.index_select(0, index)), Bits(x[TensorIndex.Tensor(index - 50)]));
        foreach (var outside in (long[])[-1, 50])
        {
            for (var at = 0; at < 9; at++)
            {
                var rows = Enumerable.Repeat(3L, 9).ToArray();
                rows[at] = outside;
                var error = Assert.ThrowsAny<Exception>(() => x.index_select(0, tensor(rows)));
                Assert.Contains($"index {outside} out of range for a dimension of size 50", error.Message, StringComparison.Ordinal);
            }
        }

        var none = Assert.ThrowsAny<Exception>(() => zeros(0, width).index_select(0, tensor([0L])));
        Assert.Contains("index 0 out of range for a dimension of size 0", none.Message, StringComparison.Ordinal);
        Assert.Equal([0, width], zeros(0, width).index_select(0, zeros(0, ScalarType.Int64)).shape);
    }

    [Fact]
    public void Gather_OneOfEachRow_IsThatOne()
    {
        using var scope = NewDisposeScope();
        var x = randn(40, 3).requires_grad_();
        var index = randint(3, [40, 1]);
        var picked = x.gather(1, index);
        Assert.Equal(Values<long>(index).Select((at, row) => Bits(x[row, at]).Single()), Bits(picked));
        picked.sum().backward();
        Assert.Equal(Values<long>(index).SelectMany(at => Enumerable.Range(0, 3).Select(i => i == at ? 1f : 0f)), Values<float>(x.grad!));
        var error = Assert.ThrowsAny<Exception>(() => x.gather(1, full([40, 1], 3L)));
        Assert.Contains("index 3 is out of bounds for dimension 1 with size 3", error.Message, StringComparison.Ordinal);
    }

    // Each of the special numbers beside each other one somewhere.
    private static Tensor AnyNumbers(int rows, int width) =>
        tensor(Enumerable.Range(0, rows * width).Select(i => Special[((i * 7) + (i / 12)) % Special.Length]).ToArray(), [rows, width]);

    private static T[] Values<T>(Tensor x)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(x.contiguous().bytes).ToArray();

    private static int[] Bits(Tensor x) => Values<int>(x);
}
