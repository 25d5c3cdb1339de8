namespace TorchSharp;

/// <summary>The upper half of a float32. A number only: no tensor of the managed engine has this dtype.</summary>
public readonly struct BFloat16
{
    private readonly ushort _bits;

    public BFloat16(float f)
    {
        var bits = BitConverter.SingleToUInt32Bits(f);
        _bits = float.IsNaN(f) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    public float ToSingle() => BitConverter.UInt32BitsToSingle((uint)_bits << 16);

    public override string ToString() => ToSingle().ToString(System.Globalization.CultureInfo.InvariantCulture);
}
