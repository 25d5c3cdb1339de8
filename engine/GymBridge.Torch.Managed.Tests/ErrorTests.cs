using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>What upstream throws, with shapes and dtypes in the message.</summary>
public class ErrorTests
{
    [Fact]
    public void MatrixProduct_WrongShapes_NamesBoth()
    {
        using var scope = NewDisposeScope();
        var e = Assert.Throws<ExternalException>(() => zeros(2, 3).mm(zeros(4, 5)));
        Assert.Contains("[2, 3]", e.Message, StringComparison.Ordinal);
        Assert.Contains("[4, 5]", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Broadcast_Impossible_NamesBothShapes()
    {
        using var scope = NewDisposeScope();
        var e = Assert.Throws<ExternalException>(() => zeros(2, 3) + zeros(4));
        Assert.Contains("[2, 3]", e.Message, StringComparison.Ordinal);
        Assert.Contains("[4]", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MatrixProduct_WrongDtypes_NamesBoth()
    {
        using var scope = NewDisposeScope();
        var e = Assert.Throws<ExternalException>(() => zeros(2, 2).mm(zeros([2, 2], float64)));
        Assert.Contains("float32", e.Message, StringComparison.Ordinal);
        Assert.Contains("float64", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_OfAnotherType_ThrowsArgumentException()
    {
        using var x = zeros(1);
        Assert.Throws<ArgumentException>(() => x.data<double>());
        Assert.Throws<ArgumentException>(() => x.item<long>());
    }

    [Fact]
    public void Backward_SecondTimeThroughAFreedGraph_Throws()
    {
        using var scope = NewDisposeScope();
        var x = ones(3).requires_grad_();
        var y = x.exp().sum();
        y.backward();
        var e = Assert.Throws<ExternalException>(() => y.backward());
        Assert.Contains("second time", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Backward_WithRetainedGraph_Accumulates()
    {
        using var scope = NewDisposeScope();
        var x = ones(3).requires_grad_();
        var y = (x * x).sum();
        y.backward(retain_graph: true);
        y.backward();
        Assert.Equal([4f, 4f, 4f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Backward_AfterASavedValueChangedInPlace_Throws()
    {
        using var scope = NewDisposeScope();
        var x = ones(3).requires_grad_();
        var w = ones(3);
        var y = (x * w).sum();
        w.add_(1);
        var e = Assert.Throws<ExternalException>(() => y.backward());
        Assert.Contains("modified by an inplace operation", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InPlace_OnALeafThatRequiresGrad_Throws()
    {
        using var scope = NewDisposeScope();
        var x = ones(3).requires_grad_();
        Assert.Throws<ExternalException>(() => x.add_(1));
        using var _ = no_grad();
        Assert.Equal([2f, 2f, 2f], x.add_(1).data<float>().ToArray());
    }

    [Fact]
    public void Backward_OfSeveralElementsWithoutGradient_NamesTheShape()
    {
        using var scope = NewDisposeScope();
        var e = Assert.Throws<ExternalException>(() => (ones(2, 2).requires_grad_() * 2).backward());
        Assert.Contains("[2, 2]", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cuda_AskedFor_IsRefusedWithTheRemedy()
    {
        Assert.False(cuda.is_available());
        using var x = zeros(1);
        var e = Assert.Throws<InvalidOperationException>(() => x.cuda());
        Assert.Contains("--engine libtorch", e.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => zeros(1, device: "cuda:0"));
    }

    [Fact]
    public void Dtype_NotInTheEngine_IsRefused() => Assert.Throws<NotSupportedException>(() => zeros(1, dtype: float16));

    [Fact]
    public void Index_OutOfRange_NamesTheSize()
    {
        using var scope = NewDisposeScope();
        var e = Assert.Throws<ExternalException>(() => zeros(2, 3)[5]);
        Assert.Contains("[2, 3]", e.Message, StringComparison.Ordinal);
        Assert.Throws<ExternalException>(() => zeros(3)[tensor(new long[] { 0, 7 })]);
        Assert.Throws<ExternalException>(() => zeros(2, 3).gather(1, tensor(new long[,] { { 3 } })));
    }

    [Fact]
    public void Multinomial_OfInvalidProbabilities_Throws()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ExternalException>(() => multinomial(tensor(new[] { 0.5f, float.NaN }), 1));
        Assert.Throws<ExternalException>(() => multinomial(zeros(3), 1));
    }

    [Fact]
    public void LoadStateDict_WrongShape_ChangesNothing()
    {
        using var scope = NewDisposeScope();
        var layer = nn.Linear(2, 2);
        var before = layer.weight.data<float>().ToArray();
        var state = new Dictionary<string, Tensor> { ["weight"] = ones(2, 2), ["bias"] = ones(3) };
        Assert.Throws<ArgumentException>(() => layer.load_state_dict(state));
        Assert.Equal(before, layer.weight.data<float>().ToArray());
    }
}
