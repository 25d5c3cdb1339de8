using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GymBridge.Torch.Managed;

internal readonly struct AddOp : IBinaryOp
{
    public static bool Vectorized => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Vector<S, V, T>(V a, V b)
        where S : struct, ISimd<V, T>
        where T : unmanaged => S.Add(a, b);

    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => a + b;
}

internal readonly struct SubOp : IBinaryOp
{
    public static bool Vectorized => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Vector<S, V, T>(V a, V b)
        where S : struct, ISimd<V, T>
        where T : unmanaged => S.Sub(a, b);

    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => a - b;
}

internal readonly struct MulOp : IBinaryOp
{
    public static bool Vectorized => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Vector<S, V, T>(V a, V b)
        where S : struct, ISimd<V, T>
        where T : unmanaged => S.Mul(a, b);

    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => a * b;
}

internal readonly struct DivOp : IBinaryOp
{
    public static bool Vectorized => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Vector<S, V, T>(V a, V b)
        where S : struct, ISimd<V, T>
        where T : unmanaged => S.Div(a, b);

    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => a / b;
}

/// <summary>NaN wins; of equal operands the first.</summary>
internal readonly struct MaximumOp : IBinaryOp
{
    public static bool Vectorized => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Vector<S, V, T>(V a, V b)
        where S : struct, ISimd<V, T>
        where T : unmanaged => S.Select(S.Eq(a, a), S.Select(S.Eq(b, b), S.Select(S.Lt(a, b), b, a), b), a);

    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => a < b ? b : a;
}

/// <inheritdoc cref="MaximumOp"/>
internal readonly struct MinimumOp : IBinaryOp
{
    public static bool Vectorized => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Vector<S, V, T>(V a, V b)
        where S : struct, ISimd<V, T>
        where T : unmanaged => S.Select(S.Eq(a, a), S.Select(S.Eq(b, b), S.Select(S.Lt(b, a), b, a), b), a);

    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => b < a ? b : a;
}

/// <summary>An operation that has no vector form: rows go through <see cref="IBinaryOp.Scalar"/>.</summary>
internal interface IScalarOnlyOp : IBinaryOp
{
    static bool IBinaryOp.Vectorized => false;

    static V IBinaryOp.Vector<S, V, T>(V a, V b) =>
        throw new InvalidOperationException("Bug in GymBridge: an operation without a vector form was asked for one.");
}

internal readonly struct FMaxOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => T.IsNaN(a) ? b : T.IsNaN(b) || a >= b ? a : b;
}

internal readonly struct FMinOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => T.IsNaN(a) ? b : T.IsNaN(b) || a <= b ? a : b;
}

/// <summary>The remainder with the sign of the dividend.</summary>
internal readonly struct FmodOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => Numbers.Fmod(a, b);
}

/// <summary>The remainder with the sign of the divisor.</summary>
internal readonly struct RemainderOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T>
    {
        var r = Numbers.Fmod(a, b);
        return r != T.Zero && (r < T.Zero) != (b < T.Zero) ? r + b : r;
    }
}

internal readonly struct FloorDivideOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T>
    {
        if (!Numbers.IsFloat<T>())
        {
            Numbers.CheckDivisor(b);
            var q = b == -T.One ? -a : a / b;
            return q * b != a && (a < T.Zero) != (b < T.Zero) ? q - T.One : q;
        }
        if (b == T.Zero)
            return a / b;
        var mod = a % b;
        var div = (a - mod) / b;
        if (mod != T.Zero && (b < T.Zero) != (mod < T.Zero))
            div -= T.One;
        if (div == T.Zero)
            return Numbers.CopySign(T.Zero, a / b);
        var floor = Numbers.Floor(div);
        return div - floor > Numbers.Half<T>() ? floor + T.One : floor;
    }
}

internal readonly struct TruncDivideOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T>
    {
        if (Numbers.IsFloat<T>())
            return Numbers.Truncate(a / b);
        Numbers.CheckDivisor(b);
        return b == -T.One ? -a : a / b;
    }
}

internal readonly struct PowOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => Numbers.Pow(a, b);
}

