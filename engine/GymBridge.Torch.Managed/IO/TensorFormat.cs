using System.Text;

namespace GymBridge.Torch.Managed;

/// <summary>TorchSharp's own format: LEB128 dtype, rank and dimensions, then raw little-endian values. Sizes are checked before memory is taken.</summary>
internal static class TensorFormat
{
    private const int MaxRank = 64;
    private const int MaxName = 1 << 16;

    public static void WriteLeb128(BinaryWriter writer, long value)
    {
        do
        {
            var b = (byte)(value & 0x7F);
            value >>= 7;
            writer.Write(value != 0 ? (byte)(b | 0x80) : b);
        }
        while (value != 0);
    }

    public static long ReadLeb128(BinaryReader reader)
    {
        long value = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var b = reader.ReadByte();
            value |= (long)(b & 0x7F) << shift;
            if ((b & 0x80) == 0)
                return value;
        }
        throw new FormatException("A number in the file is longer than 63 bits: this is not a TorchSharp file, or it is damaged.");
    }

    public static string ReadName(BinaryReader reader)
    {
        var length = ReadLeb128(reader);
        if (length > MaxName)
            throw new FormatException($"A name of {length} bytes: this is not a TorchSharp file, or it is damaged.");
        return Encoding.UTF8.GetString(ReadExactly(reader, (int)length));
    }

    public static void Write(BinaryWriter writer, Tensor tensor)
    {
        var impl = tensor.Impl;
        WriteLeb128(writer, (long)impl.DType);
        WriteLeb128(writer, impl.Rank);
        foreach (var s in impl.Shape)
            WriteLeb128(writer, s);
        using var contiguous = Tensor.Unscoped(CopyKernel.Contiguous(impl));
        writer.Write(contiguous.bytes);
    }

    /// <summary>A tensor; of the expected shape and dtype if these are given. Null if it was only skipped.</summary>
    public static Tensor? Read(BinaryReader reader, bool skip = false, TensorImpl? expected = null, string? name = null)
    {
        var code = ReadLeb128(reader);
        if (!Enum.IsDefined((ScalarType)Math.Min(code, 127)))
            throw new FormatException($"Unknown dtype {code}{Of(name)}: this is not a TorchSharp file, or it is damaged.");
        var dtype = (ScalarType)code;
        // TorchSharp's Python exporter writes bool as 0.
        if (expected?.DType == ScalarType.Bool && dtype == ScalarType.Byte)
            dtype = ScalarType.Bool;
        var rank = ReadLeb128(reader);
        if (rank > MaxRank)
            throw new FormatException($"A tensor of {rank} dimensions{Of(name)}: this is not a TorchSharp file, or it is damaged.");
        var shape = new long[rank];
        for (var i = 0; i < rank; i++)
            shape[i] = ReadLeb128(reader);
        if (expected is not null && !skip)
        {
            if (!Shapes.Same(shape, expected.Shape))
                throw new ArgumentException($"Mismatched tensor shape while loading{Of(name)}: expected {Errors.Shape(expected.Shape)}, but the file has {Errors.Shape(shape)}.");
            if (dtype != expected.DType)
                throw new ArgumentException($"Mismatched tensor dtype while loading{Of(name)}: expected {expected.DType.Name()}, but the file has {dtype.Name()}.");
        }
        long bytes = SizeOf(dtype);
        foreach (var s in shape)
        {
            if (s != 0 && bytes > int.MaxValue / s)
                throw new FormatException($"A tensor of shape {Errors.Shape(shape)}{Of(name)} is larger than any file this engine reads.");
            bytes *= s;
        }
        var stream = reader.BaseStream;
        if (stream.CanSeek && bytes > stream.Length - stream.Position)
            throw new EndOfStreamException($"The file ends inside a tensor of {bytes} bytes{Of(name)}.");
        if (skip)
        {
            Skip(reader, bytes);
            return null;
        }
        dtype.Supported();
        if (stream.CanSeek)
        {
            var tensor = new Tensor(TensorImpl.Empty(shape, dtype));
            ReadInto(reader, tensor);
            return tensor;
        }
        // Of unknown length: memory is taken as bytes arrive.
        using var buffer = new MemoryStream();
        for (long left = bytes; left > 0;)
        {
            var chunk = ReadExactly(reader, (int)Math.Min(left, 1 << 20));
            buffer.Write(chunk);
            left -= chunk.Length;
        }
        var result = new Tensor(TensorImpl.Empty(shape, dtype));
        buffer.GetBuffer().AsSpan(0, (int)bytes).CopyTo(result.bytes);
        return result;
    }

    private static void ReadInto(BinaryReader reader, Tensor tensor)
    {
        var target = tensor.bytes;
        var at = 0;
        while (at < target.Length)
        {
            var n = reader.Read(target[at..]);
            if (n == 0)
            {
                tensor.Dispose();
                throw new EndOfStreamException($"The file ends inside a tensor of {target.Length} bytes.");
            }
            at += n;
        }
    }

    private static byte[] ReadExactly(BinaryReader reader, int n)
    {
        var bytes = reader.ReadBytes(n);
        return bytes.Length == n ? bytes : throw new EndOfStreamException("The file ends too early.");
    }

    private static void Skip(BinaryReader reader, long bytes)
    {
        for (var left = bytes; left > 0; left -= 1 << 16)
            ReadExactly(reader, (int)Math.Min(left, 1 << 16));
    }

    private static int SizeOf(ScalarType dtype) => dtype switch
    {
        ScalarType.Int8 or ScalarType.QInt8 or ScalarType.QUInt8 => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.ComplexFloat32 => 8,
        ScalarType.ComplexFloat64 => 16,
        ScalarType.QInt32 => 4,
        _ => dtype.Size(),
    };

    private static string Of(string? name) => name is null ? string.Empty : $" for '{name}'";
}
