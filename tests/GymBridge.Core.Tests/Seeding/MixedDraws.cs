using System.Buffers.Binary;
using System.Security.Cryptography;
using GymBridge.Seeding;

namespace GymBridge.Core.Tests.Seeding;

/// <summary>Replays mixed_draws() of golden/generate.py; change both together.</summary>
internal sealed class MixedDraws : IDisposable
{
    private const int Operations = 30;

    private static readonly double[][] Probabilities =
    [
        [0.1, 0.2, 0.3, 0.4],
        [1.0],
        [0.0, 0.0, 1.0, 0.0],
        [1.0 / 3, 1.0 / 3, 1.0 / 3],
        [0.5, 0.5 - 1e-9],
        [.. Enumerable.Repeat(1.0 / 200, 200)],
    ];

    private static readonly double[] GeometricP = [0.25, 0.4, 1.0 / 3, 1.0, 1e-3, 1e-15, 1e-300];
    private static readonly long[] Int64Highs = [(1L << 32) - 1, 1L << 32, (1L << 32) + 1, (1L << 31) + 1, (1L << 62) + 1];
    private static readonly long[] UInt32Highs = [1, 1L << 32, (1L << 31) + 1, 6];
    private static readonly (int Low, int High)[] Int8Bounds = [(0, 2), (-128, 128), (-64, 65), (3, 4)];
    private static readonly (int Low, int High)[] UInt8Bounds = [(0, 256), (0, 129), (10, 20), (255, 256)];
    private static readonly (int Low, int High)[] Int16Bounds = [(0, 2), (-32768, 32768), (-16384, 16385), (9, 10)];
    private static readonly (int Low, int High)[] UInt16Bounds = [(0, 65536), (0, 32769), (100, 1000), (65535, 65536)];
    private static readonly (int Low, int High)[] BoolBounds = [(0, 2), (0, 1), (1, 2)];

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[8 * 2048];
    private readonly DrawScript _script;
    private int _used;

    public MixedDraws(Seed seed)
    {
        Rng = new Rng(seed);
        _script = new DrawScript((ulong)(seed.ToBigInteger() & ulong.MaxValue));
    }

    public Rng Rng { get; }