internal readonly struct Atan2Op : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => T.CreateTruncating(Math.Atan2(double.CreateTruncating(a), double.CreateTruncating(b)));
}

internal readonly struct HypotOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => T.CreateTruncating(double.Hypot(double.CreateTruncating(a), double.CreateTruncating(b)));
}

internal readonly struct LogAddExpOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T>
    {
        var x = double.CreateTruncating(a);
        var y = double.CreateTruncating(b);
        if (double.IsInfinity(x) && x == y)
            return a;
        var m = Math.Max(x, y);
        return T.CreateTruncating(m + DMath.Log1p(DMath.Exp(-Math.Abs(x - y))));
    }
}

internal readonly struct XlogyOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> =>
            T.IsNaN(b) ? b : a == T.Zero ? T.Zero : T.CreateTruncating(double.CreateTruncating(a) * DMath.Log(double.CreateTruncating(b)));
}

internal readonly struct CopySignOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => Numbers.CopySign(a, b);
}

internal readonly struct GcdOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T>
    {
        while (!T.IsZero(b))
            (a, b) = (b, a % b);
        return T.Abs(a);
    }
}

internal readonly struct LcmOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => T.IsZero(a) || T.IsZero(b) ? T.Zero : T.Abs(a / GcdOp.Scalar(a, b) * b);
}

internal readonly struct NextAfterOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T>
    {
        if (T.IsNaN(a) || T.IsNaN(b))
            return a + b;
        if (a == b)
            return b;
        var isUp = b > a;
        return a switch
        {
            float x => (T)(object)(isUp ? MathF.BitIncrement(x) : MathF.BitDecrement(x)),
            double x => (T)(object)(isUp ? Math.BitIncrement(x) : Math.BitDecrement(x)),
            _ => throw new InvalidOperationException("Bug in GymBridge: nextafter of integers."),
        };
    }
}

internal readonly struct BitAndOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => T.CreateTruncating(long.CreateTruncating(a) & long.CreateTruncating(b));
}

internal readonly struct BitOrOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => T.CreateTruncating(long.CreateTruncating(a) | long.CreateTruncating(b));
}

internal readonly struct BitXorOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => T.CreateTruncating(long.CreateTruncating(a) ^ long.CreateTruncating(b));
}

internal readonly struct ShiftLeftOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => T.CreateTruncating(long.CreateTruncating(b) is var s && (s < 0 || s > 63) ? 0 : long.CreateTruncating(a) << (int)s);
}

internal readonly struct ShiftRightOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T> => T.CreateTruncating(long.CreateTruncating(a) >> (int)Math.Clamp(long.CreateTruncating(b), 0, 63));
}

internal readonly struct EqOp : ICompareOp
{
    public static bool Vectorized => true;

    public static bool Test<T>(T a, T b)
        where T : unmanaged, INumber<T> => a == b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Mask(Vector128<float> a, Vector128<float> b) => Vector128.Equals(a, b);
}

internal readonly struct NeOp : ICompareOp
{
    public static bool Vectorized => true;

    public static bool Test<T>(T a, T b)
        where T : unmanaged, INumber<T> => a != b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Mask(Vector128<float> a, Vector128<float> b) => ~Vector128.Equals(a, b);
}

internal readonly struct LtOp : ICompareOp
{
    public static bool Vectorized => true;

    public static bool Test<T>(T a, T b)
        where T : unmanaged, INumber<T> => a < b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Mask(Vector128<float> a, Vector128<float> b) => Vector128.LessThan(a, b);
}

internal readonly struct LeOp : ICompareOp
{
    public static bool Vectorized => true;

    public static bool Test<T>(T a, T b)
        where T : unmanaged, INumber<T> => a <= b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Mask(Vector128<float> a, Vector128<float> b) => Vector128.LessThanOrEqual(a, b);
}

internal readonly struct GtOp : ICompareOp
{
    public static bool Vectorized => true;

    public static bool Test<T>(T a, T b)
        where T : unmanaged, INumber<T> => a > b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Mask(Vector128<float> a, Vector128<float> b) => Vector128.GreaterThan(a, b);
}

