using System.Runtime.CompilerServices;

namespace GymBridge.Torch.Managed;

internal readonly struct ExpFn : IVectorOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<S, V>(V x)
        where S : struct, ISimd<V, float> => VecMath.Exp<S, V>(x);

    public static double Apply(double x) => DMath.Exp(x);
}

internal readonly struct LogFn : IVectorOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<S, V>(V x)
        where S : struct, ISimd<V, float> => VecMath.Log<S, V>(x);

    public static double Apply(double x) => DMath.Log(x);
}

internal readonly struct TanhFn : IVectorOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<S, V>(V x)
        where S : struct, ISimd<V, float> => VecMath.Tanh<S, V>(x);

    public static double Apply(double x) => DMath.Tanh(x);
}

internal readonly struct SigmoidFn : IVectorOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<S, V>(V x)
        where S : struct, ISimd<V, float> => VecMath.Sigmoid<S, V>(x);

    public static double Apply(double x) => DMath.Sigmoid(x);
}

internal readonly struct SqrtFn : IVectorOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<S, V>(V x)
        where S : struct, ISimd<V, float> => S.Sqrt(x);

    public static double Apply(double x) => Math.Sqrt(x);
}

internal readonly struct NegFn : IVectorOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<S, V>(V x)
        where S : struct, ISimd<V, float> => S.Neg(x);

    public static double Apply(double x) => -x;
}

internal readonly struct AbsFn : IVectorOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<S, V>(V x)
        where S : struct, ISimd<V, float> => S.Abs(x);

    public static double Apply(double x) => Math.Abs(x);
}

internal readonly struct ReluFn : IVectorOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<S, V>(V x)
        where S : struct, ISimd<V, float> => S.Select(S.Lt(x, S.Set(0f)), S.Set(0f), x);

    public static double Apply(double x) => x < 0 ? 0 : x;
}

internal readonly struct SquareFn : IVectorOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<S, V>(V x)
        where S : struct, ISimd<V, float> => S.Mul(x, x);

    public static double Apply(double x) => x * x;
}

internal readonly struct ReciprocalFn : IVectorOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<S, V>(V x)
        where S : struct, ISimd<V, float> => S.Div(S.Set(1f), x);

    public static double Apply(double x) => 1 / x;
}

internal readonly struct FloorFn : IVectorOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<S, V>(V x)
        where S : struct, ISimd<V, float> => S.Floor(x);

    public static double Apply(double x) => Math.Floor(x);
}

internal readonly struct CeilFn : IVectorOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<S, V>(V x)
        where S : struct, ISimd<V, float> => S.Ceil(x);

    public static double Apply(double x) => Math.Ceiling(x);
}

internal readonly struct RoundFn : IVectorOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<S, V>(V x)
        where S : struct, ISimd<V, float> => S.Round(x);

    public static double Apply(double x) => Math.Round(x);
}

internal readonly struct TruncFn : IVectorOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<S, V>(V x)
        where S : struct, ISimd<V, float> => S.Trunc(x);

    public static double Apply(double x) => Math.Truncate(x);
}

internal readonly struct SignFn : IScalarOp
{
    public static double Apply(double x) => double.IsNaN(x) ? 0 : Math.Sign(x);
}

internal readonly struct RsqrtFn : IScalarOp
{
    public static double Apply(double x) => 1 / Math.Sqrt(x);
}

internal readonly struct Exp2Fn : IScalarOp
{
    public static double Apply(double x) => Math.Pow(2, x);
}

internal readonly struct Expm1Fn : IScalarOp
{
    public static double Apply(double x) => DMath.Expm1(x);
}

internal readonly struct Log1pFn : IScalarOp
{
    public static double Apply(double x) => DMath.Log1p(x);
}

internal readonly struct Log2Fn : IScalarOp
{
    public static double Apply(double x) => Math.Log2(x);
}

internal readonly struct Log10Fn : IScalarOp
{
    public static double Apply(double x) => Math.Log10(x);
}

internal readonly struct SinFn : IScalarOp
{
    public static double Apply(double x) => DMath.Sin(x);
}

internal readonly struct CosFn : IScalarOp
{
    public static double Apply(double x) => DMath.Cos(x);
}

internal readonly struct TanFn : IScalarOp
{
    public static double Apply(double x) => Math.Tan(x);
}

internal readonly struct AsinFn : IScalarOp
{
    public static double Apply(double x) => Math.Asin(x);
}

internal readonly struct AcosFn : IScalarOp
{
    public static double Apply(double x) => Math.Acos(x);
}

internal readonly struct AtanFn : IScalarOp
{
    public static double Apply(double x) => Math.Atan(x);
}

internal readonly struct SinhFn : IScalarOp
{
    public static double Apply(double x) => Math.Sinh(x);
}

internal readonly struct CoshFn : IScalarOp
{
    public static double Apply(double x) => Math.Cosh(x);
}

internal readonly struct AsinhFn : IScalarOp
{
    public static double Apply(double x) => Math.Asinh(x);
}

internal readonly struct AcoshFn : IScalarOp
{
    public static double Apply(double x) => Math.Acosh(x);
}

internal readonly struct AtanhFn : IScalarOp
{
    public static double Apply(double x) => 0.5 * (DMath.Log1p(x) - DMath.Log1p(-x));
}

internal readonly struct ErfFn : IScalarOp
{
    public static double Apply(double x) => DMath.Erf(x);
}

internal readonly struct ErfcFn : IScalarOp
{
    public static double Apply(double x) => DMath.Erfc(x);
}

internal readonly struct ErfInvFn : IScalarOp
{
    public static double Apply(double x) => DMath.ErfInv(x);
}

internal readonly struct LogGammaFn : IScalarOp
{
    public static double Apply(double x) => DMath.LogGamma(x);
}

internal readonly struct DigammaFn : IScalarOp
{
    public static double Apply(double x) => DMath.Digamma(x);
}

internal readonly struct FracFn : IScalarOp
{
    public static double Apply(double x) => x - Math.Truncate(x);
}

internal readonly struct LogSigmoidFn : IScalarOp
{
    public static double Apply(double x) => Math.Min(x, 0) - DMath.Log1p(DMath.Exp(-Math.Abs(x)));
}

internal readonly struct GeluFn : IScalarOp
{
    public static double Apply(double x) => 0.5 * x * DMath.Erfc(-x * 0.70710678118654752440);
}

internal readonly struct GeluTanhFn : IScalarOp
{
    public static double Apply(double x) => 0.5 * x * (1 + DMath.Tanh(0.79788456080286535588 * (x + (0.044715 * x * x * x))));
}

internal readonly struct SiluFn : IScalarOp
{
    public static double Apply(double x) => x / (1 + DMath.Exp(-x));
}

internal readonly struct MishFn : IScalarOp
{
    public static double Apply(double x) => x * DMath.Tanh(x > 20 ? x : DMath.Log1p(DMath.Exp(x)));
}

internal readonly struct Deg2radFn : IScalarOp
{
    public static double Apply(double x) => x * (Math.PI / 180);
}

internal readonly struct Rad2degFn : IScalarOp
{
    public static double Apply(double x) => x * (180 / Math.PI);
}
