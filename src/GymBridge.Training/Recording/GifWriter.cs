using System.Buffers.Binary;
using GymBridge.Shared;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Processing.Processors.Quantization;

namespace GymBridge.Training.Recording;

/// <summary>Writes an animated GIF, each frame with colours of its own, that repeats for ever.</summary>
/// <remarks>ImageSharp encodes each frame as a picture; its blocks are joined here, since the library's own animation keeps all frames
/// in memory. Source of the form: GIF89a specification, sections 18 to 26.</remarks>
public sealed class GifWriter : IFrameWriter
{
    private const byte ExtensionIntroducer = 0x21;
    private const byte GraphicControl = 0xF9;
    private const byte ImageSeparator = 0x2C;
    private const byte Trailer = 0x3B;
    private const int HeaderBytes = 6;
    private const int ScreenBytes = 7;
    private const int DescriptorBytes = 10;

    private const int MostColors = 256;

    private static readonly QuantizerOptions Options = new() { Dither = null, MaxColors = MostColors };

    private static readonly GifEncoder Quantizing = new() { ColorTableMode = GifColorTableMode.Local, Quantizer = new WuQuantizer(Options) };

    private readonly SafeFile _file;
    private readonly FrameDelays _delays;
    private readonly MemoryStream _picture = new();
    private readonly HashSet<int> _colors = [];
    private int[] _encoded = [];
    private GifEncoder? _encoder;
    private FrameShape? _shape;

    /// <summary>Starts a file, which appears under its name when it is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="framesPerSecond">Frames a second, at most 50: players show quicker ones slowly, so that then every second, third, ... is left out.</param>
    /// <exception cref="ArgumentException">The frames a second are no number above 0, or above a million.</exception>
    public GifWriter(string path, double framesPerSecond)
    {
        _delays = new FrameDelays(FrameRate.Check(framesPerSecond));
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _file = new SafeFile(path);
    }

    /// <inheritdoc/>
    public void Add(NDArray frame)
    {
        var isFirst = _shape is null;
        FrameShape.Check(ref _shape, frame);
        if (isFirst)
        {
            WriteHeader(_shape!.Value);
        }

        if (_delays.Next() is not { } delay)
        {
            return;
        }

        using var image = FrameShape.ToImage(frame);
        _picture.SetLength(0);
        image.Save(_picture, EncoderFor(frame));
        _file.Stream.Write([ExtensionIntroducer, GraphicControl, 4, 0, (byte)delay, (byte)(delay >> 8), 0, 0]);
        _file.Stream.Write(ImageBlock(_picture.GetBuffer().AsSpan(0, (int)_picture.Length)));
    }

    /// <inheritdoc/>
    public void Complete()
    {
        if (_shape is null)
        {
            throw new InvalidOperationException("A GIF needs at least one frame.");
        }

        _file.Stream.WriteByte(Trailer);
        _file.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _picture.Dispose();
    }

    // A frame that is drawn has few colours: they are the table, as they are, and nothing is searched for.
    private GifEncoder EncoderFor(NDArray frame)
    {
        _colors.Clear();
        var bytes = frame.AsSpan<byte>();
        var last = -1;
        for (var i = 0; i < bytes.Length; i += 3)
        {
            var color = (bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2];
            if (color != last && _colors.Add(last = color) && _colors.Count > MostColors)
            {
                return Quantizing;
            }
        }

        if (_encoder is null || !_colors.SetEquals(_encoded))
        {
            _encoded = [.. _colors];
            var palette = _encoded.Select(color => Color.FromRgb((byte)(color >> 16), (byte)(color >> 8), (byte)color)).ToArray();
            _encoder = new GifEncoder { ColorTableMode = GifColorTableMode.Local, Quantizer = new PaletteQuantizer(palette, Options) };
        }

        return _encoder;
    }

    // The image descriptor, its colour table and its data, as they stand in a file of one picture.
    private static ReadOnlySpan<byte> ImageBlock(ReadOnlySpan<byte> gif)
    {
        var position = HeaderBytes + ScreenBytes + TableBytes(gif[HeaderBytes + 4]);
        while (gif[position] != ImageSeparator)
        {
            position = EndOfSubBlocks(gif, position + 2);
        }

        var data = position + DescriptorBytes + TableBytes(gif[position + DescriptorBytes - 1]);
        return gif[position..EndOfSubBlocks(gif, data + 1)];
    }

    private static int EndOfSubBlocks(ReadOnlySpan<byte> gif, int position)
    {
        while (gif[position] != 0)
        {
            position += gif[position] + 1;
        }

        return position + 1;
    }

    private static int TableBytes(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private void WriteHeader(FrameShape shape)
    {
        Span<byte> screen = stackalloc byte[ScreenBytes];
        screen.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(screen, checked((ushort)shape.Width));
        BinaryPrimitives.WriteUInt16LittleEndian(screen[2..], checked((ushort)shape.Height));
        _file.Stream.Write("GIF89a"u8);
        _file.Stream.Write(screen);
        _file.Stream.Write([ExtensionIntroducer, 0xFF, 11]);
        _file.Stream.Write("NETSCAPE2.0"u8);
        _file.Stream.Write([3, 1, 0, 0, 0]);
    }
}
