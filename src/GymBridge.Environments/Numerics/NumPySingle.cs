namespace GymBridge.Environments.Numerics;

/// <summary>NumPy's float32 sine and cosine, which are its own polynomials and not the C library's.</summary>
/// <remarks>Source: <c>numpy/_core/src/umath/loops_trigonometric.dispatch.c.src</c> 2.4, as built for AVX2 with FMA and AVX-512:
/// Cody-Waite reduction by pi/2 and minimax polynomials; beyond 71476 the C library. The tests cover angles up to 1000.</remarks>
internal static class NumPySingle
{
    private const float LargestReduced = 71476.0625f;

    /// <summary><c>np.cos(np.float32(x))</c>.</summary>
    public static float Cos(float x) => Math.Abs(x) <= LargestReduced ? Evaluate(x, 1) : MathF.Cos(x);

    /// <summary><c>np.sin(np.float32(x))</c>.</summary>
    public static float Sin(float x) => Math.Abs(x) <= LargestReduced ? Evaluate(x, 0) : MathF.Sin(x);

    private static float Evaluate(float x, int shift)
    {
        // Adding 1.5 * 2^23 rounds to the nearest quadrant.
        const float Magic = 12582912f;
        var quadrant = (x * 0.636619747f) + Magic - Magic;
        var r = MathF.FusedMultiplyAdd(quadrant, BitConverter.UInt32BitsToSingle(0xBFC90FD8), x); // -0x1.921fb0p+00
        r = MathF.FusedMultiplyAdd(quadrant, BitConverter.UInt32BitsToSingle(0xB4A8885A), r); // -0x1.5110b4p-22
        r = MathF.FusedMultiplyAdd(quadrant, BitConverter.UInt32BitsToSingle(0xA7C234C4), r); // -0x1.846988p-48
        var place = (int)quadrant + shift;
        var square = r * r;
        var value = (place & 1) == 0 ? SinePolynomial(r, square) : CosinePolynomial(square);
        return (place & 2) == 0 ? value : -value;
    }

    private static float CosinePolynomial(float square)
    {
        var y = MathF.FusedMultiplyAdd(BitConverter.UInt32BitsToSingle(0x37CC730B), square, BitConverter.UInt32BitsToSingle(0xBAB6036E));
        y = MathF.FusedMultiplyAdd(y, square, BitConverter.UInt32BitsToSingle(0x3D2AAA9E));
        y = MathF.FusedMultiplyAdd(y, square, -0.5f);
        return MathF.FusedMultiplyAdd(y, square, 1f);
    }

    private static float SinePolynomial(float r, float square)
    {
        var y = MathF.FusedMultiplyAdd(BitConverter.UInt32BitsToSingle(0x363E9DDE), square, BitConverter.UInt32BitsToSingle(0xB95035DD));
        y = MathF.FusedMultiplyAdd(y, square, BitConverter.UInt32BitsToSingle(0x3C0888CD));
        y = MathF.FusedMultiplyAdd(y, square, BitConverter.UInt32BitsToSingle(0xBE2AAAAB));
        return MathF.FusedMultiplyAdd(y * square, r, r);
    }
}
