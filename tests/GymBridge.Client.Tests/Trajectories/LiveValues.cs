using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using GymBridge.Seeding;

namespace GymBridge.Client.Tests.Trajectories;

/// <summary>Values in the bytes that gymnasium_trajectory.py writes: a letter for the Python type, then the value.</summary>
internal static class LiveValues
{
    /// <summary>An observation, reward, flag or entry of an info.</summary>
    /// <param name="value">NDArray, tuple, long, double or bool.</param>
    /// <param name="type">The Python type of a number; of every item of a tuple.</param>
    public static byte[] Encode(object value, PythonType type) => value switch
    {
        NDArray array => [(byte)'a', .. Encoding.ASCII.GetBytes(Code(array.DType)), (byte)':', .. array.Bytes],
        TupleValue tuple => [(byte)'t', .. tuple.SelectMany(item => Encode(item!, type))],
        bool flag => [(byte)(type == PythonType.NumPyBool ? 'B' : 'b'), flag ? (byte)1 : (byte)0],
        double number when type == PythonType.Int => Number('i', (long)number),
        double number => Number(type == PythonType.NumPyFloat64 ? 'F' : 'f', BitConverter.DoubleToInt64Bits(number)),
        long number => Number(type == PythonType.Int ? 'i' : 'I', number),
        _ => throw new ArgumentException($"{value} ({value.GetType().Name}) has no place in a trajectory."),
    };

    /// <summary>An info, whose numbers have Python's own types.</summary>
    public static byte[] Encode(Info info) =>
        [.. info.SelectMany(entry => (byte[])[.. Encoding.UTF8.GetBytes(entry.Key + "="), .. Encode(entry.Value!, entry.Value is long ? PythonType.Int : PythonType.Default)])];

    /// <summary>A generator.</summary>
    public static byte[] Encode(RngState state)
    {
        var bytes = new byte[37];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, state.State);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(16), state.Increment);
        bytes[32] = state.HasUInt32 ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(33), state.UInteger);
        return bytes;
    }

    /// <summary>An action: an integer, or a float32 array.</summary>
    public static object DecodeAction(ReadOnlySpan<byte> bytes) => bytes[0] == (byte)'a'
        ? NDArray.From(MemoryMarshal.Cast<byte, float>(bytes[(bytes.IndexOf((byte)':') + 1)..]).ToArray())
        : BinaryPrimitives.ReadInt64LittleEndian(bytes[1..]);

    /// <summary>A value for people, exact to the last bit.</summary>
    public static string Describe(ReadOnlySpan<byte> bytes) => (bytes.Length, bytes.IsEmpty ? 'e' : (char)bytes[0]) switch
    {
        (9, 'f') => $"float {Double(bytes)}",
        (9, 'F') => $"np.float64 {Double(bytes)}",
        (9, 'i') => $"int {BinaryPrimitives.ReadInt64LittleEndian(bytes[1..])}",
        (9, 'I') => $"np.int64 {BinaryPrimitives.ReadInt64LittleEndian(bytes[1..])}",
        (2, 'b') => bytes[1] == 1 ? "True" : "False",
        (2, 'B') => bytes[1] == 1 ? "np.True_" : "np.False_",
        (_, 'a') when bytes[1..].StartsWith("f4:"u8) => $"float32 [{Floats(bytes[4..])}]",
        (28, 't') => $"({Describe(bytes[1..10])}, {Describe(bytes[10..19])}, {Describe(bytes[19..])})",
        (37, _) => $"state {BinaryPrimitives.ReadUInt128LittleEndian(bytes):x}, inc {BinaryPrimitives.ReadUInt128LittleEndian(bytes[16..]):x}, has_uint32 {bytes[32]}, uinteger {BinaryPrimitives.ReadUInt32LittleEndian(bytes[33..])}",
        ( > 14, 'p') when bytes.StartsWith("prob="u8) => $"prob {Describe(bytes[5..14])}, then bytes {Convert.ToHexStringLower(bytes[14..])}",
        _ => bytes.StartsWith("prob="u8) ? $"prob {Describe(bytes[5..])}" : $"bytes {Convert.ToHexStringLower(bytes)}",
    };

    private static string Double(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadDoubleLittleEndian(bytes[1..]).ToString("R", CultureInfo.InvariantCulture);

    private static string Floats(ReadOnlySpan<byte> bytes) => string.Join(
        ", ", MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(value => value.ToString("R", CultureInfo.InvariantCulture)));

    // NumPy's dtype.str without the byte order.
    private static string Code(DType dtype) => dtype switch
    {
        DType.Float32 => "f4",
        DType.Float64 => "f8",
        DType.Int8 => "i1",
        _ => throw new ArgumentException($"No environment has arrays of {dtype.Name()}."),
    };

    private static byte[] Number(char letter, long bits)
    {
        var bytes = new byte[9];
        bytes[0] = (byte)letter;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), bits);
        return bytes;
    }
}
