using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GymBridge.Torch.Managed;

/// <summary>gather, scatter, where.</summary>
internal static unsafe class Selection
{
    public static Tensor Gather(Tensor x, long dim, Tensor index)
    {
        var impl = x.Impl;
        var d = Shapes.Dim(dim, impl.Rank);
        CheckIndex(index);
        if (impl.Rank != index.Impl.Rank)
            throw Errors.Libtorch($"Index tensor must have the same number of dimensions as input tensor: {Errors.Shape(index.Impl.Shape)} and {Errors.Shape(impl.Shape)}");
        for (var i = 0; i < impl.Rank; i++)
        {
            if (i != d && index.Impl.Shape[i] > impl.Shape[i])
                throw Errors.Libtorch($"Size does not match at dimension {i} expected index {Errors.Shape(index.Impl.Shape)} to be no larger than self {Errors.Shape(impl.Shape)} apart from dimension {d}");
        }
        var at = CopyKernel.Cast(index.Impl, ScalarType.Int64);
        var o = TensorImpl.Empty(index.Impl.Shape, impl.DType);
        var size = impl.DType.Size();
        if (size >= 4 && impl.Contiguous && AlignedBut(index.Impl.Shape, impl.Shape, d))
        {
            var (outer, count, inner) = Scans.Split(at, d);
            if (size == 4)
                GatherRows(impl.Ptr<int>(), at.Ptr<long>(), o.Ptr<int>(), outer, count, inner, impl.Shape[d], d);
            else
                GatherRows(impl.Ptr<long>(), at.Ptr<long>(), o.Ptr<long>(), outer, count, inner, impl.Shape[d], d);
            at.Release();
            return GatherRecorded(new Tensor(o), x, index, d);
        }
        long stride = impl.Rank == 0 ? 0 : impl.Strides[d];
        long length = impl.Rank == 0 ? 1 : impl.Shape[d];
        var strides = impl.Strides;
        Walk(at.Shape, strides, d, (long offset, long k) =>
        {
            var i = Checked(at.Ptr<long>()[k], length, d);
            var from = impl.Data + ((offset + (i * stride)) * size);
            if (size == 4)
                o.Ptr<int>()[k] = *(int*)from;
            else if (size == 8)
                o.Ptr<long>()[k] = *(long*)from;
            else
                o.Data[k] = *from;
        });
        at.Release();
        return GatherRecorded(new Tensor(o), x, index, d);
    }

    private static Tensor GatherRecorded(Tensor result, Tensor x, Tensor index, int d)
    {
        if (!Autograd.Records(x))
            return result;
        var shape = x.Impl.Shape;
        return Autograd.Attach(result, x, (n, g) => n.Give(0, Ungathered(g, shape, d, n.S0)), Saved.Input(index));
    }

    private static Tensor Ungathered(Tensor g, long[] shape, int d, Tensor index)
    {
        var zeros = torch.zeros(shape, g.dtype);
        if (Autograd.Records(g))
            return zeros.scatter_add(d, index, g);
        ScatterInto(zeros.Impl, d, index, g, add: true);
        return zeros;
    }

    /// <summary>Whether two shapes agree in every dimension but one.</summary>
    private static bool AlignedBut(long[] a, long[] b, int dim)
    {
        if (a.Length == 0)
            return false;
        for (var i = 0; i < a.Length; i++)
        {
            if (i != dim && a[i] != b[i])
                return false;
        }
        return true;
    }

    private static void GatherRows<T>(T* x, long* index, T* o, long outer, long count, long inner, long length, int dim)
        where T : unmanaged
    {
        if (count == 1 && inner == 1)
        {
            for (long i = 0; i < outer; i++)
                o[i] = x[(i * length) + Checked(index[i], length, dim)];
            return;
        }
        for (long i = 0; i < outer; i++, x += length * inner)
        {
            for (long r = 0; r < count; r++)
            {
                for (long j = 0; j < inner; j++)
                    *o++ = x[(Checked(*index++, length, dim) * inner) + j];
            }
        }
    }

    private static void ScatterRows(float* x, long* index, float* values, long outer, long count, long inner, long length, int dim, bool add)
    {
        if (count == 1 && inner == 1)
        {
            for (long i = 0; i < outer; i++)
            {
                var at = (i * length) + Checked(index[i], length, dim);
                x[at] = values[i] + (add ? x[at] : 0);
            }
            return;
        }
        for (long i = 0; i < outer; i++, x += length * inner)
        {
            for (long r = 0; r < count; r++)
            {
                for (long j = 0; j < inner; j++)
                {
                    var at = (Checked(*index++, length, dim) * inner) + j;
                    x[at] = *values++ + (add ? x[at] : 0);
                }
            }
        }
    }

