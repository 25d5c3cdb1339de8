using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GymBridge.Seeding;

public sealed partial class Rng
{
    private const int BytesPerDraw = sizeof(uint) / sizeof(byte);
    private const int HalvesPerDraw = sizeof(uint) / sizeof(ushort);
    private const int BitsPerDraw = 8 * sizeof(uint);

    /// <summary>An integer in [0, high); <c>integers(high)</c>.</summary>
    /// <param name="high">Exclusive; at least 1. 1 gives 0 and draws nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Integers(int high) => Integers(0, high);

    /// <summary>An integer in [0, high); <c>integers(high)</c>.</summary>
    /// <param name="high">Exclusive; at least 1. 1 gives 0 and draws nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Integers(long high) => Integers(0L, high);

    /// <summary>An integer in [low, high); <c>integers(low, high)</c>, of which int32 is the same stream as int64.</summary>
    /// <param name="low">Inclusive.</param>
    /// <param name="high">Exclusive; above low. low + 1 gives low and draws nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Integers(int low, int high)
    {
        if (low >= high)
        {
            ThrowEmptyRange(low, high);
        }

        return low + (int)NextBounded((uint)high - (uint)low - 1);
    }

    /// <summary>An integer in [low, high); <c>integers(low, high)</c> with NumPy's default dtype int64.</summary>
    /// <param name="low">Inclusive.</param>
    /// <param name="high">Exclusive; above low. low + 1 gives low and draws nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty.</exception>
    /// <remarks>Ranges up to 2^32 take a 32-bit draw from the buffer. Source: Lemire 2019, arXiv:1805.10941.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Integers(long low, long high)
    {
        if (low >= high)
        {
            ThrowEmptyRange(low, high);
        }

        return low + (long)NextBounded((ulong)high - (ulong)low - 1);
    }

    /// <summary>An integer in [low, high); <c>integers(low, high, dtype=np.uint64)</c>.</summary>
    /// <param name="low">Inclusive.</param>
    /// <param name="high">Exclusive; above low. low + 1 gives low and draws nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Integers(ulong low, ulong high)
    {
        if (low >= high)
        {
            ThrowEmptyRange(low, high);
        }

        return low + NextBounded(high - low - 1);
    }

    /// <summary>An integer in [low, high) of dtype T; <c>integers(low, high, dtype=T)</c>.</summary>
    /// <typeparam name="T">sbyte, byte, short, ushort, int, uint, long, ulong, or bool for 0 and 1.</typeparam>
    /// <param name="low">Inclusive; not below the least T.</param>
    /// <param name="high">Exclusive; above low, at most one above the greatest T: 256 for byte, 2 for bool.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or leaves T.</exception>
    /// <exception cref="NotSupportedException">T is another type.</exception>
    /// <remarks>The dtype decides the stream: 8 and 16-bit types use a piece of one 32-bit draw and discard what is left of it.</remarks>
    public T Integers<T>(Int128 low, Int128 high)
        where T : unmanaged
    {
        T value = default;
        Integers(low, high, new Span<T>(ref value));
        return value;
    }

