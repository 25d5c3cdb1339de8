using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GymBridge.Environments.Numerics;
using GymBridge.Seeding;

namespace GymBridge.Environments.Tests.Numerics;

public class LibmTrigonometryTests
{
    [Fact]
    public void SinSinAndCos_OfAnyAngles_HaveTheBitsOfTheLibrary()
    {
        if (!LibmTrigonometry.IsExact)
        {
            // Elsewhere the library is called instead; that this is right on glibc with FMA is asserted below.
            return;
        }

        var rng = new Rng(7);
        Span<double> angles = stackalloc double[8];
        for (var i = 0; i < 400_000; i++)
        {
            var size = (i % 4) switch { 0 => LibmTrigonometry.Limit, 1 => 0.1265, 2 => 0.01, _ => Math.ScaleB(1.0, -(i % 80) - 3) };
            rng.Uniform(-size, size, angles);
            var (sines, cosines) = SinCos(angles);
            for (var lane = 0; lane < 8; lane++)
            {
                var expected = (Math.Sin(angles[lane]), Math.Cos(angles[lane]));
                if (expected != (sines[lane], cosines[lane]) || expected != LibmTrigonometry.SinCos(angles[lane]))
                {
                    Assert.Fail($"sin or cos of {angles[lane]:R} differs from the library's.");
                }
            }
        }
    }

