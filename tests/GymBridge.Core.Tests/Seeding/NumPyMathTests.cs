using System.Runtime.InteropServices;
using System.Security.Cryptography;
using GymBridge.Seeding;

namespace GymBridge.Core.Tests.Seeding;

public sealed class NumPyMathTests
{
    // C99, annex F.9.3.9.
    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(-1.0, double.NegativeInfinity)]
    [InlineData(-1.5, double.NaN)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(double.NegativeInfinity, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(1e-300, 1e-300)]
    [InlineData(-1e-300, -1e-300)]
    [InlineData(5e-324, 5e-324)]
    public void Log1P_EdgeCase_IsExact(double x, double expected) => Assert.Equal(expected, NumPyMath.Log1P(x));

    [Fact]
    public void Log1P_NegativeZero_KeepsItsSign() => Assert.True(double.IsNegative(NumPyMath.Log1P(-0.0)));

    [Fact]
    public void Log1P_OneMillionInputs_EqualGlibcs()
    {
        const int Count = 1_000_000;
        var script = new DrawScript(1);
        var results = new double[Count];
        for (var i = 0; i < Count; i++)
        {
            results[i] = NumPyMath.Log1P(Log1PInput(script));
        }

        Assert.Equal(GoldenNumbers.Instance.Log1pSha256, Digest(results));
    }

    [Fact]
    public void PairwiseSum_LengthsAroundEveryBlock_EqualNpSum()
    {
        var script = new DrawScript(2);
        int[] lengths = [.. Enumerable.Range(0, 301), 1000, 1023, 4096, 20_000];
        var sums = lengths
            .Select(n => NumPyMath.PairwiseSum<double>([.. Enumerable.Range(0, n).Select(_ => script.NextUnit() - 0.25)]))
            .ToArray();

        Assert.Equal(GoldenNumbers.Instance.PairwiseSha256, Digest(sums));
    }

    // log1p_input() of golden/generate.py.
    private static double Log1PInput(DrawScript script)
    {
        var unit = script.NextUnit();
        var kind = script.Next() % 4;
        var sign = script.Next() % 2;
        if (kind == 0)
        {
            return -unit;
        }

        if (kind == 1)
        {
            return sign == 1 ? unit : -unit * 0.34;
        }

        var x = Math.ScaleB(1.0 + unit, (int)(script.Next() % 120) - 60);
        return kind == 2 && x < 1.0 ? -x : x;
    }

    private static string Digest(double[] values) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan())));
}