    public void Draw(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var operation = (int)(_script.Next() % Operations);
            long a = _script.Next();
            long b = _script.Next();
            Draw(operation, a, b);
        }
    }

    public string Digest()
    {
        Flush();
        return Convert.ToHexStringLower(_hash.GetCurrentHash());
    }

    public void Dispose() => _hash.Dispose();

    private void Draw(int operation, long a, long b)
    {
        var low = -(a % 1000) / 7.0;
        var high = b % 1000 / 3.0;
        Span<double> doubles = stackalloc double[5];
        switch (operation)
        {
            case 0:
                Write(Rng.Random());
                break;
            case 1:
                Write(Rng.RandomSingle());
                break;
            case 2:
                Write(Rng.Uniform(low, high));
                break;
            case 3:
                doubles = doubles[..(int)(a % 5)];
                Rng.Uniform(low, high, doubles);
                Write(doubles);
                break;
            case 4:
                doubles = doubles[..3];
                Rng.Uniform([-1.5, -0.05, -a / 1e3], [0.25, 0.05, b / 1e3], doubles);
                Write(doubles);
                break;
            case 5:
                Write(Rng.Integers((int)(1 + (a % 20))));
                break;
            case 6:
                Write(Rng.Integers(-a, (b * b) + 1));
                break;
            case 7:
                Write(Rng.Integers(Int64Highs[a % 5]));
                break;
            case 8:
                DrawWide(a);
                break;
            case 9:
                Write((a % 3) switch
                {
                    0 => Rng.Integers<int>(int.MinValue, 1L << 31),
                    1 => Rng.Integers(-7, (int)(b % 1000) + 1),
                    _ => Rng.Integers((-1 << 30) - 1, 1 << 30),
                });
                break;
            case 10:
                Fill<uint>(a % 7, (0, UInt32Highs[b % 4]));
                break;
            case 11:
                Fill<sbyte>(a % 11, Int8Bounds[b % 4]);
                break;
            case 12:
                Fill<byte>(a % 11, UInt8Bounds[b % 4]);
                break;
            case 13:
                Fill<short>(a % 6, Int16Bounds[b % 4]);
                break;
            case 14:
                Fill<ushort>(a % 6, UInt16Bounds[b % 4]);
                break;
            case 15:
                var flags = new bool[a % 70];
                Rng.Integers(BoolBounds[b % 3].Low, BoolBounds[b % 3].High, flags.AsSpan());
                foreach (var flag in flags)
                {
                    Write(flag ? 1 : 0);
                }

                break;
            case 16:
                Write((a % 3) switch
                {
                    0 => Rng.Integers<sbyte>(-3, 100),
                    1 => Rng.Integers<ushort>(0, 1000),
                    _ => Rng.Integers<bool>(0, 2) ? 1 : 0,
                });
                break;
            case 17:
                Write(b % 2 == 0 ? Rng.Choice(1 + (a % 50)) : Rng.Choice((int)(1 + (a % 50))));
                break;
            case 18:
                Write(Rng.Choice(Probabilities[a % Probabilities.Length]));
                break;
            case 19:
                var chosen = new int[b % 5];
                Rng.Choice(Probabilities[a % Probabilities.Length], chosen);
                Write(chosen);
                break;
            case 20:
                var repeated = new int[b % 6];
                Rng.Choice((int)(1 + (a % 50)), repeated);
                Write(repeated);
                break;
            case 21:
                DrawOrder(a, b);
                break;
            case 22:
                var n = b % 2000 == 0 ? 20_000 : (int)(1 + (a % 60));
                var different = new int[b % 2000 == 0 ? 1100 : b % (n + 1)];
                Rng.ChoiceWithoutReplacement(n, different, shuffle: (a & 64) != 0);
                Write(different);
                break;
            case 23:
                DrawNormal(a, b, doubles);
                break;
            case 24:
                DrawExponential(a, b, doubles);
                break;
            case 25:
                Span<long> trials = stackalloc long[b % 4 == 0 ? 3 : 1];
                Rng.Geometric(GeometricP[a % GeometricP.Length], trials);
                foreach (var trial in trials)
                {
                    Write(trial);
                }

                break;
            case 26:
                Write((long)Rng.NextUInt64());
                break;
            case 27:
                doubles = doubles[..(int)(a % 6)];
                Rng.Random(doubles);
                Write(doubles);
                break;
            case 28:
                Span<float> singles = stackalloc float[(int)(a % 6)];
                Rng.Random(singles);
                foreach (var single in singles)
                {
                    Write(single);
                }

                break;
            default:
                Write(Rng.NextUInt32());
                break;
        }
    }

    private void DrawWide(long a) => Write((a % 3) switch
    {
        0 => Rng.Integers<long>(long.MinValue, (Int128)1 << 63),
        1 => (long)Rng.Integers<ulong>(0, (Int128)1 << 64),
        _ => (long)Rng.Integers(5UL, (1UL << 63) + 6),
    });

    private void DrawOrder(long a, long b)
    {
        if (b % 2 == 0)
        {
            Write(Rng.Permutation((int)(a % 40)));
            return;
        }

        var values = Enumerable.Range(0, (int)(a % 12)).ToArray();
        Rng.Shuffle(values.AsSpan());
        Write(values);
    }

    private void DrawNormal(long a, long b, Span<double> buffer)
    {
        switch (a % 4)
        {
            case 0:
                Write(Rng.Normal());
                break;
            case 1:
                Write(Rng.StandardNormal());
                break;
            case 2:
                Write(Rng.Normal(a / 1e3, b / 1e3));
                break;
            default:
                buffer = buffer[..(int)(b % 4)];
                Rng.Normal(0.0, 1.0, buffer);
                Write(buffer);
                break;
        }
    }

    private void DrawExponential(long a, long b, Span<double> buffer)
    {
        switch (a % 4)
        {
            case 0:
                Write(Rng.Exponential());
                break;
            case 1:
                Write(Rng.StandardExponential());
                break;
            case 2:
                Write(Rng.Exponential(b / 1e3));
                break;
            default:
                buffer = buffer[..(int)(b % 4)];
                Rng.Exponential(2.5, buffer);
                Write(buffer);
                break;
        }
    }

    private void Fill<T>(long count, (long Low, long High) bounds)
        where T : unmanaged, IConvertible
    {
        Span<T> values = stackalloc T[(int)count];
        Rng.Integers(bounds.Low, bounds.High, values);
        foreach (var value in values)
        {
            Write(value.ToInt64(null));
        }
    }

    private void Write(double value) => Write(BitConverter.DoubleToInt64Bits(value));

    private void Write(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            Write(value);
        }
    }

    private void Write(ReadOnlySpan<int> values)
    {
        foreach (var value in values)
        {
            Write((long)value);
        }
    }

    private void Write(long value)
    {
        if (_used == _buffer.Length)
        {
            Flush();
        }

        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(_used), value);
        _used += sizeof(long);
    }

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _used);
        _used = 0;
    }
}
