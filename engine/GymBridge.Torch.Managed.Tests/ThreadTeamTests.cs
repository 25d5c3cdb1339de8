using TorchSharp;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>The threads that take parts of kernels. What they do is the same whoever takes which part, and when.</summary>
public sealed class ThreadTeamTests : IDisposable
{
    private readonly int _before = torch.get_num_threads();

    public ThreadTeamTests() => torch.set_num_threads(4);

    public void Dispose() => torch.set_num_threads(_before);

    [Fact]
    public void Run_ManyKernels_TakesEachPartOnce()
    {
        for (var kernel = 0; kernel < 3000; kernel++)
        {
            var taken = new int[1 + (kernel % 13)];
            Threads.Run(taken.Length, part => Interlocked.Increment(ref taken[part]));
            Assert.All(taken, times => Assert.Equal(1, times));
        }
    }

    [Fact]
    public void Run_FromSeveralThreads_TakesEachPartOnce()
    {
        var wrong = 0;
        Thread[] threads =
        [
            .. Enumerable.Range(0, 3).Select(_ => new Thread(() =>
            {
                for (var kernel = 0; kernel < 1000; kernel++)
                {
                    var taken = new int[5];
                    Threads.Run(taken.Length, part => Interlocked.Increment(ref taken[part]));
                    if (taken.Any(times => times != 1))
                    {
                        Interlocked.Increment(ref wrong);
                    }
                }
            })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Run_PartThatThrows_IsThrownOnceAllAreDone()
    {
        var done = 0;
        var error = Assert.Throws<InvalidOperationException>(() => Threads.Run(6, part =>
        {
            Interlocked.Increment(ref done);
            if (part == 2)
            {
                throw new InvalidOperationException("part 2");
            }
        }));
        Assert.Equal(("part 2", 6), (error.Message, done));
        Threads.Run(6, _ => Interlocked.Increment(ref done));
        Assert.Equal(12, done);
    }

    [Fact]
    public void Run_WithinAPart_StaysOnItsThread()
    {
        var strays = 0;
        Threads.Run(4, _ =>
        {
            var own = Environment.CurrentManagedThreadId;
            Assert.Equal(1, Threads.Available);
            Threads.Run(8, _ =>
            {
                if (Environment.CurrentManagedThreadId != own)
                {
                    Interlocked.Increment(ref strays);
                }
            });
        });
        Assert.Equal(0, strays);
        Assert.Equal(4, Threads.Available);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 63)]
    [InlineData(3, 64)]
    [InlineData(4, 100_000)]
    [InlineData(4, 100_001)]
    public void Split_AnyLength_CoversEachElementOnce(int parts, long n)
    {
        var taken = new int[n];
        Threads.Split(parts, n, (from, count) =>
        {
            for (var i = from; i < from + count; i++)
            {
                Interlocked.Increment(ref taken[i]);
            }
        });
        Assert.All(taken, times => Assert.Equal(1, times));
    }

    /// <summary>Vectors of logarithms are the scalar's bits, also beside numbers that have none.</summary>
    [Fact]
    public unsafe void Logs_AnyNumbers_AreThoseOfLog()
    {
        var random = new Random(3);
        double[] odd =
        [
            0, -0.0, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, 2.2250738585072009e-308, double.MaxValue, 1,
            0.70710678118654752, 0.70710678118654757,
        ];
        var numbers = new double[5003];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = i > 4000 && random.Next(20) == 0 ? odd[random.Next(odd.Length)] : Math.Exp((random.NextDouble() - 0.5) * (i % 3 == 0 ? 1400 : 4));
        }

        var logs = numbers.ToArray();
        fixed (double* at = logs)
        {
            DMath.Logs(at, logs.Length);
        }

        Assert.Equal(numbers.Select(x => BitConverter.DoubleToInt64Bits(DMath.Log(x))), logs.Select(BitConverter.DoubleToInt64Bits));
    }
}