    public static Tensor Scatter(Tensor x, long dim, Tensor index, Tensor src, bool add)
    {
        var d = Shapes.Dim(dim, x.Impl.Rank);
        CheckIndex(index);
        if (src.Impl.DType != x.Impl.DType)
            throw Errors.Libtorch($"scatter(): Expected self.dtype to be equal to src.dtype, but they are {x.Impl.DType.Name()} and {src.Impl.DType.Name()}");
        if (x.Impl.Rank != index.Impl.Rank || x.Impl.Rank != src.Impl.Rank)
            throw Errors.Libtorch($"Index tensor must have the same number of dimensions as self tensor: {Errors.Shape(index.Impl.Shape)}, {Errors.Shape(x.Impl.Shape)}");
        for (var i = 0; i < x.Impl.Rank; i++)
        {
            if (index.Impl.Shape[i] > src.Impl.Shape[i] || (i != d && index.Impl.Shape[i] > x.Impl.Shape[i]))
                throw Errors.Libtorch($"Expected index {Errors.Shape(index.Impl.Shape)} to be no larger than self {Errors.Shape(x.Impl.Shape)} apart from dimension {d} and to be no larger than src {Errors.Shape(src.Impl.Shape)}");
        }
        var o = CopyKernel.Clone(x.Impl);
        ScatterInto(o, d, index, src, add);
        return ScatterRecorded(new Tensor(o), x, src, index, d, add);
    }

    private static void ScatterInto(TensorImpl o, int d, Tensor index, Tensor src, bool add)
    {
        var at = CopyKernel.Cast(index.Impl, ScalarType.Int64);
        long stride = o.Rank == 0 ? 0 : o.Strides[d];
        long length = o.Rank == 0 ? 1 : o.Shape[d];
        var part = src.Impl.View(at.Shape, src.Impl.Strides, src.Impl.Offset);
        var values = CopyKernel.Contiguous(part);
        part.Release();
        if (o.DType == ScalarType.Float32 && AlignedBut(at.Shape, o.Shape, d))
        {
            var (outer, count, inner) = Scans.Split(at, d);
            ScatterRows(o.Ptr<float>(), at.Ptr<long>(), values.Ptr<float>(), outer, count, inner, length, d, add);
        }
        else
        {
            ScatterAll(o, at, values, d, stride, length, add);
        }
        at.Release();
        values.Release();
    }

    private static void ScatterAll(TensorImpl o, TensorImpl at, TensorImpl values, int d, long stride, long length, bool add)
    {
        Walk(at.Shape, o.Strides, d, (long offset, long k) =>
        {
            var target = offset + (Checked(at.Ptr<long>()[k], length, d) * stride);
            if (!o.DType.IsFloat())
                Element.Write(o, target, Element.ReadLong(values, k) + (add ? Element.ReadLong(o, target) : 0));
            else if (o.DType == ScalarType.Float32)
                o.Ptr<float>()[target] = values.Ptr<float>()[k] + (add ? o.Ptr<float>()[target] : 0);
            else
                o.Ptr<double>()[target] = values.Ptr<double>()[k] + (add ? o.Ptr<double>()[target] : 0);
        });
    }

    private static Tensor ScatterRecorded(Tensor result, Tensor x, Tensor src, Tensor index, int d, bool add)
    {
        if (!Autograd.Records(x, src))
            return result;
        var whole = src.Impl.Shape;
        return Autograd.Attach(
            result,
            x,
            src,
            (n, g) =>
            {
                var i = n.S0;
                if (n.Wants(0))
                    n.Give(0, add ? g : g.scatter(d, i, torch.zeros(i.Impl.Shape, g.dtype)));
                if (n.Wants(1))
                {
                    var picked = g.gather(d, i);
                    if (!Shapes.Same(picked.Impl.Shape, whole))
                    {
                        var padded = torch.zeros(whole, g.dtype);
                        var corner = padded;
                        for (var k = 0; k < whole.Length; k++)
                            corner = corner.narrow(k, 0, picked.Impl.Shape[k]);
                        CopyKernel.Into(picked.Impl, corner.Impl);
                        picked = padded;
                    }
                    n.Give(1, picked);
                }
            },
            Saved.Input(index));
    }

    public static Tensor Where(Tensor condition, Tensor x, Tensor y)
    {
        var dtype = DTypes.Result(x.Impl, y.Impl);
        if (condition.Impl.DType is not (ScalarType.Bool or ScalarType.Byte))
            throw Errors.Libtorch($"where expected condition to be a boolean tensor, but got a tensor with dtype {condition.Impl.DType.Name()}");
        var shape = Shapes.Broadcast(Shapes.Broadcast(condition.Impl.Shape, x.Impl.Shape), y.Impl.Shape);
        var c = Full(condition.Impl, shape, ScalarType.Bool);
        var a = Full(x.Impl, shape, dtype);
        var b = Full(y.Impl, shape, dtype);
        var o = TensorImpl.Empty(shape, dtype);
        var mask = c.Data;
        switch (dtype.Size())
        {
            case 4:
                var some = PickVectors(mask, a.Ptr<uint>(), b.Ptr<uint>(), o.Ptr<uint>(), o.Count);
                Pick(mask + some, a.Ptr<int>() + some, b.Ptr<int>() + some, o.Ptr<int>() + some, o.Count - some);
                break;
            case 8:
                Pick(mask, a.Ptr<long>(), b.Ptr<long>(), o.Ptr<long>(), o.Count);
                break;
            default:
                Pick(mask, a.Data, b.Data, o.Data, o.Count);
                break;
        }
        c.Release();
        a.Release();
        b.Release();
        var result = new Tensor(o);
        if (!Autograd.Records(x, y))
            return result;
        return Autograd.Attach(
            result,
            x,
            y,
            static (n, g) =>
            {
                using var zero = Tensor.Number(0, g.dtype);
                if (n.Wants(0))
                    n.Give(0, Where(n.S0, g, zero));
                if (n.Wants(1))
                    n.Give(1, Where(n.S0, zero, g));
            },
            Saved.Input(condition));
    }

