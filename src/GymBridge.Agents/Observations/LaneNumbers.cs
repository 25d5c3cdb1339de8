using System.Numerics;
using System.Runtime.InteropServices;

namespace GymBridge.Agents.Observations;

/// <summary>Reads and writes the numbers of one lane of a column, whatever their element type.</summary>
internal static class LaneNumbers
{
    /// <summary>All numbers as float32.</summary>
    public static void Read(ReadOnlySpan<byte> lane, DType dtype, Span<float> target)
    {
        switch (dtype)
        {
            case DType.Float32:
                MemoryMarshal.Cast<byte, float>(lane).CopyTo(target);
                break;
            case DType.Float64:
                Convert<double>(lane, target);
                break;
            case DType.Float16:
                Convert<Half>(lane, target);
                break;
            case DType.UInt8 or DType.Bool:
                Convert<byte>(lane, target);
                break;
            case DType.Int8:
                Convert<sbyte>(lane, target);
                break;
            case DType.Int16:
                Convert<short>(lane, target);
                break;
            case DType.UInt16:
                Convert<ushort>(lane, target);
                break;
            case DType.Int32:
                Convert<int>(lane, target);
                break;
            case DType.UInt32:
                Convert<uint>(lane, target);
                break;
            case DType.Int64:
                Convert<long>(lane, target);
                break;
            case DType.UInt64:
                Convert<ulong>(lane, target);
                break;
            default:
                throw new NotSupportedException($"Agents cannot read numbers of type {dtype.Name()}; wrap the environment with DtypeObservation.");
        }
    }

    /// <summary>One integer.</summary>
    public static long ReadInteger(ReadOnlySpan<byte> lane, DType dtype, int index) => dtype switch
    {
        DType.Int64 => MemoryMarshal.Cast<byte, long>(lane)[index],
        DType.Int32 => MemoryMarshal.Cast<byte, int>(lane)[index],
        DType.Int16 => MemoryMarshal.Cast<byte, short>(lane)[index],
        DType.Int8 => (sbyte)lane[index],
        DType.UInt8 => lane[index],
        DType.UInt16 => MemoryMarshal.Cast<byte, ushort>(lane)[index],
        DType.UInt32 => MemoryMarshal.Cast<byte, uint>(lane)[index],
        DType.UInt64 => checked((long)MemoryMarshal.Cast<byte, ulong>(lane)[index]),
        _ => throw new NotSupportedException($"{dtype.Name()} is no integer type."),
    };

    /// <summary>Puts an integer into a lane.</summary>
    public static void WriteInteger(Span<byte> lane, DType dtype, int index, long value)
    {
        switch (dtype)
        {
            case DType.Int64:
                MemoryMarshal.Cast<byte, long>(lane)[index] = value;
                break;
            case DType.Int32:
                MemoryMarshal.Cast<byte, int>(lane)[index] = checked((int)value);
                break;
            case DType.Int16:
                MemoryMarshal.Cast<byte, short>(lane)[index] = checked((short)value);
                break;
            case DType.UInt16:
                MemoryMarshal.Cast<byte, ushort>(lane)[index] = checked((ushort)value);
                break;
            case DType.UInt32:
                MemoryMarshal.Cast<byte, uint>(lane)[index] = checked((uint)value);
                break;
            case DType.UInt64:
                MemoryMarshal.Cast<byte, ulong>(lane)[index] = checked((ulong)value);
                break;
            case DType.Int8:
                lane[index] = unchecked((byte)checked((sbyte)value));
                break;
            default:
                lane[index] = checked((byte)value);
                break;
        }
    }

    /// <summary>Puts a number into a lane whose elements are floating-point.</summary>
    public static void WriteReal(Span<byte> lane, DType dtype, int index, double value)
    {
        switch (dtype)
        {
            case DType.Float64:
                MemoryMarshal.Cast<byte, double>(lane)[index] = value;
                break;
            case DType.Float16:
                MemoryMarshal.Cast<byte, Half>(lane)[index] = (Half)value;
                break;
            default:
                MemoryMarshal.Cast<byte, float>(lane)[index] = (float)value;
                break;
        }
    }

    private static void Convert<T>(ReadOnlySpan<byte> lane, Span<float> target)
        where T : unmanaged, INumber<T>
    {
        var source = MemoryMarshal.Cast<byte, T>(lane);
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = float.CreateTruncating(source[i]);
        }
    }
}