    /// <summary>Fills with integers in [low, high) of dtype T; <c>integers(low, high, n, dtype=T)</c>.</summary>
    /// <typeparam name="T">sbyte, byte, short, ushort, int, uint, long, ulong, or bool for 0 and 1.</typeparam>
    /// <param name="low">Inclusive; not below the least T.</param>
    /// <param name="high">Exclusive; above low, at most one above the greatest T: 256 for byte, 2 for bool.</param>
    /// <param name="destination">T [n]; when empty nothing is checked or drawn, as in NumPy.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or leaves T; nothing is drawn.</exception>
    /// <exception cref="NotSupportedException">T is another type.</exception>
    /// <remarks>
    /// 8 and 16-bit types share each 32-bit draw, low piece first, among consecutive elements; bool shares it bit by bit.
    /// The rest of the last draw is discarded.
    /// </remarks>
    public void Integers<T>(Int128 low, Int128 high, Span<T> destination)
        where T : unmanaged
    {
        var (minimum, maximum) = Limits<T>();
        if (destination.IsEmpty)
        {
            return;
        }

        if (low < minimum || high > maximum + 1 || low >= high)
        {
            ThrowBadBounds(low, high, minimum, maximum, typeof(T).Name);
        }

        var offset = (ulong)low;
        var range = (ulong)(high - 1 - low);
        if (typeof(T) == typeof(bool))
        {
            FillBits((byte)offset, (byte)range, MemoryMarshal.Cast<T, byte>(destination));
        }
        else if (Unsafe.SizeOf<T>() == sizeof(byte))
        {
            FillBytes((byte)offset, (byte)range, MemoryMarshal.Cast<T, byte>(destination));
        }
        else if (Unsafe.SizeOf<T>() == sizeof(ushort))
        {
            FillHalves((ushort)offset, (ushort)range, MemoryMarshal.Cast<T, ushort>(destination));
        }
        else if (Unsafe.SizeOf<T>() == sizeof(uint))
        {
            foreach (ref var value in MemoryMarshal.Cast<T, uint>(destination))
            {
                value = (uint)offset + NextBounded((uint)range);
            }
        }
        else
        {
            foreach (ref var value in MemoryMarshal.Cast<T, ulong>(destination))
            {
                value = offset + NextBounded(range);
            }
        }
    }

    // An integer in [0, range] from the 32-bit stream.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint NextBounded(uint range)
    {
        if (range == 0)
        {
            return 0;
        }

        var exclusive = range + 1;
        if (exclusive == 0)
        {
            return _bits.NextUInt32();
        }

        var product = (ulong)_bits.NextUInt32() * exclusive;
        return (uint)product >= exclusive ? (uint)(product >> 32) : Unbias(product, exclusive);
    }

    // An integer in [0, range]; 64 bits are drawn only where 32 do not do.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong NextBounded(ulong range) =>
        range <= uint.MaxValue ? NextBounded((uint)range) : NextBoundedLarge(range);

    private ulong NextBoundedLarge(ulong range)
    {
        var exclusive = range + 1;
        if (exclusive == 0)
        {
            return _bits.NextUInt64();
        }

        var high = Math.BigMul(_bits.NextUInt64(), exclusive, out var low);
        if (low < exclusive)
        {
            var threshold = (ulong.MaxValue - range) % exclusive;
            while (low < threshold)
            {
                high = Math.BigMul(_bits.NextUInt64(), exclusive, out low);
            }
        }

        return high;
    }

    private uint Unbias(ulong product, uint exclusive)
    {
        var threshold = (uint.MaxValue - (exclusive - 1)) % exclusive;
        while ((uint)product < threshold)
        {
            product = (ulong)_bits.NextUInt32() * exclusive;
        }

        return (uint)(product >> 32);
    }

    // NumPy does not run its rejection method for booleans: it hands out single bits.
    private void FillBits(byte offset, byte range, Span<byte> destination)
    {
        if (range == 0)
        {
            destination.Fill(offset);
            return;
        }

        var bits = new Pieces(bitsEach: 1, BitsPerDraw);
        foreach (ref var value in destination)
        {
            value = (byte)(bits.Next(ref _bits) & 1);
        }
    }

    /// <summary>Fills with integers below bounds that repeat along the last dimension; <c>integers(0, bounds, shape, dtype=uint8)</c>.</summary>
    /// <param name="bounds">Exclusive, positive.</param>
    /// <param name="destination">uint8; its last dimension is as long as <paramref name="bounds"/>.</param>
    internal void IntegersBelow(ReadOnlySpan<byte> bounds, Span<byte> destination)
    {
        var pieces = new Pieces(bitsEach: 8, BytesPerDraw);
        for (var i = 0; i < destination.Length; i++)
        {
            var bound = bounds[i % bounds.Length];
            destination[i] = bound == 1 ? (byte)0 : (byte)pieces.NextBounded(ref _bits, bound - 1u, byte.MaxValue, 8);
        }
    }

