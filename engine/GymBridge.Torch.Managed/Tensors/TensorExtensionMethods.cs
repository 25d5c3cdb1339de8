using System.Globalization;
using System.Numerics;
using TorchSharp.Modules;

namespace TorchSharp;

public static class TensorExtensionMethods
{
    public static Parameter AsParameter(this torch.Tensor tensor) => new(tensor);

    public static int ElementSize(this torch.ScalarType type) => type.Size();

    public static ReadOnlySpan<int> IntShape(this torch.Tensor tensor) => Array.ConvertAll(tensor.shape, s => (int)s);

    public static long TotalSize(this IEnumerable<long> shape) => shape.Aggregate(1L, (a, b) => a * b);

    public static void Save(this torch.Tensor tensor, BinaryWriter writer) => TensorFormat.Write(writer, tensor);

    public static void Save(this torch.Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        TensorFormat.Write(writer, tensor);
    }

    public static void Save(this torch.Tensor tensor, string location) => tensor.save(location);

    /// <summary>Reads over the values of a tensor of the same shape and dtype, or past them.</summary>
    public static void Load(this torch.Tensor tensor, BinaryReader reader, bool skip = false)
    {
        using var loaded = TensorFormat.Read(reader, skip, tensor.Impl);
        if (loaded is null)
        {
            return;
        }
        using var _ = torch.no_grad();
        tensor.copy_(loaded);
    }

    public static torch.Tensor Load(BinaryReader reader, bool skip = false) => TensorFormat.Read(reader, skip)!;

    public static void Load(ref torch.Tensor? tensor, BinaryReader reader, bool skip = false)
    {
        if (tensor is null)
            tensor = TensorFormat.Read(reader, skip);
        else
            tensor.Load(reader, skip);
    }

    /// <summary>A tensor on the array's memory, or on a copy of it.</summary>
    public static torch.Tensor ToTensor<T>(this T[] rawArray, long[] dimensions, bool doCopy = false, bool requires_grad = false)
    {
        using var flat = torch.from_array(doCopy ? (Array)rawArray.Clone() : rawArray);
        return flat.view(dimensions).requires_grad_(requires_grad);
    }

    public static torch.Tensor ToTensor<T>(this T scalar, torch.Device? device = null, bool requires_grad = false)
        where T : struct
    {
        if (requires_grad && !torch.Tensor.TypeOf(typeof(T)).IsFloat())
            throw new ArgumentException($"Only floating point types support gradients, not {typeof(T)}.", nameof(requires_grad));
        using var flat = torch.from_array(new[] { scalar }, device);
        return flat.view(Shapes.Scalar).requires_grad_(requires_grad);
    }

    public static string str(
        this torch.Tensor tensor, string? fltFormat = null, int? width = null, string? newLine = null,
        CultureInfo? cultureInfo = null, TensorStringStyle style = TensorStringStyle.Default) =>
        tensor.ToString(style, fltFormat, width, cultureInfo, newLine);

    public static string jlstr(
        this torch.Tensor tensor, string? fltFormat = null, int? width = null, string? newLine = null, CultureInfo? cultureInfo = null) =>
        tensor.ToString(TensorStringStyle.Julia, fltFormat, width, cultureInfo, newLine);

    public static string metastr(this torch.Tensor tensor) => tensor.ToString(TensorStringStyle.Metadata);

    public static string npstr(this torch.Tensor tensor, string? fltFormat = "g5", int? width = 100, string? newLine = null, CultureInfo? cultureInfo = null) =>
        tensor.ToString(TensorStringStyle.Numpy, fltFormat, width, cultureInfo, newLine);

    public static string cstr(this torch.Tensor tensor, string? fltFormat = "g5", int? width = 100, string? newLine = null, CultureInfo? cultureInfo = null) =>
        tensor.ToString(TensorStringStyle.CSharp, fltFormat, width, cultureInfo, newLine);

    public static torch.Tensor print(this torch.Tensor t, string? fltFormat = "g5", int? width = 100, string? newLine = null, CultureInfo? cultureInfo = null, TensorStringStyle style = TensorStringStyle.Default)
    {
        Console.WriteLine(t.ToString(style, fltFormat, width, cultureInfo, newLine));
        return t;
    }

    public static (float Real, float Imaginary) ToComplexFloat32(this torch.Tensor value) =>
        throw Errors.NotSupported("TensorExtensionMethods.ToComplexFloat32");

    public static Complex ToComplexFloat64(this torch.Tensor value) => throw Errors.NotSupported("TensorExtensionMethods.ToComplexFloat64");

    public static (float Real, float Imaginary) ToComplex32(this torch.Tensor value) => throw Errors.NotSupported("TensorExtensionMethods.ToComplex32");

    public static Complex ToComplex64(this torch.Tensor value) => throw Errors.NotSupported("TensorExtensionMethods.ToComplex64");

    public static Half ToHalf(this torch.Tensor value) => value.ToScalar().ToHalf();

    public static BFloat16 ToBFloat16(this torch.Tensor value) => value.ToScalar().ToBFloat16();

    public static bool ToBoolean(this torch.Tensor value) => value.ToScalar().ToBoolean();

    public static byte ToByte(this torch.Tensor value) => value.ToScalar().ToByte();

    public static sbyte ToSByte(this torch.Tensor value) => value.ToScalar().ToSByte();

    public static short ToInt16(this torch.Tensor value) => value.ToScalar().ToInt16();

    public static int ToInt32(this torch.Tensor value) => value.ToScalar().ToInt32();

    public static long ToInt64(this torch.Tensor value) => value.ToScalar().ToInt64();

    public static float ToSingle(this torch.Tensor value) => value.ToScalar().ToSingle();

    public static double ToDouble(this torch.Tensor value) => value.ToScalar().ToDouble();
}
