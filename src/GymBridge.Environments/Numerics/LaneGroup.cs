using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GymBridge.Environments.Numerics;

/// <summary>Eight lanes that are stepped together with SIMD.</summary>
internal static class LaneGroup
{
    /// <summary>Lanes stepped together.</summary>
    public const int Size = 8;

    /// <summary>Whether groups are stepped with SIMD on this machine.</summary>
    public static bool IsVectorized { get; } = Vector256.IsHardwareAccelerated && LibmTrigonometry.IsExact;

    /// <summary>Whether the eight float64 from <paramref name="first"/> are below a size; a NaN is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreBelow<S, V>(double[] values, int first, double size)
        where S : struct, IDoubles<V>
        where V : struct
    {
        var below = 0u;
        for (var i = 0; i < Size; i += S.Count)
        {
            below |= S.Bits(S.LessThan(S.Abs(S.Load(values, first + i)), S.Create(size))) << i;
        }

        return below == (1u << Size) - 1;
    }

    /// <summary>Whether the first eight numbers are finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreFinite(ReadOnlySpan<float> numbers) =>
        Vector256.LessThanAll(Vector256.Abs(Vector256.Create(numbers)), Vector256.Create(float.PositiveInfinity));

    /// <summary>-1, 0 and 1 for actions of 0, 1 and 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Directions<S, V>(ReadOnlySpan<long> actions)
        where S : struct, IDoubles<V>
        where V : struct => S.Select(S.AreEqual(actions, 2), S.Create(1), S.Select(S.AreEqual(actions, 0), S.Create(-1), S.Create(0)));

    /// <summary>The eight float64 from <paramref name="first"/> rounded to float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Narrow(double[] values, int first) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector256Single(Vector512.Create(values, first))
        : Vector256.Create(
            Avx.ConvertToVector128Single(Vector256.Create(values, first)), Avx.ConvertToVector128Single(Vector256.Create(values, first + 4)));

    /// <summary>The flags of the eight lanes from <paramref name="first"/>; 0 if none is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Flags(bool[] flags, int first) => MemoryMarshal.Cast<bool, ulong>(flags.AsSpan(first, Size))[0];
}
