using System.Buffers;
using System.Text;

namespace GymBridge.Protocol.Codec.Packing;

/// <summary>Text: length in bytes, UTF-8.</summary>
internal sealed class TextPacker : ValuePacker
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public override int MinBytes => sizeof(uint);

    public override void Write(object value, IBufferWriter<byte> output)
    {
        if (value is not string text)
        {
            throw Misfit(value, "Text");
        }

        try
        {
            WriteCount(Strict.GetByteCount(text), output);
            Strict.GetBytes(text, output);
        }
        catch (EncoderFallbackException)
        {
            throw new ArgumentException("A text holds half of a surrogate pair, which UTF-8 cannot carry.", nameof(value));
        }
    }

    public override void WriteZero(IBufferWriter<byte> output) => WriteCount(0, output);

    public override object Read(ref PackedReader input)
    {
        try
        {
            return Strict.GetString(input.Take(input.TakeCount(1)));
        }
        catch (DecoderFallbackException)
        {
            throw input.Bad("a text is not UTF-8");
        }
    }
}
