using System.Buffers.Binary;
using System.IO.Compression;

namespace GymBridge.Torch.Managed;

/// <summary>An image for TensorBoard: uint8 [height, width, channels] as PNG.</summary>
internal sealed class SummaryImage
{
    private const int Columns = 8;
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly uint[] Crc = MakeCrc();

    private SummaryImage(int height, int width, int channels, byte[] png)
    {
        Height = height;
        Width = width;
        Channels = channels;
        Png = png;
    }

    public int Height { get; }

    public int Width { get; }

    public int Channels { get; }

    public byte[] Png { get; }

    /// <summary>From a tensor, uint8 of 0 to 255 or another of 0 to 1; a batch becomes a grid of eight columns.</summary>
    public static SummaryImage Of(Tensor image, string format)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        format = format.ToUpperInvariant();
        if (format.Length != image.ndim || format.Distinct().Count() != format.Length || format.Except("NCHW").Any() || !format.Contains('H') || !format.Contains('W') || (format.Contains('N') && !format.Contains('C')))
            throw new ArgumentException($"size of input tensor and input format are different. tensor shape: {Errors.Shape(image.Impl.Shape)}, input_format: {format}; use one of NCHW, NHWC, CHW, HWC, HW or another order of these letters.");
        var x = image.detach().to(ScalarType.Float32);
        if (image.dtype != ScalarType.Byte)
            x = x * 255;
        foreach (var missing in "NC".Where(c => !format.Contains(c)))
        {
            x = x.unsqueeze(0);
            format = missing + format;
        }
        x = x.permute([.. "NHWC".Select(c => (long)format.IndexOf(c, StringComparison.Ordinal))]);
        if (x.shape[3] == 1)
            x = x.expand(-1, -1, -1, 3);
        if (x.shape[3] is not (3 or 4) || x.numel() == 0)
            throw new ArgumentException($"An image has 1, 3 or 4 channels and at least one pixel, not {Errors.Shape(image.Impl.Shape)} ({format}).");
        var grid = Grid(x.clamp((Scalar)0, (Scalar)255).to(ScalarType.Byte)).contiguous();
        var (height, width, channels) = ((int)grid.shape[0], (int)grid.shape[1], (int)grid.shape[2]);
        return new SummaryImage(height, width, channels, Encode(grid.data<byte>().ToArray(), height, width, channels));
    }

    /// <summary>A PNG file as it is.</summary>
    public static SummaryImage Of(string file)
    {
        var png = File.ReadAllBytes(file);
        // Signature, then the header chunk: length, name, width, height, depth, colour type.
        if (png.Length < 33 || !png.AsSpan(0, 8).SequenceEqual(Signature) || !png.AsSpan(12, 4).SequenceEqual("IHDR"u8))
            throw Errors.NotSupported("SummaryWriter.add_img of a file that is not PNG");
        var channels = png[25] switch { 0 => 1, 2 => 3, 3 => 3, 4 => 2, _ => 4 };
        return new SummaryImage(BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), channels, png);
    }

    private static Tensor Grid(Tensor images)
    {
        var (n, h, w, c) = (images.shape[0], images.shape[1], images.shape[2], images.shape[3]);
        if (n == 1)
            return images[0];
        var columns = Math.Min(n, Columns);
        var rows = (n + columns - 1) / columns;
        var all = torch.cat([images, torch.zeros([(rows * columns) - n, h, w, c], ScalarType.Byte)]);
        return all.reshape(rows, columns, h, w, c).permute(0, 2, 1, 3, 4).reshape(rows * h, columns * w, c);
    }

    private static byte[] Encode(byte[] pixels, int height, int width, int channels)
    {
        using var stream = new MemoryStream();
        stream.Write(Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        // Eight bits a channel; colour with or without transparency.
        header[8] = 8;
        header[9] = channels == 4 ? (byte)6 : (byte)2;
        Chunk(stream, "IHDR"u8, header);
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = width * channels;
            for (var y = 0; y < height; y++)
            {
                // Filter 0: the row as it is.
                zlib.WriteByte(0);
                zlib.Write(pixels, y * row, row);
            }
        }
        Chunk(stream, "IDAT"u8, data.ToArray());
        Chunk(stream, "IEND"u8, []);
        return stream.ToArray();
    }

    private static void Chunk(MemoryStream stream, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(name);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Update(Update(uint.MaxValue, name), data));
        stream.Write(number);
    }

    private static uint Update(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var b in data)
            crc = Crc[(byte)(crc ^ b)] ^ (crc >> 8);
        return crc;
    }

    private static uint[] MakeCrc()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            var c = i;
            for (var k = 0; k < 8; k++)
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            table[i] = c;
        }
        return table;
    }
}