    /// <summary>A vector of indices along one dimension, repeated over a shape.</summary>
    public static Tensor Along(Tensor index, long[] shape, int dim)
    {
        var ones = new long[shape.Length];
        Array.Fill(ones, 1);
        if (ones.Length > 0)
            ones[dim] = index.Impl.Count;
        return index.reshape(ones).expand(shape);
    }

    public static void CheckMask(Tensor mask)
    {
        if (mask.Impl.DType != ScalarType.Bool)
            throw Errors.Libtorch($"masked_fill_ only supports boolean masks, but got mask with dtype {mask.Impl.DType.Name()}");
    }

    public static void CheckNonNegative(Tensor index, long size, string name)
    {
        var at = CopyKernel.Cast(index.Impl, ScalarType.Int64);
        if (!Indexing.AllWithin(at.Ptr<long>(), at.Count, 0, size - 1))
        {
            var values = new ReadOnlySpan<long>(at.Ptr<long>(), checked((int)at.Count)).ToArray();
            var bad = Array.Find(values, value => value < 0 || value >= size);
            throw Errors.Libtorch($"{name}(): index {bad} out of range for a dimension of size {size}");
        }
        at.Release();
    }

    private static void CheckIndex(Tensor index)
    {
        if (index.Impl.DType is not (ScalarType.Int64 or ScalarType.Int32))
            throw Errors.Libtorch($"gather(): Expected dtype int32/int64 for index, but got {index.Impl.DType.Name()}");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Checked(long i, long length, int dim)
    {
        if ((ulong)i >= (ulong)length)
            RefuseIndex(i, length, dim);
        return i;
    }

    [DoesNotReturn]
    private static void RefuseIndex(long i, long length, int dim) =>
        throw Errors.Libtorch($"index {i} is out of bounds for dimension {dim} with size {length}");

    /// <summary>Visits a shape in order, with the offset under other strides, leaving one dimension out.</summary>
    private static void Walk(long[] shape, long[] strides, int skip, Action<long, long> visit)
    {
        var count = Shapes.Count(shape);
        var index = new long[shape.Length];
        long offset = 0;
        for (long k = 0; k < count; k++)
        {
            visit(offset, k);
            for (var d = shape.Length - 1; d >= 0; d--)
            {
                var step = d == skip ? 0 : strides[d];
                offset += step;
                if (++index[d] < shape[d])
                    break;
                offset -= step * shape[d];
                index[d] = 0;
            }
        }
    }

    private static TensorImpl Full(TensorImpl t, long[] shape, ScalarType dtype)
    {
        if (t.DType == dtype && t.Contiguous && Shapes.Same(t.Shape, shape))
            return t.AddReference();
        var o = TensorImpl.Empty(shape, dtype);
        CopyKernel.Into(t, o);
        return o;
    }

    /// <summary>Sixteen at a time; gives how many.</summary>
    private static long PickVectors(byte* mask, uint* a, uint* b, uint* o, long n)
    {
        long i = 0;
        for (; i <= n - 16; i += 16)
        {
            var (low, high) = Vector128.Widen(Vector128.Load(mask + i));
            var (m0, m1) = Vector128.Widen(low);
            var (m2, m3) = Vector128.Widen(high);
            PickFour(-m0, a + i, b + i, o + i);
            PickFour(-m1, a + i + 4, b + i + 4, o + i + 4);
            PickFour(-m2, a + i + 8, b + i + 8, o + i + 8);
            PickFour(-m3, a + i + 12, b + i + 12, o + i + 12);
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PickFour(Vector128<uint> mask, uint* a, uint* b, uint* o) =>
        Vector128.Store(Vector128.ConditionalSelect(mask, Vector128.Load(a), Vector128.Load(b)), o);

    /// <summary>Without a branch: masks are seldom predictable.</summary>
    private static void Pick<T>(byte* mask, T* a, T* b, T* o, long n)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        for (long i = 0; i < n; i++)
            o[i] = b[i] ^ ((a[i] ^ b[i]) & (T.Zero - T.CreateTruncating(mask[i])));
    }
}
