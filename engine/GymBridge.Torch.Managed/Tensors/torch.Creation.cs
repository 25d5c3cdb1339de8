namespace TorchSharp;

public static partial class torch
{
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    /// <summary>A tensor that shares the array's memory, unless another dtype is asked for.</summary>
    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        InitializeDevice(device);
        var own = Tensor.TypeOf(rawArray.GetType().GetElementType()!);
        var shape = new long[rawArray.Rank];
        for (var i = 0; i < shape.Length; i++)
            shape[i] = rawArray.GetLongLength(i);
        var shared = Creation.Shared(rawArray, shape, own.Supported(), 0);
        if (dtype is { } wanted && wanted != own)
        {
            var cast = CopyKernel.Cast(shared, wanted.Supported());
            shared.Release();
            return Creation.Finish(cast, requires_grad);
        }
        return Creation.Finish(shared, requires_grad);
    }

    /// <summary>A tensor on part of a one-dimensional array's memory; the array must hold that dtype.</summary>
    public static Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        var own = Tensor.TypeOf(rawArray.GetType().GetElementType()!);
        if (own != dtype)
            throw Errors.NotSupported($"torch.frombuffer of {own.Name()} values as {dtype.Name()}");
        if (offset < 0 || offset >= rawArray.LongLength)
            throw new ArgumentException($"invalid argument offset: {offset} for an array of {rawArray.LongLength}", nameof(offset));
        var n = count < 0 ? rawArray.LongLength - offset : count;
        if (offset + n > rawArray.LongLength)
            throw new ArgumentException($"element count is too large: {offset} + {n} for an array of {rawArray.LongLength}", nameof(count));
        return Creation.Finish(Creation.Shared(rawArray, [n], dtype.Supported(), offset), requires_grad);
    }

    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var floating = start.Category == 2 || stop.Category == 2 || step.Category == 2;
        var type = Creation.Type(dtype ?? (floating ? DTypes.DefaultType : ScalarType.Int64), device);
        if (step.IsZero)
            throw Errors.Libtorch("step must be nonzero");
        var span = stop.AsDouble - start.AsDouble;
        if (span / step.AsDouble < 0)
            throw Errors.Libtorch("upper bound and larger bound inconsistent with step sign");
        var n = (long)Math.Ceiling(span / step.AsDouble);
        var t = TensorImpl.Empty([n], type);
        for (long i = 0; i < n; i++)
        {
            if (floating)
                Element.Write(t, i, start.AsDouble + (i * step.AsDouble));
            else
                Element.Write(t, i, start.AsLong + (i * step.AsLong));
        }
        return Creation.Finish(t, requires_grad);
    }

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var t = TensorImpl.Empty([steps], Creation.Type(dtype, device));
        var step = steps > 1 ? (end - start) / (steps - 1) : 0;
        // From both ends, so that both are exact.
        for (long i = 0; i < steps; i++)
            Element.Write(t, i, i < (steps + 1) / 2 ? start + (step * i) : end - (step * (steps - 1 - i)));
        return Creation.Finish(t, requires_grad);
    }

    public static Tensor logspace(
        double start, double end, long steps, double @base = 10.0, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var t = TensorImpl.Empty([steps], Creation.Type(dtype, device));
        var step = steps > 1 ? (end - start) / (steps - 1) : 0;
        for (long i = 0; i < steps; i++)
            Element.Write(t, i, Math.Pow(@base, i < (steps + 1) / 2 ? start + (step * i) : end - (step * (steps - 1 - i))));
        return Creation.Finish(t, requires_grad);
    }

    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        var n = columns < 0 ? rows : columns;
        var t = TensorImpl.Zeros([rows, n], Creation.Type(dtype, device));
        for (long i = 0; i < Math.Min(rows, n); i++)
            Element.Write(t, (i * n) + i, 1L);
        return Creation.Finish(t, requires_grad);
    }

    public static void set_default_dtype(ScalarType dtype)
    {
        if (!dtype.IsFloat())
            throw new ArgumentException($"The default dtype must be float32 or float64, not {dtype.Name()}.", nameof(dtype));
        DTypes.DefaultType = dtype;
    }

    public static ScalarType get_default_dtype() => DTypes.DefaultType;

    public static bool is_tensor(object obj) => obj is Tensor;

    public static ScalarType result_type(Tensor tensor1, Tensor tensor2) => DTypes.Result(tensor1.Impl, tensor2.Impl);

    public static ScalarType promote_types(ScalarType type1, ScalarType type2) => DTypes.Promote(type1.Supported(), type2.Supported());

    public static bool can_cast(ScalarType from, ScalarType to) => to.Category() >= from.Category();

    public static bool is_integral(ScalarType type) => type.Supported().Category() < 2;

    public static bool is_floating_point(ScalarType type) => type.IsFloat();

    public static bool is_complex(ScalarType type) => type is ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64;

    public static bool is_quantized(ScalarType type) => type is ScalarType.QInt8 or ScalarType.QUInt8 or ScalarType.QInt32;

    public static FInfo finfo() => finfo(DTypes.DefaultType);

    public static FInfo finfo(ScalarType dtype) => dtype switch
    {
        ScalarType.Float32 =>
            new FInfo
            {
                bits = 32,
                eps = 1.1920928955078125e-07,
                max = float.MaxValue,
                min = float.MinValue,
                tiny = 1.17549435e-38f,
                smallest_normal = 1.17549435e-38f,
                resolution = 1e-6,
            },
        ScalarType.Float64 =>
            new FInfo
            {
                bits = 64,
                eps = 2.220446049250313e-16,
                max = double.MaxValue,
                min = double.MinValue,
                tiny = 2.2250738585072014e-308,
                smallest_normal = 2.2250738585072014e-308,
                resolution = 1e-15,
            },
        _ => throw new ArgumentException($"finfo() requires a floating point dtype, not {dtype.Name()}."),
    };

    public struct FInfo
    {
        public int bits;
        public double eps;
        public double max;
        public double min;
        public double tiny;
        public double smallest_normal;
        public double resolution;
    }
}
