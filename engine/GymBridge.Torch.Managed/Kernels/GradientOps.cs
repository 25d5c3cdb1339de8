using System.Runtime.CompilerServices;

namespace GymBridge.Torch.Managed;

/// <summary>The gradient of an activation, of the gradient of its result and of the result.</summary>
internal interface IGradientOp
{
    static abstract V Of<S, V>(V g, V y)
        where S : struct, ISimd<V, float>;
}

/// <summary>g * (1 - y * y).</summary>
internal readonly struct TanhGradient : IGradientOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<S, V>(V g, V y)
        where S : struct, ISimd<V, float> => S.Mul(g, S.Fma(S.Neg(y), y, S.Set(1)));
}

/// <summary>g where y is positive (or NaN), 0 elsewhere.</summary>
internal readonly struct ReluGradient : IGradientOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<S, V>(V g, V y)
        where S : struct, ISimd<V, float> => S.Select(S.Le(y, S.Set(0)), S.Set(0), g);
}