internal readonly struct GeOp : ICompareOp
{
    public static bool Vectorized => true;

    public static bool Test<T>(T a, T b)
        where T : unmanaged, INumber<T> => a >= b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Mask(Vector128<float> a, Vector128<float> b) => Vector128.GreaterThanOrEqual(a, b);
}

internal readonly struct LogicalAndOp : ICompareOp
{
    public static bool Test<T>(T a, T b)
        where T : unmanaged, INumber<T> => a != T.Zero && b != T.Zero;
}

internal readonly struct LogicalOrOp : ICompareOp
{
    public static bool Test<T>(T a, T b)
        where T : unmanaged, INumber<T> => a != T.Zero || b != T.Zero;
}

internal readonly struct LogicalXorOp : ICompareOp
{
    public static bool Test<T>(T a, T b)
        where T : unmanaged, INumber<T> => a != T.Zero != (b != T.Zero);
}

/// <summary>Arithmetic that INumber does not have, resolved by the JIT for each type.</summary>
internal static class Numbers
{
    public static bool IsFloat<T>() => typeof(T) == typeof(float) || typeof(T) == typeof(double);

    public static T Half<T>()
        where T : unmanaged, INumber<T> => T.One / (T.One + T.One);

    public static void CheckDivisor<T>(T b)
        where T : unmanaged, INumber<T>
    {
        if (b == T.Zero)
            throw Errors.Libtorch("ZeroDivisionError");
    }

    public static T Fmod<T>(T a, T b)
        where T : unmanaged, INumber<T>
    {
        if (IsFloat<T>())
            return a % b;
        CheckDivisor(b);
        return b == -T.One ? T.Zero : a % b;
    }

    public static T Floor<T>(T a)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            var r = MathF.Floor(Unsafe.As<T, float>(ref a));
            return Unsafe.As<float, T>(ref r);
        }
        if (typeof(T) == typeof(double))
        {
            var r = Math.Floor(Unsafe.As<T, double>(ref a));
            return Unsafe.As<double, T>(ref r);
        }
        return a;
    }

    public static T Truncate<T>(T a)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            var r = MathF.Truncate(Unsafe.As<T, float>(ref a));
            return Unsafe.As<float, T>(ref r);
        }
        if (typeof(T) == typeof(double))
        {
            var r = Math.Truncate(Unsafe.As<T, double>(ref a));
            return Unsafe.As<double, T>(ref r);
        }
        return a;
    }

    public static T CopySign<T>(T a, T b)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            var r = MathF.CopySign(Unsafe.As<T, float>(ref a), Unsafe.As<T, float>(ref b));
            return Unsafe.As<float, T>(ref r);
        }
        if (typeof(T) == typeof(double))
        {
            var r = Math.CopySign(Unsafe.As<T, double>(ref a), Unsafe.As<T, double>(ref b));
            return Unsafe.As<double, T>(ref r);
        }
        return a;
    }

    public static T Pow<T>(T a, T b)
        where T : unmanaged, INumber<T>
    {
        if (IsFloat<T>())
            return T.CreateTruncating(Math.Pow(double.CreateTruncating(a), double.CreateTruncating(b)));
        var e = long.CreateTruncating(b);
        if (e < 0)
            return a == T.One ? T.One : a == -T.One ? ((e & 1) == 0 ? T.One : -T.One) : T.Zero;
        // Wraps, as C does.
        var x = long.CreateTruncating(a);
        long r = 1;
        for (; e > 0; e >>= 1)
        {
            if ((e & 1) != 0)
                r *= x;
            x *= x;
        }
        return T.CreateTruncating(r);
    }
}

/// <summary>-(t log x + (1 - t) log(1 - x)), each logarithm at least -100.</summary>
internal readonly struct BceOp : IScalarOnlyOp
{
    public static T Scalar<T>(T a, T b)
        where T : unmanaged, INumber<T>
    {
        var x = double.CreateTruncating(a);
        var t = double.CreateTruncating(b);
        return T.CreateTruncating(((t - 1) * Math.Max(DMath.Log1p(-x), -100)) - (t * Math.Max(DMath.Log(x), -100)));
    }
}