    private void FillBytes(byte offset, byte range, Span<byte> destination)
    {
        if (range == 0)
        {
            destination.Fill(offset);
            return;
        }

        var pieces = new Pieces(bitsEach: 8, BytesPerDraw);
        foreach (ref var value in destination)
        {
            value = range == byte.MaxValue
                ? (byte)(offset + pieces.Next(ref _bits))
                : (byte)(offset + pieces.NextBounded(ref _bits, range, byte.MaxValue, 8));
        }
    }

    private void FillHalves(ushort offset, ushort range, Span<ushort> destination)
    {
        if (range == 0)
        {
            destination.Fill(offset);
            return;
        }

        var pieces = new Pieces(bitsEach: 16, HalvesPerDraw);
        foreach (ref var value in destination)
        {
            value = range == ushort.MaxValue
                ? (ushort)(offset + pieces.Next(ref _bits))
                : (ushort)(offset + pieces.NextBounded(ref _bits, range, ushort.MaxValue, 16));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Int128 Minimum, Int128 Maximum) Limits<T>()
    {
        if (typeof(T) == typeof(sbyte))
        {
            return (sbyte.MinValue, sbyte.MaxValue);
        }

        if (typeof(T) == typeof(byte))
        {
            return (byte.MinValue, byte.MaxValue);
        }

        if (typeof(T) == typeof(short))
        {
            return (short.MinValue, short.MaxValue);
        }

        if (typeof(T) == typeof(ushort))
        {
            return (ushort.MinValue, ushort.MaxValue);
        }

        if (typeof(T) == typeof(int))
        {
            return (int.MinValue, int.MaxValue);
        }

        if (typeof(T) == typeof(uint))
        {
            return (uint.MinValue, uint.MaxValue);
        }

        if (typeof(T) == typeof(long))
        {
            return (long.MinValue, long.MaxValue);
        }

        if (typeof(T) == typeof(ulong))
        {
            return (ulong.MinValue, ulong.MaxValue);
        }

        return typeof(T) == typeof(bool)
            ? (0, 1)
            : throw new NotSupportedException(
                $"Integers cannot draw '{typeof(T).Name}'; use sbyte, byte, short, ushort, int, uint, long, ulong or bool.");
    }

    [DoesNotReturn]
    private static void ThrowEmptyRange(Int128 low, Int128 high) =>
        throw new ArgumentOutOfRangeException(
            nameof(high), high, $"Integers got the empty range [{low}, {high}); pass a high, which is exclusive, above low.");

    [DoesNotReturn]
    private static void ThrowBadBounds(Int128 low, Int128 high, Int128 minimum, Int128 maximum, string type)
    {
        if (low >= high)
        {
            ThrowEmptyRange(low, high);
        }

        throw new ArgumentOutOfRangeException(
            low < minimum ? nameof(low) : nameof(high),
            low < minimum ? low : high,
            $"Integers got [{low}, {high}), which leaves '{type}'; pass bounds within [{minimum}, {maximum + 1}).");
    }

    /// <summary>Pieces of 32-bit draws, the low one first; lives for one call, as NumPy's buffer does.</summary>
    private ref struct Pieces(int bitsEach, int perDraw)
    {
        private readonly uint _mask = (uint)((1UL << bitsEach) - 1);
        private uint _buffer;
        private int _left;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public uint Next(ref Pcg64 bits)
        {
            if (_left == 0)
            {
                _buffer = bits.NextUInt32();
                _left = perDraw;
            }
            else
            {
                _buffer >>= bitsEach;
            }

            _left--;
            return _buffer & _mask;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public uint NextBounded(ref Pcg64 bits, uint range, uint maximum, int shift)
        {
            var exclusive = range + 1;
            var product = Next(ref bits) * exclusive;
            if ((product & maximum) < exclusive)
            {
                var threshold = (maximum - range) % exclusive;
                while ((product & maximum) < threshold)
                {
                    product = Next(ref bits) * exclusive;
                }
            }

            return product >> shift;
        }
    }
}
