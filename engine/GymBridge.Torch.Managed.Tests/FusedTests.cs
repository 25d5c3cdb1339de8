using System.Runtime.Intrinsics;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>The multiply-add of processors that have none, against the one rounding of IEEE 754.</summary>
public class FusedTests
{
    /// <summary>Around every border: zeros, subnormals, the smallest normal, one, halves of ulps, the largest, infinity, NaN.</summary>
    private static readonly float[] Edges =
    [
        0f, float.Epsilon, 2 * float.Epsilon, 3
            * float.Epsilon, 5.877472e-39f, 1.1754942e-38f, 1.17549435e-38f, 1.1754945e-38f, 1.5e-23f, 1e-20f, 3.0517578e-05f, 5.9604645e-08f, 1.1920929e-07f,
        0.49999997f, 0.5f, 0.99999994f, 1f, 1.0000001f, 1.5f, 2f, 3f, 4097f, 8193f, 16777215f, 16777216f, 1.8446742e19f, 1.8446744e19f,
        1.7014118e38f, 3.4028233e38f, float.MaxValue, float.PositiveInfinity, float.NaN,
    ];

    [Fact]
    public void Emulated_EdgeValues_AreRoundedOnce()
    {
        var values = Edges.Concat(Edges.Select(x => -x)).ToArray();
        foreach (var a in values)
        {
            foreach (var b in values)
            {
                foreach (var c in values)
                {
                    Check(a, b, c);
                }
            }
        }
    }

    [Fact]
    public void Emulated_RandomBits_AreRoundedOnce()
    {
        var random = new Random(1);
        for (var i = 0; i < 1_000_000; i++)
        {
            Check(Any(random), Any(random), Any(random));
        }
    }

    /// <summary>Few significant bits and near exponents: ties, cancellation and subnormal results are common.</summary>
    [Fact]
    public void Emulated_NearTies_AreRoundedOnce()
    {
        var random = new Random(2);
        for (var i = 0; i < 1_000_000; i++)
        {
            var (a, b) = (Short(random), Short(random));
            var c = i % 3 == 0 ? -(a * b) : Short(random) * MathF.ScaleB(1, random.Next(-60, 60));
            var scale = i % 2 == 0 ? 1 : MathF.ScaleB(1, random.Next(-75, -55));
            Check(a * scale, b * scale, i % 4 < 2 ? c : c * scale * scale);
        }
    }

    private static float Any(Random random) => BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32));

    private static float Short(Random random)
    {
        var x = random.Next(1, 1 << random.Next(1, 25)) * (random.Next(2) == 0 ? 1f : -1f);
        return random.Next(2) == 0 ? x : BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(x) + random.Next(-1, 2));
    }

    private static void Check(float a, float b, float c)
    {
        var expected = MathF.FusedMultiplyAdd(a, b, c);
        var vector = Fused.Emulated(Vector128.Create(1f, a, 0f, 2f), Vector128.Create(1f, b, 3f, 2f), Vector128.Create(1f, c, 0f, 2f));
        if (!Same(expected, Fused.Exact(a, b, c)) || !Same(expected, vector[1]) || vector[0] != 2 || vector[2] != 0 || vector[3] != 6)
        {
            Assert.Fail($"{a:R} * {b:R} + {c:R} is {expected:R}, but the emulation gave {Fused.Exact(a, b, c):R} and {vector}.");
        }
    }

    private static bool Same(float x, float y) => BitConverter.SingleToInt32Bits(x) == BitConverter.SingleToInt32Bits(y) || (float.IsNaN(x) && float.IsNaN(y));
}
