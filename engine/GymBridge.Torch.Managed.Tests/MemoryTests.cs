using TorchSharp;
using static TorchSharp.torch;

using F = TorchSharp.torch.nn.functional;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>Alone: the size of the heap is that of all tests that run.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public class MemoryTests
{
    [Fact]
    public void Tensor_UsedAfterDispose_Throws()
    {
        var x = zeros(2);
        x.Dispose();
        Assert.True(x.IsInvalid);
        var e = Assert.Throws<InvalidOperationException>(() => x + 1);
        Assert.Equal("Tensor invalid -- empty handle.", e.Message);
        Assert.Throws<InvalidOperationException>(() => x.shape);
    }

    [Fact]
    public void View_OfADisposedTensor_KeepsItsValues()
    {
        var x = tensor(new float[] { 1, 2, 3, 4 });
        var view = x.narrow(0, 1, 2);
        x.Dispose();
        // Memory that went back to the pool would be taken by these.
        using var scope = NewDisposeScope();
        for (var i = 0; i < 20; i++)
        {
            _ = full([4], 9f);
        }
        Assert.Equal([2f, 3f], view.data<float>().ToArray());
        view.Dispose();
    }

    [Fact]
    public void Scope_Disposed_DisposesWhatWasMadeInIt()
    {
        Tensor inner;
        Tensor kept;
        Tensor detached;
        using (NewDisposeScope())
        {
            using (var scope = NewDisposeScope())
            {
                inner = zeros(1);
                kept = zeros(1).MoveToOuterDisposeScope();
                detached = scope.Detach(zeros(1));
                Assert.Equal(1, scope.DisposablesCount);
            }
            Assert.True(inner.IsInvalid);
            Assert.False(kept.IsInvalid);
        }
        Assert.True(kept.IsInvalid);
        Assert.False(detached.IsInvalid);
        detached.Dispose();
    }

    [Fact]
    public void Scope_DisposeEverythingBut_KeepsOne()
    {
        using var scope = NewDisposeScope();
        var a = zeros(1);
        var b = zeros(1);
        scope.DisposeEverythingBut(a);
        Assert.False(a.IsInvalid);
        Assert.True(b.IsInvalid);
    }

    [Fact]
    public void Graph_ValuesDisposedBeforeBackward_StillGivesGradients()
    {
        using var outer = NewDisposeScope();
        var w = randn([3, 3], float64).requires_grad_();
        var x = randn([2, 3], float64);
        Tensor loss;
        using (NewDisposeScope())
        {
            loss = x.mm(w).tanh().square().sum().MoveToOuterDisposeScope();
        }
        loss.backward();
        var expected = x.t().mm(2 * x.mm(w).tanh() * (1 - x.mm(w).tanh().square())).detach();
        Assert.True(w.grad!.allclose(expected));
    }

    [Theory]
    [InlineData("cnn")]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void TrainingLoop_OfLargerNetworks_AllocatesNoValues(string kind)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        nn.Module<Tensor, Tensor> cnn = nn.Sequential(
            nn.Conv2d(4, 32, 8, stride: 4), nn.ReLU(), nn.Conv2d(32, 64, 4, stride: 2), nn.ReLU(),
            nn.Conv2d(64, 64, 3, padding: 1), nn.ReLU(), nn.Flatten(), nn.Linear(64 * 9 * 9, 6));
        var lstm = nn.LSTM(16, 32);
        var gru = nn.GRU(16, 32);
        var frames = rand(4, 4, 84, 84);
        var sequence = randn(8, 16, 16);
        var parameters = (kind == "cnn" ? cnn.parameters() : kind == "lstm" ? lstm.parameters() : gru.parameters()).ToArray();
        var optimizer = optim.RMSProp(parameters);
        void Update()
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            var output = kind == "cnn" ? cnn.call(frames) : kind == "lstm" ? lstm.call(sequence).Item1 : gru.call(sequence).Item1;
            output.square().mean().backward();
            nn.utils.clip_grad_norm_(parameters, 0.5);
            optimizer.step();
        }
        for (var i = 0; i < 5; i++)
        {
            Update();
        }
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        const int Updates = 10;
        for (var i = 0; i < Updates; i++)
        {
            Update();
        }
        var perUpdate = (GC.GetAllocatedBytesForCurrentThread() - allocated) / Updates;
        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        // Handles, graph nodes and the threads' bookkeeping; the CNN's first result alone is 200 KiB, and a recurrent network has eight steps.
        Assert.True(perUpdate < (kind == "cnn" ? 60_000 : 300_000), $"{perUpdate} bytes an update");
    }

    [Fact]
    public void Gradient_SharedByTwoLeaves_IsNotShared()
    {
        using var scope = NewDisposeScope();
        var a = zeros(3).requires_grad_();
        var b = zeros(3).requires_grad_();
        (a + b).sum().backward();
        using (no_grad())
        {
            a.grad!.mul_(5);
        }
        Assert.Equal([1f, 1f, 1f], b.grad!.data<float>().ToArray());
        (a + b).sum().backward();
        Assert.Equal([6f, 6f, 6f], a.grad!.data<float>().ToArray());
        Assert.Equal([2f, 2f, 2f], b.grad!.data<float>().ToArray());
    }

    [Fact]
    public void FromArray_ChangedOnEitherSide_IsSeenOnTheOther()
    {
        float[] values = [1, 2, 3];
        using var t = from_array(values);
        values[0] = 7;
        Assert.Equal(7f, t[0].item<float>());
        t.mul_(2);
        Assert.Equal([14f, 4f, 6f], values);
    }

    [Fact]
    public void OptimizerZeroGrad_KeepsZeros_ModuleZeroGradDropsThem()
    {
        using var scope = NewDisposeScope();
        var layer = nn.Linear(2, 1);
        layer.call(ones(1, 2)).sum().backward();
        optim.SGD(layer.parameters(), 0.1).zero_grad();
        Assert.Equal([0f, 0f], layer.weight.grad!.data<float>().ToArray());
        layer.zero_grad();
        Assert.Null(layer.weight.grad);
    }

    [Fact]
    public void Dropout_InTraining_ScalesWhatItKeeps()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var y = F.dropout(ones(1000), 0.25);
        var kept = y.data<float>().ToArray().Count(v => v != 0);
        Assert.InRange(kept, 700, 800);
        Assert.All(y.data<float>().ToArray(), v => Assert.True(v is 0 or 1 / 0.75f));
    }
}
