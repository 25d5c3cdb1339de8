using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GymBridge.Benchmarks;

/// <summary>The most float32 multiply-adds that the processors do: a kernel that never leaves its registers.</summary>
internal static class FmaPeak
{
    private const int Chains = 12; // enough to hide the latency of four cycles at two a cycle
    private const int Rounds = 100_000;
    private const int Calls = 50;

    private static float _sink;

    /// <summary>Floating-point operations a second; a multiply-add counts as two.</summary>
    /// <param name="threads">How many threads compute at once, which may take each less than one alone does.</param>
    public static double Measure(int threads = 1)
    {
        var lanes = Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256<float>.Count;
        var others = new Thread[threads - 1];
        return GymBridge.Benchmarks.Measure.Rate(2L * Chains * lanes * Rounds * Calls * threads, () =>
        {
            for (var i = 0; i < others.Length; i++)
            {
                others[i] = new Thread(Run);
                others[i].Start();
            }

            Run();
            foreach (var other in others)
            {
                other.Join();
            }
        });
    }

    private static void Run()
    {
        for (var i = 0; i < Calls; i++)
        {
            if (Vector512.IsHardwareAccelerated)
            {
                Run512();
            }
            else
            {
                Run256();
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run512()
    {
        var (a, b) = (Vector512.Create(0.999f), Vector512.Create(0.001f));
        var (c0, c1, c2, c3, c4, c5) = (a, a, a, a, a, a);
        var (c6, c7, c8, c9, c10, c11) = (b, b, b, b, b, b);
        for (var i = 0; i < Rounds; i++)
        {
            c0 = Vector512.FusedMultiplyAdd(c0, a, b);
            c1 = Vector512.FusedMultiplyAdd(c1, a, b);
            c2 = Vector512.FusedMultiplyAdd(c2, a, b);
            c3 = Vector512.FusedMultiplyAdd(c3, a, b);
            c4 = Vector512.FusedMultiplyAdd(c4, a, b);
            c5 = Vector512.FusedMultiplyAdd(c5, a, b);
            c6 = Vector512.FusedMultiplyAdd(c6, a, b);
            c7 = Vector512.FusedMultiplyAdd(c7, a, b);
            c8 = Vector512.FusedMultiplyAdd(c8, a, b);
            c9 = Vector512.FusedMultiplyAdd(c9, a, b);
            c10 = Vector512.FusedMultiplyAdd(c10, a, b);
            c11 = Vector512.FusedMultiplyAdd(c11, a, b);
        }

        Volatile.Write(ref _sink, Vector512.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run256()
    {
        var (a, b) = (Vector256.Create(0.999f), Vector256.Create(0.001f));
        var (c0, c1, c2, c3, c4, c5) = (a, a, a, a, a, a);
        var (c6, c7, c8, c9, c10, c11) = (b, b, b, b, b, b);
        for (var i = 0; i < Rounds; i++)
        {
            c0 = Vector256.FusedMultiplyAdd(c0, a, b);
            c1 = Vector256.FusedMultiplyAdd(c1, a, b);
            c2 = Vector256.FusedMultiplyAdd(c2, a, b);
            c3 = Vector256.FusedMultiplyAdd(c3, a, b);
            c4 = Vector256.FusedMultiplyAdd(c4, a, b);
            c5 = Vector256.FusedMultiplyAdd(c5, a, b);
            c6 = Vector256.FusedMultiplyAdd(c6, a, b);
            c7 = Vector256.FusedMultiplyAdd(c7, a, b);
            c8 = Vector256.FusedMultiplyAdd(c8, a, b);
            c9 = Vector256.FusedMultiplyAdd(c9, a, b);
            c10 = Vector256.FusedMultiplyAdd(c10, a, b);
            c11 = Vector256.FusedMultiplyAdd(c11, a, b);
        }

        Volatile.Write(ref _sink, Vector256.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11));
    }
}
