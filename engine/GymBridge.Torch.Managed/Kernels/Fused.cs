using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace GymBridge.Torch.Managed;

/// <summary>
/// a * b + c of float32 with one rounding, also where the processor has no such instruction and the runtime would call the C library for
/// every number. The product of two floats is exact in double: 48 bits, and 2^-298 to 2^256. So is everything but one addition:
/// s is a * b + c rounded to double, and what remains is to round it to float as if from the exact sum.
/// </summary>
internal static class Fused
{
    private static bool Hardware => Fma.IsSupported || AdvSimd.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float a, float b, float c) => Hardware ? MathF.FusedMultiplyAdd(a, b, c) : Exact(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Hardware ? Vector128.FusedMultiplyAdd(a, b, c) : Emulated(a, b, c);

    /// <summary>
    /// Rounds the sum to odd before it becomes a float, which is then the exact sum rounded once (Boldo and Melquiond 2008, "Emulation of FMA
    /// and correctly rounded sums: proved algorithms using rounding to odd": 53 bits are at least two more than 24, and than the fewer of a
    /// subnormal). To round to odd is to cut off towards zero and to set the last bit where something was cut off; the error of the
    /// addition, exact by Knuth's TwoSum, says both. Nothing overflows or underflows in double; of an infinity or a NaN the error is NaN, and
    /// the sum stays as it is.
    /// </summary>
    public static float Exact(float a, float b, float c)
    {
        var p = (double)a * b;
        var s = p + c;
        var t = s - p;
        var error = (p - (s - t)) + (c - t);
        if (!(error < 0 || error > 0))
            return (float)s;
        var bits = BitConverter.DoubleToInt64Bits(s);
        if ((error < 0) != (s < 0))
            bits--;
        return (float)BitConverter.Int64BitsToDouble(bits | 1);
    }

    /// <summary>
    /// Four at once. Rounding is monotonic, and a number halfway between two floats is a double: as long as s is not itself halfway, it is on
    /// the same side as the exact sum and rounds to the same float. Halfway are, in the range of normal floats, those whose last 29 bits are
    /// 1 and zeros; where there is one of those, or one below that range but zero, the sums are rounded to odd first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Emulated(Vector128<float> a, Vector128<float> b, Vector128<float> c)
    {
        if (Avx.IsSupported)
        {
            var s = Avx.Add(Avx.Multiply(Avx.ConvertToVector256Double(a), Avx.ConvertToVector256Double(b)), Avx.ConvertToVector256Double(c));
            return (Doubtful(s.GetLower()) | Doubtful(s.GetUpper())) == Vector128<int>.Zero ? Avx.ConvertToVector128Single(s) : Careful(a, b, c);
        }
        var low = (Vector128.WidenLower(a) * Vector128.WidenLower(b)) + Vector128.WidenLower(c);
        var high = (Vector128.WidenUpper(a) * Vector128.WidenUpper(b)) + Vector128.WidenUpper(c);
        return (Doubtful(low) | Doubtful(high)) == Vector128<int>.Zero ? Vector128.Narrow(low, high) : Careful(a, b, c);
    }

    /// <summary>Lower halves of a double: last 29 bits 0x10000000. Upper halves: above zero, below 2^-126. Both as one unsigned range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Doubtful(Vector128<double> s)
    {
        var fields = s.AsInt32() & Vector128.Create(0x1FFFFFFF, 0x7FFFFFFF, 0x1FFFFFFF, 0x7FFFFFFF);
        var from = fields + Vector128.Create(0x70000000, int.MaxValue, 0x70000000, int.MaxValue);
        return Vector128.LessThan(from, Vector128.Create(int.MinValue + 1, int.MinValue + 0x380FFFFF, int.MinValue + 1, int.MinValue + 0x380FFFFF));
    }

    /// <summary><see cref="Exact"/> for each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Careful(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.Narrow(
        RoundedToOdd(Vector128.WidenLower(a) * Vector128.WidenLower(b), Vector128.WidenLower(c)),
        RoundedToOdd(Vector128.WidenUpper(a) * Vector128.WidenUpper(b), Vector128.WidenUpper(c)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> RoundedToOdd(Vector128<double> p, Vector128<double> c)
    {
        var s = p + c;
        var t = s - p;
        var error = (p - (s - t)) + (c - t);
        var inexact = (
            Vector128.LessThan(error, Vector128<double>.Zero) | Vector128.GreaterThan(error, Vector128<double>.Zero)).AsInt64() & Vector128<long>.One;
        var away = (s.AsInt64() ^ error.AsInt64()) >>> 63;
        return ((s.AsInt64() - (away & inexact)) | inexact).AsDouble();
    }
}