    [Fact]
    public void SinAndCos_OfAnyAngles_HaveTheBitsOfTheLibrary()
    {
        if (!LibmTrigonometry.IsExact)
        {
            return;
        }

        var rng = new Rng(8);
        Span<double> angles = stackalloc double[8];
        for (var i = 0; i < 400_000; i++)
        {
            var size = (i % 8) switch
            {
                0 => LibmTrigonometry.AnyLimit,
                1 => 100.0,
                2 => 0.86,
                3 => Math.ScaleB(1.0, -(i % 80) - 3),
                _ => 4.0,
            };
            rng.Uniform(-size, size, angles);
            if (i % 3 == 0)
            {
                // Close to the multiples of pi / 2.
                foreach (ref var angle in angles)
                {
                    angle = (Math.Round(angle / (Math.PI / 2)) * (Math.PI / 2)) + (angle / size * 1e-4);
                }
            }

            AssertAny(angles);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(double.Epsilon)]
    [InlineData(0.126)]
    [InlineData(0.85546875)]
    [InlineData(2.426265)]
    [InlineData(2.4262638092041016)]
    [InlineData(Math.PI / 4)]
    [InlineData(Math.PI / 2)]
    [InlineData((Math.PI / 2) - 0.126)]
    [InlineData(Math.PI)]
    [InlineData(3 * Math.PI / 2)]
    [InlineData(3.6)]
    [InlineData(LibmTrigonometry.AnyLimit)]
    public void SinAndCos_OfEdges_HaveTheBitsOfTheLibrary(double angle)
    {
        if (!LibmTrigonometry.IsExact)
        {
            return;
        }

        AssertAny([angle, -angle, Math.BitDecrement(angle), -Math.BitDecrement(angle), angle / 2, -angle / 2, angle / 3, angle / 5]);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(double.Epsilon)]
    [InlineData(-double.Epsilon)]
    [InlineData(0.126)]
    [InlineData(-0.126)]
    [InlineData(0.12599999999999997)]
    [InlineData(0.246)]
    [InlineData(-0.246)]
    [InlineData(0.00390625)]
    [InlineData(0.01171875)]
    [InlineData(0.24609374999999997)]
    public void SinCos_OfEdges_HasTheBitsOfTheLibrary(double angle)
    {
        if (!LibmTrigonometry.IsExact)
        {
            return;
        }

        var (sines, cosines) = SinCos([angle, angle, angle, angle, angle, angle, angle, angle]);
        Assert.Equal(BitConverter.DoubleToInt64Bits(Math.Sin(angle)), BitConverter.DoubleToInt64Bits(sines[3]));
        Assert.Equal(BitConverter.DoubleToInt64Bits(Math.Cos(angle)), BitConverter.DoubleToInt64Bits(cosines[3]));
        var (sin, cos) = LibmTrigonometry.SinCos(angle);
        Assert.Equal(BitConverter.DoubleToInt64Bits(Math.Sin(angle)), BitConverter.DoubleToInt64Bits(sin));
        Assert.Equal(BitConverter.DoubleToInt64Bits(Math.Cos(angle)), BitConverter.DoubleToInt64Bits(cos));
    }

    [Fact]
    public void SinCos_OfNegativeZero_KeepsTheSign()
    {
        if (!LibmTrigonometry.IsExact)
        {
            return;
        }

        var (sines, _) = SinCos(new double[8]);
        Assert.False(double.IsNegative(sines[0]));
        (sines, _) = SinCos([-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0]);
        Assert.True(double.IsNegative(sines[0]) && double.IsNegative(LibmTrigonometry.SinCos(-0.0).Sin));
    }

    // Of eight angles, at every width that this machine has.
    private static (double[] Sines, double[] Cosines) SinCos(ReadOnlySpan<double> angles)
    {
        var (from, sines, cosines) = (angles.ToArray(), new double[8], new double[8]);
        Fill<Doubles4, Vector256<double>>(from, sines, cosines);
        if (Vector512.IsHardwareAccelerated)
        {
            var (wideSines, wideCosines) = (new double[8], new double[8]);
            Fill<Doubles8, Vector512<double>>(from, wideSines, wideCosines);
            Assert.Equal(sines, wideSines);
            Assert.Equal(cosines, wideCosines);
        }

        return (sines, cosines);
    }

    private static void Fill<S, V>(double[] angles, double[] sines, double[] cosines)
        where S : struct, IDoubles<V>
        where V : struct
    {
        for (var at = 0; at < angles.Length; at += S.Count)
        {
            LibmTrigonometry.SinCos<S, V>(S.Load(angles, at), out var sin, out var cos);
            S.Store(sin, sines, at);
            S.Store(cos, cosines, at);
        }
    }

    private static void AssertAny(ReadOnlySpan<double> angles)
    {
        AssertAny<Doubles4, Vector256<double>>(angles.ToArray());
        if (Vector512.IsHardwareAccelerated)
        {
            AssertAny<Doubles8, Vector512<double>>(angles.ToArray());
        }
    }

    private static void AssertAny<S, V>(double[] angles)
        where S : struct, IDoubles<V>
        where V : struct
    {
        var (sines, cosines) = (new double[angles.Length], new double[angles.Length]);
        for (var at = 0; at < angles.Length; at += S.Count)
        {
            S.Store(LibmTrigonometry.Sin<S, V>(S.Load(angles, at)), sines, at);
            S.Store(LibmTrigonometry.Cos<S, V>(S.Load(angles, at)), cosines, at);
        }

        foreach (var (angle, sine, cosine) in angles.Zip(sines, cosines))
        {
            if (BitConverter.DoubleToInt64Bits(Math.Sin(angle)) != BitConverter.DoubleToInt64Bits(sine)
                || BitConverter.DoubleToInt64Bits(Math.Cos(angle)) != BitConverter.DoubleToInt64Bits(cosine))
            {
                Assert.Fail($"The sine or cosine of {angle:R} differs from the library's: {sine:R}, {cosine:R}.");
            }
        }
    }

    [Fact]
    public void IsExact_OnGlibcWithFma_IsTrue()
    {
        var isGlibc = RuntimeInformation.IsOSPlatform(OSPlatform.Linux) && RuntimeInformation.RuntimeIdentifier.Contains("linux-x64", StringComparison.Ordinal);
        Assert.True(LibmTrigonometry.IsExact || !isGlibc || !Fma.IsSupported || !Avx2.IsSupported);
    }
}
