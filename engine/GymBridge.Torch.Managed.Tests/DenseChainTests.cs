using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>Layers computed as one, against the same layers one by one: every bit is the same.</summary>
public class DenseChainTests
{
    private static readonly int[] CartPole = [4, 64, 64, 2];

    public static TheoryData<int[], string, bool> Networks => new()
    {
        { CartPole, "tanh", true },
        { [4, 64, 64, 1], "tanh", true },
        { [3, 7, 5, 1], "relu", true },
        { [1, 1, 1], "tanh", false },
        { [33, 65, 31, 5], "relu", false },
        { [200, 70, 3], "tanh", true },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Sequential_AnyRowsAndThreads_GivesTheBitsOfLayersOneByOne(int[] sizes, string activation, bool hasBias)
    {
        foreach (var rows in (long[])[1, 2, 7, 16, 64, 192, 193, 400, 1500])
        {
            foreach (var threads in (int[])[1, 2, 3, 4])
            {
                using var count = new ThreadCount(threads);
                using var scope = NewDisposeScope();
                var network = Network(sizes, activation, hasBias);
                var x = randn(rows, sizes[0]).requires_grad_();
                var (together, parts) = (network.call(x), OneByOne(network, x));
                Assert.Equal(sizes.Length - 1, ChainOf(together));
                Assert.Equal(1, ChainOf(parts[^1]));
                Assert.Equal(Bits(parts[^1]), Bits(together));
                using (no_grad())
                {
                    Assert.Equal(Bits(parts[^1]), Bits(network.call(x)));
                }

                var weights = network.parameters().Append(x).ToArray();
                var target = randn_like(together);
                var expected = Gradients(weights, () => (parts[^1] * target).sum().backward());
                var actual = Gradients(weights, () => (together * target).sum().backward());
                Assert.Equal(expected, actual);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Backward_SeveralChainsOnTheSameWeights_AddsInTheOrderOfLayersOneByOne(int threads)
    {
        using var count = new ThreadCount(threads);
        using var scope = NewDisposeScope();
        var (policy, value) = (Network(CartPole, "tanh", true), Network([4, 64, 64, 1], "tanh", true));
        var weights = policy.parameters().Concat(value.parameters()).ToArray();
        var (x, z) = (randn(2000, 4), randn(1800, 4));
        var expected = Gradients(weights, () => Learn(static (network, x) => OneByOne(network, x)[^1]));
        var actual = Gradients(weights, () => Learn(static (network, x) => network.call(x)));
        Assert.Equal(expected, actual);

        // Gradients that were there, a penalty on the weights that comes after the chains, and each network twice: four sums to a weight.
        void Learn(Func<nn.Module<Tensor, Tensor>, Tensor, Tensor> call)
        {
            (call(policy, z).sum() * 0.3).backward();
            var penalty = weights.Select(w => w.square().sum()).Aggregate((a, b) => a + b);
            var loss = call(policy, x).exp().mean() + call(value, x).square().mean() + call(value, z).mean() + call(policy, z).square().mean();
            (loss + (penalty * 0.01)).backward();
        }
    }

    [Fact]
    public void Backward_GraphIsRetained_RunsAgain()
    {
        using var scope = NewDisposeScope();
        var network = Network(CartPole, "tanh", true);
        var weights = network.parameters().ToArray();
        var y = network.call(randn(150, 4)).square().sum();
        var once = Gradients(weights, () => y.backward(null, retain_graph: true));
        var again = Gradients(weights, () => y.backward());
        Assert.Equal(once, again);
        Assert.Contains("a second time", Assert.ThrowsAny<Exception>(() => y.backward()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Grad_OfTheGradient_IsThatOfLayersOneByOne()
    {
        using var scope = NewDisposeScope();
        var network = Network(CartPole, "tanh", true);
        var weights = network.parameters().ToArray();
        var x = randn(30, 4);
        Assert.Equal(Second(OneByOne(network, x)[^1]), Second(network.call(x)));

        int[][] Second(Tensor y)
        {
            var first = autograd.grad([y.square().mean()], weights, create_graph: true);
            var product = first.Select(g => g.square().sum()).Aggregate((a, b) => a + b);
            return [.. autograd.grad([product], weights, allow_unused: true).Where(g => g is not null).Select(Bits)];
        }
    }

    [Fact]
    public void Backward_SomebodyHoldsAHiddenValue_GivesItItsGradient()
    {
        using var scope = NewDisposeScope();
        var network = Network(CartPole, "tanh", true);
        var parts = OneByOne(network, randn(120, 4));
        parts[1].retain_grad();
        parts[^1].sum().backward();
        Assert.Equal(120 * 64, parts[1].grad!.numel());
    }

    [Fact]
    public void Backward_WeightsWereChanged_IsRefused()
    {
        using var scope = NewDisposeScope();
        var network = Network(CartPole, "tanh", true);
        var y = network.call(randn(120, 4)).sum();
        using (no_grad())
        {
            network.parameters().ElementAt(2).add_(1);
        }

        Assert.Contains("modified by an inplace operation", Assert.ThrowsAny<Exception>(() => y.backward()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sequential_HookOnOneLayer_IsCalled()
    {
        using var scope = NewDisposeScope();
        var network = Network(CartPole, "tanh", true);
        var calls = 0;
        ((nn.Module<Tensor, Tensor>)network.children().ElementAt(1)).register_forward_hook((_, _, y) =>
        {
            calls++;
            return y;
        });
        network.call(randn(120, 4));
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Sequential_SomeWeightsAreFrozen_TrainsTheOthers()
    {
        using var scope = NewDisposeScope();
        var network = Network(CartPole, "relu", true);
        network.parameters().First().requires_grad_(false);
        network.call(randn(200, 4)).sum().backward();
        Assert.Equal([false, true, true, true, true, true], network.parameters().Select(p => p.grad is not null));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(15, 3)]
    [InlineData(97, 64)]
    [InlineData(200, 70)]
    [InlineData(1000, 24)]
    public void Sum_OfRows_IsThatOfSixteenLanes(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        var x = randn(rows, columns);
        var values = x.data<float>().ToArray();
        var expected = Enumerable.Range(0, columns).Select(j =>
        {
            var lanes = new double[16];
            for (var r = 0; r < rows; r++)
            {
                lanes[r % 16] += values[(r * columns) + j];
            }

            for (var fold = 8; fold >= 1; fold /= 2)
            {
                for (var r = 0; r < fold; r++)
                {
                    lanes[r] += lanes[r + fold];
                }
            }

            return BitConverter.SingleToInt32Bits((float)lanes[0]);
        });
        Assert.Equal(expected, Bits(x.sum(0L)));
    }

    private static TorchSharp.Modules.Sequential Network(int[] sizes, string activation, bool hasBias)
    {
        manual_seed(sizes.Length);
        var layers = new List<nn.Module<Tensor, Tensor>>();
        for (var i = 1; i < sizes.Length; i++)
        {
            layers.Add(nn.Linear(sizes[i - 1], sizes[i], hasBias));
            if (i < sizes.Length - 1)
            {
                layers.Add(activation == "tanh" ? nn.Tanh() : nn.ReLU());
            }
        }

        return nn.Sequential(layers);
    }

    // All that is between is held, so that nothing can be left out.
    private static Tensor[] OneByOne(nn.Module<Tensor, Tensor> network, Tensor x)
    {
        var results = new List<Tensor>();
        foreach (var module in network.children().Cast<nn.Module<Tensor, Tensor>>())
        {
            results.Add(module.call(results.LastOrDefault() ?? x));
        }

        return [.. results];
    }

    private static int ChainOf(Tensor y)
    {
        var layers = 0;
        for (var node = y.Impl.GradFn as LinearNode; node is not null; node = node.Before())
        {
            layers++;
        }

        return layers;
    }

    private static int[][] Gradients(Tensor[] of, Action run)
    {
        foreach (var tensor in of)
        {
            tensor.grad?.zero_();
        }

        run();
        return [.. of.Select(tensor => Bits(tensor.grad!))];
    }

    private static int[] Bits(Tensor x) => [.. x.detach().data<float>().ToArray().Select(BitConverter.SingleToInt32Bits)];

    private sealed class ThreadCount : IDisposable
    {
        private readonly int _before = get_num_threads();

        public ThreadCount(int count) => set_num_threads(count);

        public void Dispose() => set_num_threads(_before);
    }
}
