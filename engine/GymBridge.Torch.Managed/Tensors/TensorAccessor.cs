using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Utils;

/// <summary>Reads and writes the values of a tensor in row-major order, in bulk where it can.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly torch.Tensor _tensor;

    internal TensorAccessor(torch.Tensor tensor) => _tensor = torch.Tensor.Unscoped(tensor.Impl.AddReference());

    public long Count => _tensor.Impl.Count;

    public bool IsReadOnly => false;

    /// <summary>A value by its index in each dimension, or by one index into the values in row-major order.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such value.</exception>
    public T this[params long[] indices]
    {
        get => ((T*)_tensor.Impl.Data)[Offset(indices)];
        set
        {
            ((T*)_tensor.Impl.Data)[Offset(indices)] = value;
            _tensor.Impl.Storage.Changed();
        }
    }

    public static bool operator ==(TensorAccessor<T> left, TensorAccessor<T> right) => left.Equals(right);

    public static bool operator !=(TensorAccessor<T> left, TensorAccessor<T> right) => !left.Equals(right);

    public T[] ToArray()
    {
        var result = new T[Count];
        CopyTo(result.AsSpan());
        return result;
    }

    public Array ToNDArray()
    {
        var shape = _tensor.Impl.Shape;
        if (shape.Length == 0)
            return ToArray();
        var result = Array.CreateInstance(typeof(T), shape);
        CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(result)), checked((int)Count)));
        return result;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var n = Math.Min(array.Length - arrayIndex, Count - tensorIndex);
        if (n <= 0)
            return;
        var impl = CopyKernel.Contiguous(_tensor.Impl);
        new ReadOnlySpan<T>((T*)impl.Data + tensorIndex, (int)n).CopyTo(array[arrayIndex..]);
        impl.Release();
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var n = (int)Math.Min(array.Length - arrayIndex, Count - tensorIndex);
        if (n <= 0)
            return;
        var impl = CopyKernel.Contiguous(_tensor.Impl);
        array.Slice(arrayIndex, n).CopyTo(new Span<T>((T*)impl.Data + tensorIndex, n));
        if (!ReferenceEquals(impl, _tensor.Impl))
            CopyKernel.Into(impl, _tensor.Impl);
        impl.Release();
        _tensor.Impl.Storage.Changed();
    }

    public override bool Equals(object? obj) => obj is TensorAccessor<T> other && Count == other.Count && ToArray().AsSpan().SequenceEqual(other.ToArray());

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    public void Dispose() => _tensor.Dispose();

    public IEnumerator<T> GetEnumerator()
    {
        foreach (var value in ToArray())
            yield return value;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private long Offset(long[] indices)
    {
        var impl = _tensor.Impl;
        if (indices.Length == 1 && impl.Rank != 1)
            return OffsetOf(indices[0], impl);
        if (indices.Length != impl.Rank)
            throw new ArgumentException($"The tensor has {impl.Rank} dimensions; {indices.Length} indices were given.");
        long offset = 0;
        for (var i = 0; i < indices.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= impl.Shape[i])
                throw new IndexOutOfRangeException($"Index {indices[i]} is out of range for dimension {i} of a tensor of shape {Errors.Shape(impl.Shape)}.");
            offset += indices[i] * impl.Strides[i];
        }
        return offset;
    }

    private static long OffsetOf(long index, TensorImpl impl)
    {
        if (index < 0 || index >= impl.Count)
            throw new IndexOutOfRangeException($"Index {index} is out of range for the {impl.Count} values of a tensor of shape {Errors.Shape(impl.Shape)}.");
        long offset = 0;
        for (var i = impl.Rank - 1; i >= 0; i--)
        {
            (index, var at) = Math.DivRem(index, impl.Shape[i]);
            offset += at * impl.Strides[i];
        }
        return offset;
    }
}
