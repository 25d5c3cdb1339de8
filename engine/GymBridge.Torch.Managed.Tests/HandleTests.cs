using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>Who owns a handle, and what the scopes count.</summary>
public class HandleTests
{
    [Fact]
    public void Alias_SharesValuesButNotTheHandle()
    {
        using var x = zeros(3);
        var alias = x.alias();
        Assert.NotEqual(x.Handle, alias.Handle);
        alias.fill_(2);
        Assert.Equal(2f, x[1].item<float>());
        alias.Dispose();
        Assert.Throws<InvalidOperationException>(() => alias.Handle);
        Assert.False(x.IsInvalid);
    }

    [Fact]
    public void Conversions_ToWhatATensorIsAlready_GiveAHandleOfTheirOwn()
    {
        using var x = ones(3);
        foreach (var convert in (Func<Tensor, Tensor>[])[t => t.to(float32), t => t.cpu(), t => t.to(CPU), t => t.positive(), t => t.type_as(t)])
        {
            convert(x).Dispose();
            Assert.False(x.IsInvalid);
        }
    }

    [Fact]
    public void To_DisposeAfter_KeepsTheValues()
    {
        var x = ones(3);
        using var same = x.to(float32, disposeAfter: true);
        Assert.True(x.IsInvalid);
        Assert.Equal(1f, same[0].item<float>());
    }

    [Fact]
    public void Statistics_CountWhereATensorWasDisposed()
    {
        var statistics = DisposeScopeManager.Statistics;
        statistics.Reset();
        using (var scope = NewDisposeScope())
        {
            _ = tensor(1);
            _ = tensor(2).DetachFromDisposeScope();
            _ = tensor(3).MoveToOuterDisposeScope();
            using var byHand = tensor(4);
            Assert.Equal(2, scope.DisposablesCount);
        }

        Assert.Equal(
            (4, 2, 2, 0, 2),
            (
                statistics.CreatedInScopeCount, statistics.DisposedInScopeCount, statistics.DetachedFromScopeCount,
                statistics.DisposedOutsideScopeCount, statistics.ThreadTotalLiveCount));
        statistics.Reset();
    }

    [Fact]
    public void Parameter_TakesThePlaceOfItsTensor()
    {
        var statistics = DisposeScopeManager.Statistics;
        statistics.Reset();
        Parameter parameter;
        using (var scope = NewDisposeScope())
        {
            var x = tensor(3f);
            parameter = new Parameter(x);
            x.Dispose();
            Assert.True(x.IsInvalid);
            Assert.Equal((1, 0, 1), (statistics.CreatedInScopeCount, statistics.DisposedInScopeCount, statistics.ThreadTotalLiveCount));
            Assert.Equal(3f, parameter.ToSingle());
            Assert.Equal(1, scope.DisposablesCount);
        }

        Assert.True(parameter.IsInvalid);
        Assert.Equal((1, 1, 0), (statistics.CreatedInScopeCount, statistics.DisposedInScopeCount, statistics.ThreadTotalLiveCount));
    }

    [Fact]
    public void ToTensor_LeavesNothingBehind()
    {
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        statistics.Reset();
        using (new[] { 1f, 2f }.ToTensor([2, 1]))
        {
            Assert.Equal(1, statistics.ThreadTotalLiveCount);
        }

        using (1f.ToTensor(requires_grad: true))
        {
            Assert.Equal(1, statistics.ThreadTotalLiveCount);
        }

        Assert.Equal(0, statistics.ThreadTotalLiveCount);
        Assert.Contains("Int32", Assert.Throws<ArgumentException>(() => 1.ToTensor(requires_grad: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_OneIndex_CountsInRowMajorOrder()
    {
        using var x = arange(6, dtype: int32).reshape(2, 3);
        using var turned = x.t();
        using var values = turned.data<int>();
        Assert.Equal([0, 3, 1, 4, 2, 5], Enumerable.Range(0, 6).Select(i => values[i]));
        values[1] = 9;
        Assert.Equal(9, x[1, 0].item<int>());
        Assert.Throws<IndexOutOfRangeException>(() => values[6]);
        Assert.Equal(new[,] { { 0, 9 }, { 1, 4 }, { 2, 5 } }, values.ToNDArray());
    }

    [Fact]
    public void ToScalar_KnowsThreeTypes()
    {
        Assert.Equal(ScalarType.Int64, ((byte)1).ToScalar().Type);
        Assert.Equal(ScalarType.Float64, 1f.ToScalar().Type);
        Assert.Equal(ScalarType.Bool, true.ToScalar().Type);
        Assert.Throws<InvalidOperationException>(() => (Tensor)1.ToScalar());
    }

    [Fact]
    public void Tensor_FromALongerArray_TakesItsFirstValues()
    {
        using var x = tensor(new float[] { 1, 2, 3, 4, 5 }, [2, 2]);
        Assert.Equal([1f, 2f, 3f, 4f], x.data<float>().ToArray());
        Assert.Contains("3 values", Assert.Throws<ArgumentException>(() => tensor(new float[3], [2, 2])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Size_Slice_CountsNegativeIndicesFromTheEnd()
    {
        var size = new Size([0, 1, 2, 3]);
        Assert.Equal([1L, 2L], size.Slice(1, -1).Shape);
        Assert.Equal([2L, 3L], size.Slice(-2, 4).Shape);
        Assert.True(size.Slice(-2, 0).IsEmpty);
    }

    [Fact]
    public void Searchsorted_RowsOfTheirOwn_AreSearchedOneByOne()
    {
        using var edges = tensor(new long[,] { { 1, 3, 5, 7, 9 }, { 2, 4, 6, 8, 10 } });
        using var values = tensor(new long[,] { { 3, 6, 9 }, { 3, 6, 9 } });
        Assert.Equal([1L, 3, 4, 1, 2, 4], searchsorted(edges, values).data<long>().ToArray());
        Assert.Equal([2L, 3, 5, 1, 3, 4], searchsorted(edges, values, right: true).data<long>().ToArray());
        using var three = values.reshape(3, 2);
        Assert.Contains("[3, 2]", Assert.ThrowsAny<Exception>(() => searchsorted(edges, three)).Message, StringComparison.Ordinal);
    }
}
