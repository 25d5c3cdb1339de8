using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using GymBridge.Errors;

namespace GymBridge.Seeding;

/// <summary>A seed: a non-negative integer without an upper bound, as Gymnasium and NumPy accept it.</summary>
/// <remarks>
/// Seeds below 2^64 are held without an allocation; larger ones in a <see cref="BigInteger"/>. The default value is seed 0.
/// Immutable, hence safe to share between threads. Source: <c>gymnasium.utils.seeding.np_random</c>.
/// </remarks>
public readonly record struct Seed
{
    private const int EntropyBytes = 16;

    private readonly ulong _small;

    // Zero unless the seed needs more than 64 bits, so that the generated equality holds: one value has one form.
    private readonly BigInteger _large;

    private Seed(ulong value) => _small = value;

    private Seed(BigInteger value)
    {
        if (value.Sign < 0)
        {
            throw InvalidSeedException.ForNegative(value);
        }

        if (value <= ulong.MaxValue)
        {
            _small = (ulong)value;
        }
        else
        {
            _large = value;
        }
    }

    /// <summary>Whether the seed is below 2^64.</summary>
    internal bool IsSmall => _large.IsZero;

    /// <summary>The value of a seed below 2^64; 0 for a larger one.</summary>
    internal ulong Small => _small;

    /// <summary>The seed with this value.</summary>
    /// <exception cref="InvalidSeedException"><paramref name="value"/> is negative.</exception>
    public static implicit operator Seed(int value) => (long)value;

    /// <summary>The seed with this value.</summary>
    /// <exception cref="InvalidSeedException"><paramref name="value"/> is negative.</exception>
    public static implicit operator Seed(long value) =>
        value >= 0 ? new Seed((ulong)value) : throw InvalidSeedException.ForNegative(value);

    /// <summary>The seed with this value.</summary>
    public static implicit operator Seed(uint value) => new((ulong)value);

    /// <summary>The seed with this value.</summary>
    public static implicit operator Seed(ulong value) => new(value);

    /// <summary>The seed with this value.</summary>
    /// <exception cref="InvalidSeedException"><paramref name="value"/> is negative.</exception>
    public static implicit operator Seed(BigInteger value) => new(value);

    /// <summary>The seed <paramref name="offset"/> further on; a vector environment seeds lane i with seed + i.</summary>
    /// <exception cref="InvalidSeedException">The sum is negative.</exception>
    public static Seed operator +(Seed seed, int offset) => seed.Add(offset);

    /// <summary>A fresh 128-bit seed from the operating system's entropy.</summary>
    /// <returns>A seed in [0, 2^128), as <c>np_random(None)</c> draws it.</returns>
    public static Seed FromEntropy()
    {
        Span<byte> entropy = stackalloc byte[EntropyBytes];
        RandomNumberGenerator.Fill(entropy);
        return FromLittleEndianBytes(entropy);
    }

    /// <summary>The seed whose value is <paramref name="bytes"/> read as an unsigned integer, lowest byte first.</summary>
    /// <param name="bytes">uint8 [n]; any length, zero bytes at the end allowed. Empty gives seed 0.</param>
    public static Seed FromLittleEndianBytes(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.TrimEnd((byte)0);
        if (bytes.Length > sizeof(ulong))
        {
            return new Seed(new BigInteger(bytes, isUnsigned: true));
        }

        ulong value = 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return new Seed(value);
    }

    /// <summary>Reads a seed from decimal digits, or from hexadecimal digits after <c>0x</c>.</summary>
    /// <param name="text">For example <c>42</c> or <c>0x2A</c>; white space around it is ignored.</param>
    /// <exception cref="InvalidSeedException">The text is null, not an integer, or a negative one.</exception>
    public static Seed Parse(string text)
    {
        if (TryParse(text, out var seed))
        {
            return seed;
        }

        throw BigInteger.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
            ? InvalidSeedException.ForNegative(value)
            : InvalidSeedException.ForText(text);
    }

    /// <summary>Reads a seed as <see cref="Parse"/> does, without an exception.</summary>
    /// <param name="text">The text to read; null is not a seed.</param>
    /// <param name="seed">The seed, or seed 0 where the text is none.</param>
    /// <returns>Whether the text is a non-negative integer.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out Seed seed)
    {
        seed = default;
        var digits = text.AsSpan().Trim();
        BigInteger value;
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            // The leading zero keeps a high first digit from being read as a sign.
            if (!BigInteger.TryParse("0" + digits[2..].ToString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
                || digits.Length == 2)
            {
                return false;
            }
        }
        else if (!BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) || value.Sign < 0)
        {
            return false;
        }

        seed = new Seed(value);
        return true;
    }

    /// <summary>The seed <paramref name="offset"/> further on; a vector environment seeds lane i with seed + i.</summary>
    /// <param name="offset">May be negative, as long as the sum is not.</param>
    /// <exception cref="InvalidSeedException">The sum is negative.</exception>
    public Seed Add(int offset)
    {
        if (IsSmall && offset >= 0 && _small <= ulong.MaxValue - (uint)offset)
        {
            return new Seed(_small + (uint)offset);
        }

        return new Seed(ToBigInteger() + offset);
    }

    /// <summary>The value of the seed.</summary>
    public BigInteger ToBigInteger() => IsSmall ? _small : _large;

    /// <summary>The value as an unsigned integer, lowest byte first.</summary>
    /// <returns>uint8 [n] with a non-zero last byte; empty for seed 0. The array is the caller's.</returns>
    public byte[] ToLittleEndianBytes() =>
        _small == 0 && IsSmall ? [] : ToBigInteger().ToByteArray(isUnsigned: true);

    /// <summary>The value in decimal digits, which <see cref="Parse"/> reads back.</summary>
    public override string ToString() => ToBigInteger().ToString(CultureInfo.InvariantCulture);
}
