using System.Security.Cryptography;
using GymBridge.Torch.Managed.Tests.Parity;
using TorchSharp;
using static TorchSharp.torch;

using F = TorchSharp.torch.nn.functional;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>One fixed program over the whole engine, and a digest of every bit it computes.</summary>
internal static class DeterminismProgram
{
    public static string Run(int threads)
    {
        set_num_threads(threads);
        manual_seed(20);
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Operations(hash);
        Kernels(hash);
        ManyRows(hash);
        Mlp(hash);
        Wide(hash);
        Cnn(hash);
        Recurrent(hash);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Every call of ops.json, with its gradients.</summary>
    private static void Operations(IncrementalHash hash)
    {
        foreach (var record in GoldenFile.Load("ops.json").GetProperty("cases").EnumerateArray())
        {
            if (record.TryGetProperty("error", out _))
            {
                continue;
            }

            using var scope = NewDisposeScope();
            var inputs = record.GetProperty("inputs").EnumerateObject().ToDictionary(e => e.Name, e => GoldenFile.Tensor(e.Value));
            foreach (var (name, t) in inputs)
            {
                if (t.is_floating_point() && name != "n")
                {
                    t.requires_grad_();
                }
            }
            var outputs = Expressions.Find(record.GetProperty("op").GetString()!, record.GetProperty("expr").GetString()!)!(new Expressions.Args(inputs, record.GetProperty("params")));
            foreach (var output in outputs)
            {
                Add(hash, output);
            }

            var roots = outputs.Where(o => o.requires_grad).ToArray();
            if (roots.Length > 0)
            {
                autograd.backward(roots, [.. roots.Select(r => torch.ones_like(r))]);
            }

            foreach (var t in inputs.Values)
            {
                if (t.grad is { } g)
                {
                    Add(hash, g);
                }
            }
        }
    }

    /// <summary>Rows that are many enough for threads, taken anywhere and normalised; of one row in the middle a number is infinite.</summary>
    private static void ManyRows(IncrementalHash hash)
    {
        using var scope = NewDisposeScope();
        var indices = randint(-9001, 9001, [9001]);
        foreach (var dtype in new[] { float32, float64 })
        {
            foreach (var n in new[] { 1, 2, 3, 4, 7 })
            {
                var x = randn([9001, n], dtype) * 3;
                Add(hash, tensor_split(x, 3)[1].index_select(0, randint(0, 3000, [8001])));
                Add(hash, x[indices]);
                x[4567, 0] = double.PositiveInfinity;
                Add(hash, x.softmax(1));
                Add(hash, x.log_softmax(1));
            }
        }
    }

    /// <summary>Sizes that no vector width divides, and products large enough for threads.</summary>
    private static void Kernels(IncrementalHash hash)
    {
        using var scope = NewDisposeScope();
        foreach (var dtype in new[] { float32, float64 })
        {
            foreach (var n in new[] { 1, 7, 15, 33, 1037 })
            {
                var x = randn([n], dtype) * 3;
                var y = rand([n], dtype) + 0.1;
                foreach (
                    var t in new[]
                    {
                        x.exp(),
                        y.log(),
                        x.tanh(),
                        x.sigmoid(),
                        x.sin(),
                        x.cos(),
                        x.erf(),
                        y.sqrt(),
                        x + y,
                        x * y,
                        x / y,
                        x - y,
                        x.relu(),
                        x.sum(),
                        x.mean(),
                        x.softmax(0),
                        x.log_softmax(0),
                        x.std(),
                        x.norm(),
                        x.cumsum(0),
                        torch.maximum(x, y),
                        x.floor(),
                    })
                {
                    Add(hash, t);
                }
            }
            foreach (var (m, k, n) in new[] { (1, 5, 3), (8, 64, 64), (67, 129, 45), (300, 300, 300), (256, 500, 33), (7, 400, 2) })
            {
                var a = randn([m, k], dtype);
                var b = randn([k, n], dtype);
                Add(hash, a.mm(b));
                Add(hash, F.linear(a, b.t().contiguous(), randn([n], dtype)));
                Add(hash, a.t().contiguous().t().mm(b));
                Add(hash, a.sum(dim: 0));
                Add(hash, a.sum(dim: 1));
            }
        }
    }

    private static void Mlp(IncrementalHash hash)
    {
        using var scope = NewDisposeScope();
        var net = nn.Sequential(nn.Linear(4, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 2));
        var optimizer = optim.Adam(net.parameters(), lr: 1e-2);
        var x = randn(256, 4);
        var y = randn(256, 2);
        for (var i = 0; i < 50; i++)
        {
            Step(hash, net.parameters(), optimizer, () => F.mse_loss(net.call(x), y));
        }
    }

    /// <summary>Minibatches so large that every kernel of a policy's update has parts for threads.</summary>
    private static void Wide(IncrementalHash hash)
    {
        using var scope = NewDisposeScope();
        var net = nn.Sequential(nn.Linear(4, 64), nn.Tanh(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2));
        var optimizer = optim.Adam(net.parameters(), lr: 1e-2);
        var all = randn(9001, 4);
        var rows = randint(9001, [4099]);
        var x = all.index_select(0, rows);
        Add(hash, x);
        var actions = randint(2, [4099, 1]);
        for (var i = 0; i < 2; i++)
        {
            Step(hash, net.parameters(), optimizer, () => -net.call(x).log_softmax(1).gather(1, actions).mean());
        }

        var wide = randn(70_001, 5);
        var blocks = wide.narrow(0, 0, 70_000).reshape(5, 14_000, 5);
        foreach (var t in new[] { wide.exp(), wide * wide, wide + 1, wide.sum(0L), wide.sum(1L), blocks.sum(1L), wide.log_softmax(1) })
        {
            Add(hash, t);
        }

        var weights = nn.Parameter(randn(300, 300));
        var adam = optim.AdamW([weights], lr: 1e-2);
        for (var i = 0; i < 2; i++)
        {
            Step(hash, [weights], adam, () => weights.square().sum());
        }
    }

    private static void Cnn(IncrementalHash hash)
    {
        using var scope = NewDisposeScope();
        var net = nn.Sequential(
            nn.Conv2d(3, 16, 5, stride: 2), nn.ReLU(), nn.Conv2d(16, 32, 3, padding: 1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(32 * 7 * 7, 10));
        var optimizer = optim.RMSProp(net.parameters(), lr: 1e-3);
        var x = randn(8, 3, 32, 32);
        var y = randint(10, [8]);
        for (var i = 0; i < 5; i++)
        {
            Step(hash, net.parameters(), optimizer, () => F.cross_entropy(net.call(x), y));
        }
    }

    private static void Recurrent(IncrementalHash hash)
    {
        using var scope = NewDisposeScope();
        var net = nn.LSTM(6, 24, numLayers: 2, batchFirst: true);
        var optimizer = optim.AdamW(net.parameters(), lr: 1e-2, weight_decay: 0.01);
        var x = randn(5, 9, 6);
        for (var i = 0; i < 5; i++)
        {
            Step(hash, net.parameters(), optimizer, () => net.call(x).Item1.square().mean());
        }
    }

    private static void Step(IncrementalHash hash, IEnumerable<TorchSharp.Modules.Parameter> parameters, optim.Optimizer optimizer, Func<Tensor> objective)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        var loss = objective();
        loss.backward();
        nn.utils.clip_grad_norm_(parameters, 0.5);
        optimizer.step();
        Add(hash, loss);
        foreach (var p in parameters)
        {
            Add(hash, p);
        }
    }

    /// <summary>Every NaN counts as one: its sign and payload are not part of the promise.</summary>
    private static void Add(IncrementalHash hash, Tensor t)
    {
        using var values = t.detach().contiguous();
        if (t.dtype == float32)
        {
            var data = values.data<float>().ToArray();
            for (var i = 0; i < data.Length; i++)
            {
                data[i] = float.IsNaN(data[i]) ? float.NaN : data[i];
            }

            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(data.AsSpan()));
        }
        else if (t.dtype == float64)
        {
            var data = values.data<double>().ToArray();
            for (var i = 0; i < data.Length; i++)
            {
                data[i] = double.IsNaN(data[i]) ? double.NaN : data[i];
            }

            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(data.AsSpan()));
        }
        else
        {
            hash.AppendData(values.bytes);
        }
    }
}
