namespace GymBridge.Torch.Managed;

/// <summary>What the many overloads of torch.tensor, zeros, rand and the like have in common.</summary>
internal static unsafe class Creation
{
    public static Tensor Empty(ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad) =>
        Finish(TensorImpl.Empty(size.ToArray(), Type(dtype, device)), requires_grad);

    public static Tensor Zeros(ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad) =>
        Finish(TensorImpl.Zeros(size.ToArray(), Type(dtype, device)), requires_grad);

    public static Tensor Ones(ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad) =>
        Full(size, 1, dtype ?? DTypes.DefaultType, device, requires_grad);

    public static Tensor Full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype, Device? device, bool requires_grad)
    {
        var inferred = value.Category switch { 0 => ScalarType.Bool, 1 => ScalarType.Int64, _ => DTypes.DefaultType };
        var t = TensorImpl.Empty(size.ToArray(), Type(dtype ?? inferred, device));
        var c = Elementwise.Constant(value, t.DType);
        CopyKernel.Into(c, t);
        c.Release();
        return Finish(t, requires_grad);
    }

    public static Tensor Rand(ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad, Generator? generator)
    {
        var t = TensorImpl.Empty(size.ToArray(), FloatType(dtype, device, "rand"));
        RandomKernel.Uniform(t, 0, 1, generator);
        return Finish(t, requires_grad);
    }

    public static Tensor Randn(ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad, Generator? generator)
    {
        var t = TensorImpl.Empty(size.ToArray(), FloatType(dtype, device, "randn"));
        RandomKernel.Normal(t, 0, 1, generator);
        return Finish(t, requires_grad);
    }

    public static Tensor FromScalar<T>(T value, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged => FromSpan(new ReadOnlySpan<T>(in value), [], dtype, device, requires_grad);

    public static Tensor FromList<T>(IList<T> values, ReadOnlySpan<long> dims, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged
    {
        if (values is T[] array)
            return FromSpan(new ReadOnlySpan<T>(array), dims, dtype, device, requires_grad);
        if (values is List<T> list)
            return FromSpan<T>(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(list), dims, dtype, device, requires_grad);
        return FromSpan<T>(values.ToArray(), dims, dtype, device, requires_grad);
    }

    public static Tensor FromNested<T>(T[,] values, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged => FromArray<T>(values, dtype, device, requires_grad);

    public static Tensor FromNested<T>(T[,,] values, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged => FromArray<T>(values, dtype, device, requires_grad);

    public static Tensor FromNested<T>(T[,,,] values, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged => FromArray<T>(values, dtype, device, requires_grad);

    public static Tensor FromSpan<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> dims, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged
    {
        var own = Tensor.TypeOf(typeof(T));
        var shape = dims.ToArray();
        var count = Shapes.Count(shape);
        if (count > values.Length)
            throw new ArgumentException($"mismatched total size creating a tensor from an array: {values.Length} values for shape {Errors.Shape(shape)}");
        values = values[..(int)count];
        InitializeDevice(device);
        if (own is ScalarType.Int8 or ScalarType.Int16)
        {
            // Without these dtypes, values can still be read into another.
            var wide = new long[values.Length];
            for (var i = 0; i < wide.Length; i++)
                wide[i] = own == ScalarType.Int8 ? (sbyte)(object)values[i] : (short)(object)values[i];
            return FromSpan<long>(wide, dims, (dtype ?? own).Supported(), device, requires_grad);
        }
        var t = TensorImpl.Empty(shape, own);
        values.CopyTo(new Span<T>(t.Data, values.Length));
        if (dtype is { } wanted && wanted != own)
        {
            var cast = CopyKernel.Cast(t, wanted.Supported());
            t.Release();
            t = cast;
        }
        return Finish(t, requires_grad);
    }

    /// <summary>A tensor on the memory of an array.</summary>
    public static TensorImpl Shared(Array array, long[] shape, ScalarType dtype, long elementOffset)
    {
        var size = dtype.Size();
        var bytes = Shapes.Count(shape) * size;
        return new TensorImpl(Storage.Share(array, elementOffset * size, bytes), shape, Shapes.Contiguous(shape), 0, dtype);
    }

    public static ScalarType Type(ScalarType? dtype, Device? device)
    {
        if (device is not null && device.type != DeviceType.CPU)
            InitializeDevice(device);
        return (dtype ?? DTypes.DefaultType).Supported();
    }

    public static Tensor Finish(TensorImpl t, bool requires_grad)
    {
        var result = new Tensor(t);
        if (requires_grad)
            result.requires_grad = true;
        return result;
    }

    private static ScalarType FloatType(ScalarType? dtype, Device? device, string name)
    {
        var t = Type(dtype, device);
        return t.IsFloat() ? t : throw Errors.Libtorch($"\"{name}\" not implemented for '{t.Name()}'");
    }

    private static Tensor FromArray<T>(Array values, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged
    {
        var dims = new long[values.Rank];
        for (var i = 0; i < dims.Length; i++)
            dims[i] = values.GetLongLength(i);
        var span = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan(
            ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(
                ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(values)), values.Length);
        return FromSpan(span, dims, dtype, device, requires_grad);
    }
}
