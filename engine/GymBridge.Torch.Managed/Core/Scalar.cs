using System.Numerics;

namespace TorchSharp;

/// <summary>A number on its way into an operation. Booleans, integers and floating point are told apart, which promotion depends on.</summary>
public sealed class Scalar : IDisposable
{
    private readonly double _double;
    private readonly long _long;

    private Scalar(torch.ScalarType type, long value)
    {
        Type = type;
        _long = value;
        _double = value;
    }

    private Scalar(torch.ScalarType type, double value)
    {
        Type = type;
        _double = value;
        _long = double.IsNaN(value) ? 0 : (long)value;
    }

    /// <summary>Bool, Int64 or Float64, as libtorch keeps its scalars.</summary>
    public torch.ScalarType Type { get; }

    internal int Category => Type switch
    {
        torch.ScalarType.Bool => 0,
        torch.ScalarType.Int64 => 1,
        _ => 2,
    };

    internal double AsDouble => _double;

    internal long AsLong => _long;

    internal bool IsZero => Category == 2 ? _double == 0 : _long == 0;

    public static implicit operator Scalar(byte value) => new(torch.ScalarType.Int64, (long)value);

    public static implicit operator Scalar(sbyte value) => new(torch.ScalarType.Int64, (long)value);

    public static implicit operator Scalar(short value) => new(torch.ScalarType.Int64, (long)value);

    public static implicit operator Scalar(int value) => new(torch.ScalarType.Int64, (long)value);

    public static implicit operator Scalar(long value) => new(torch.ScalarType.Int64, value);

    public static implicit operator Scalar(Half value) => new(torch.ScalarType.Float64, (double)value);

    public static implicit operator Scalar(BFloat16 value) => new(torch.ScalarType.Float64, value.ToSingle());

    public static implicit operator Scalar(float value) => new(torch.ScalarType.Float64, (double)value);

    public static implicit operator Scalar(double value) => new(torch.ScalarType.Float64, value);

    public static implicit operator Scalar(bool value) => new(torch.ScalarType.Bool, value ? 1L : 0L);

    public static implicit operator Scalar((float, float) value) => throw Errors.NotSupported("Scalar((float, float))");

    public static implicit operator Scalar(Complex value) => throw Errors.NotSupported("Scalar(Complex)");

    /// <summary>Nothing to free here; upstream's scalar is a native object.</summary>
    public void Dispose() => GC.SuppressFinalize(this);
}

public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => value;

    public static Scalar ToScalar(this sbyte value) => value;

    public static Scalar ToScalar(this short value) => value;

    public static Scalar ToScalar(this int value) => value;

    public static Scalar ToScalar(this long value) => value;

    public static Scalar ToScalar(this float value) => value;

    public static Scalar ToScalar(this double value) => value;

    public static Scalar ToScalar(this (float, float) value) => value;

    public static Scalar ToScalar(this Complex value) => value;

    public static Scalar ToScalar(this bool value) => value;

    public static Scalar ToScalar(this Half value) => value;

    public static Scalar ToBFloat16Scalar(this float value) => new BFloat16(value);

    public static Scalar ToScalar(this BFloat16 value) => value;

    public static Half ToHalf(this Scalar value) => (Half)value.AsDouble;

    public static BFloat16 ToBFloat16(this Scalar value) => new((float)value.AsDouble);

    public static float ToSingle(this Scalar value) => (float)value.AsDouble;

    public static double ToDouble(this Scalar value) => value.AsDouble;

    public static sbyte ToSByte(this Scalar value) => (sbyte)value.AsLong;

    public static byte ToByte(this Scalar value) => (byte)value.AsLong;

    public static short ToInt16(this Scalar value) => (short)value.AsLong;

    public static int ToInt32(this Scalar value) => (int)value.AsLong;

    public static long ToInt64(this Scalar value) => value.AsLong;

    public static bool ToBoolean(this Scalar value) => !value.IsZero;

    public static (float Real, float Imaginary) ToComplexFloat32(this Scalar value) => throw Errors.NotSupported("ScalarExtensionMethods.ToComplexFloat32");

    public static Complex ToComplexFloat64(this Scalar value) => throw Errors.NotSupported("ScalarExtensionMethods.ToComplexFloat64");
}
