using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GymBridge.Environments.Numerics;
using GymBridge.Seeding;

namespace GymBridge.Environments.Tests.Numerics;

public class LibmSquareTests
{
    [Fact]
    public void Of_ManyNumbers_HasTheBitsOfTheLibrarysPower()
    {
        var rng = new Rng(9);
        var numbers = new double[8];
        for (var i = 0; i < 200_000; i++)
        {
            var size = (i % 4) switch { 0 => 30.0, 1 => 3.2, 2 => 8.0, _ => Math.ScaleB(1.0, (i % 130) - 65) };
            rng.Uniform(-size, size, numbers);
            AssertSquares(numbers);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(double.Epsilon)]
    [InlineData(1e-160)]
    [InlineData(1e-15)]
    [InlineData(0.0625)]
    [InlineData(1.0)]
    [InlineData(16.0)]
    [InlineData(1e15)]
    [InlineData(1e200)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    public void Of_Edges_HasTheBitsOfTheLibrarysPower(double x) =>
        AssertSquares([x, -x, Math.BitDecrement(x), Math.BitIncrement(x), x / 3, x * 3, x / 2, (float)x]);

    [Fact]
    public void IsExact_OnGlibcWithFma_IsTrue()
    {
        var isGlibc = RuntimeInformation.IsOSPlatform(OSPlatform.Linux) && RuntimeInformation.RuntimeIdentifier.Contains("linux-x64", StringComparison.Ordinal);
        Assert.True(LibmSquare.IsExact || !isGlibc || !Fma.IsSupported);
    }

    private static void AssertSquares(double[] numbers)
    {
        if (Avx2.IsSupported)
        {
            AssertSquares<Doubles4, Vector256<double>>(numbers);
        }

        if (Vector512.IsHardwareAccelerated)
        {
            AssertSquares<Doubles8, Vector512<double>>(numbers);
        }

        foreach (var number in numbers)
        {
            AssertSame(number, Math.Pow(number, 2), LibmSquare.Of(number));
            AssertSame(number, MathF.Pow((float)number, 2), LibmSquare.Of((float)number));
        }
    }

    private static void AssertSquares<S, V>(double[] numbers)
        where S : struct, IDoubles<V>
        where V : struct
    {
        var (singles, squares) = (Array.ConvertAll(numbers, number => (double)(float)number), new double[numbers.Length]);
        for (var at = 0; at < numbers.Length; at += S.Count)
        {
            S.Store(LibmSquare.Of<S, V>(S.Load(numbers, at)), squares, at);
        }

        Assert.All(numbers.Zip(squares), pair => AssertSame(pair.First, Math.Pow(pair.First, 2), pair.Second));
        for (var at = 0; at < numbers.Length; at += S.Count)
        {
            S.Store(LibmSquare.OfSingle<S, V>(S.Load(singles, at)), squares, at);
        }

        Assert.All(singles.Zip(squares), pair => AssertSame(pair.First, MathF.Pow((float)pair.First, 2), pair.Second));
    }

    private static void AssertSame(double number, double expected, double actual)
    {
        if (!expected.Equals(actual))
        {
            Assert.Fail($"The square of {number:R} is {actual:R}, the library's {expected:R}.");
        }
    }
}
