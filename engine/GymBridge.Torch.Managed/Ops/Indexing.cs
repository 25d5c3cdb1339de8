using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GymBridge.Torch.Managed;

/// <summary>Reading and writing through index expressions and index tensors.</summary>
internal static unsafe class Indexing
{
    // Multiply-adds in whose time a row is read that lies anywhere.
    private const int RowWork = 512;

    /// <summary>The view that slices and single indices make, and the index tensors left, one for each dimension of the view (null: all of it).</summary>
    public static (Tensor View, Tensor?[] Tensors) Resolve(Tensor x, ReadOnlySpan<TensorIndex> indices)
    {
        var used = 0;
        foreach (var i in indices)
        {
            if (i.Kind is IndexKind.Slice or IndexKind.Single)
                used++;
            else if (i.Kind == IndexKind.Tensor)
                used += i.Values!.dtype is ScalarType.Bool or ScalarType.Byte ? Math.Max(i.Values.Impl.Rank, 0) : 1;
        }
        if (used > x.Impl.Rank)
            throw Errors.Libtorch($"too many indices for tensor of dimension {x.Impl.Rank}");
        var tensors = new List<Tensor?>();
        var view = x;
        var d = 0;
        foreach (var i in indices)
        {
            switch (i.Kind)
            {
                case IndexKind.Slice:
                    if (i.Start is not null || i.Stop is not null || i.Step is not null)
                        view = view.slice(d, i.Start ?? 0, i.Stop ?? long.MaxValue, i.Step ?? 1);
                    tensors.Add(null);
                    d++;
                    break;
                case IndexKind.Single:
                    view = view.select(d, i.Start!.Value);
                    break;
                case IndexKind.None:
                    view = view.unsqueeze(d);
                    tensors.Add(null);
                    d++;
                    break;
                case IndexKind.Ellipsis:
                    for (var skip = x.Impl.Rank - used; skip > 0; skip--)
                    {
                        tensors.Add(null);
                        d++;
                    }
                    break;
                case IndexKind.Bool:
                    view = view.unsqueeze(d);
                    tensors.Add(i.Start == 1 ? torch.zeros(1, ScalarType.Int64) : torch.empty(0, ScalarType.Int64));
                    d++;
                    break;
                default:
                    var t = i.Values!;
                    if (t.dtype is ScalarType.Bool or ScalarType.Byte)
                    {
                        var rank = t.Impl.Rank;
                        for (var k = 0; k < rank; k++)
                        {
                            if (t.Impl.Shape[k] != view.Impl.Shape[d + k])
                                throw Errors.Libtorch($"The shape of the mask {Errors.Shape(t.Impl.Shape)} at index {k} does not match the shape of the indexed tensor {Errors.Shape(view.Impl.Shape)} at index {d + k}");
                        }
                        var where = Nonzero(t);
                        for (var k = 0; k < rank; k++)
                            tensors.Add(where.select(1, k));
                        d += rank;
                    }
                    else
                    {
                        if (!t.dtype.IsInteger())
                            throw Errors.Libtorch($"tensors used as indices must be long, int, byte or bool tensors, not {t.dtype.Name()}");
                        tensors.Add(t);
                        d++;
                    }
                    break;
            }
        }
        var rest = new Tensor?[view.Impl.Rank];
        for (var i = 0; i < tensors.Count; i++)
            rest[i] = tensors[i];
        return (view, rest);
    }

    public static Tensor Get(Tensor x, ReadOnlySpan<TensorIndex> indices)
    {
        var (view, tensors) = Resolve(x, indices);
        return Array.TrueForAll(tensors, t => t is null) ? (ReferenceEquals(view, x) ? x.alias() : view) : Gather(view, tensors);
    }

    public static void Set(Tensor x, ReadOnlySpan<TensorIndex> indices, Tensor value, bool accumulate = false)
    {
        var copy = indices.ToArray();
        if (Autograd.Records(x, value))
        {
            PutRecorded(x, copy, value, accumulate);
            return;
        }
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        var (view, tensors) = Resolve(x, copy);
        Write(view, tensors, value, accumulate);
    }

    /// <summary>In place; where autograd records, the replaced entries lose their gradient and the value gets its.</summary>
    public static Tensor Put(Tensor x, Tensor?[] indices, Tensor value, bool accumulate)
    {
        var entries = Array.ConvertAll(indices, t => t is null ? TensorIndex.Colon : TensorIndex.Tensor(t));
        if (Autograd.Records(x, value))
        {
            PutRecorded(x, entries, value, accumulate);
            return x;
        }
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        var (view, tensors) = Resolve(x, entries);
        Write(view, tensors, value, accumulate);
        return x;
    }

    public static Tensor Nonzero(Tensor t)
    {
        var x = CopyKernel.Contiguous(t.Impl);
        var found = new List<long>();
        for (long i = 0; i < x.Count; i++)
        {
            if (Element.ReadDouble(x, i) != 0)
                found.Add(i);
        }
        var rank = x.Rank;
        var o = TensorImpl.Empty([found.Count, rank], ScalarType.Int64);
        var p = o.Ptr<long>();
        for (var i = 0; i < found.Count; i++)
        {
            var at = found[i];
            for (var d = rank - 1; d >= 0; d--)
            {
                p[(i * rank) + d] = at % x.Shape[d];
                at /= x.Shape[d];
            }
        }
        x.Release();
        return new Tensor(o);
    }

    /// <summary>Advanced indexing: the index tensors broadcast to one shape, which stands where they stood if they are neighbours, first otherwise.</summary>
    public static Tensor Gather(Tensor x, Tensor?[] tensors)
    {
        var result = new Tensor(Rows(x.Impl, tensors) ?? Planned(x.Impl, tensors));
        if (!Autograd.Records(x))
            return result;
        var shape = x.Impl.Shape;
        var kept = Array.ConvertAll(tensors, t => t is null ? null : Tensor.Unscoped(CopyKernel.Clone(t.Impl)));
        return Autograd.Attach(result, x, (n, g) =>
        {
            var z = torch.zeros(shape, g.dtype);
            if (Autograd.Records(g))
            {
                PutRecorded(z, Array.ConvertAll(kept, t => t is null ? TensorIndex.Colon : TensorIndex.Tensor(t)), g, accumulate: true);
            }
            else
            {
                Write(z, kept, g, accumulate: true);
            }
            n.Give(0, z);
        });
    }

    private static TensorImpl Planned(TensorImpl x, Tensor?[] tensors)
    {
        using var plan = new Plan(x, tensors);
        var o = TensorImpl.Empty(plan.Shape, x.DType);
        plan.Run(x, o, static (byte* element, byte* packed, long bytes) => Buffer.MemoryCopy(element, packed, bytes, bytes));
        return o;
    }

    /// <summary>Some rows of a contiguous tensor, as every minibatch is taken; null where it is something else, or an index is out of bounds.</summary>
    private static TensorImpl? Rows(TensorImpl x, Tensor?[] tensors)
    {
        if (!x.Contiguous || Array.FindLastIndex(tensors, t => t is not null) != 0)
            return null;
        if (tensors[0]!.Impl is not { Rank: 1, DType: ScalarType.Int64, Contiguous: true } index)
            return null;
        var (size, count) = (x.Shape[0], index.Count);
        var at = index.Ptr<long>();
        if (size == 0 || !AllWithin(at, count, -size, size - 1))
            return null;
        var o = TensorImpl.Empty([count, .. x.Shape.AsSpan(1)], x.DType);
        var bytes = x.Count / size * x.DType.Size();
        switch (bytes)
        {
            case 4:
                CopyRows(x.Ptr<int>(), size, at, count, o.Ptr<int>());
                break;
            case 8:
                CopyRows(x.Ptr<long>(), size, at, count, o.Ptr<long>());
                break;
            case 16:
                CopyRows(x.Ptr<Vector128<byte>>(), size, at, count, o.Ptr<Vector128<byte>>());
                break;
            default:
                ForRows(count, bytes, (first, some) =>
                {
                    for (var i = first; i < first + some; i++)
                        Buffer.MemoryCopy(x.Data + ((at[i] < 0 ? at[i] + size : at[i]) * bytes), o.Data + (i * bytes), bytes, bytes);
                });
                break;
        }
        return o;
    }

    /// <summary>Whether all numbers are at least one and at most another bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool AllWithin(long* numbers, long count, long least, long most)
    {
        long i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var outside = Vector256<long>.Zero;
            for (; i <= count - Vector256<long>.Count; i += Vector256<long>.Count)
            {
                var some = Vector256.Load(numbers + i);
                outside |= Vector256.LessThan(some, Vector256.Create(least)) | Vector256.GreaterThan(some, Vector256.Create(most));
            }
            if (outside != Vector256<long>.Zero)
                return false;
        }
        for (; i < count; i++)
        {
            if (numbers[i] < least || numbers[i] > most)
                return false;
        }
        return true;
    }

    private static void CopyRows<T>(T* x, long size, long* at, long count, T* o)
        where T : unmanaged => ForRows(count, sizeof(T), (first, some) => CopyRowsHere(x, size, at + first, some, o + first));

    // Of a negative index the sign bits let the size through: no branch, and nothing that is read again for each row.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRowsHere<T>(T* x, long size, long* at, long count, T* o)
        where T : unmanaged
    {
        for (long i = 0; i < count; i++)
            o[i] = x[at[i] + ((at[i] >> 63) & size)];
    }

    private static void ForRows(long count, long bytes, Action<long, long> rows) =>
        Threads.Split(Threads.Parts(count * (RowWork + bytes)), count, rows);

    private static void PutRecorded(Tensor x, TensorIndex[] indices, Tensor value, bool accumulate)
    {
        Autograd.CheckInPlace(x, value);
        Tensor updated;
        using (torch.no_grad())
        {
            updated = Tensor.Unscoped(CopyKernel.Clone(x.Impl));
            var (view, tensors) = Resolve(updated, indices);
            Write(view, tensors, value, accumulate);
        }
        var shape = value.Impl.Shape;
        Autograd.Attach(updated, x, value, (n, g) =>
        {
            if (n.Wants(0))
            {
                var rest = g;
                if (!accumulate)
                {
                    rest = g.clone();
                    Set(rest, indices, torch.zeros(Shapes.Scalar, g.dtype));
                }
                n.Give(0, rest);
            }
            if (n.Wants(1))
                n.Give(1, Get(g, indices));
        });
        Autograd.Assign(x, updated);
    }

    private static void Write(Tensor view, Tensor?[] tensors, Tensor value, bool accumulate)
    {
        var target = view.Impl;
        if (Array.TrueForAll(tensors, t => t is null))
        {
            if (!accumulate)
            {
                CopyKernel.Into(Fit(value.Impl, target.Shape), target);
            }
            else
            {
                using var sum = view + value;
                CopyKernel.Into(sum.Impl, target);
            }
            target.Storage.Changed();
            return;
        }
        var plan = new Plan(target, tensors);
        var v = TensorImpl.Empty(plan.Shape, target.DType);
        CopyKernel.Into(Fit(value.Impl, plan.Shape), v);
        if (!accumulate)
        {
            plan.Run(target, v, static (byte* element, byte* packed, long bytes) => Buffer.MemoryCopy(packed, element, bytes, bytes));
        }
        else
        {
            var dtype = target.DType;
            plan.Run(target, v, (byte* element, byte* packed, long bytes) => Accumulate(element, packed, bytes, dtype));
        }
        plan.Dispose();
        v.Release();
        target.Storage.Changed();
    }

    /// <summary>Leading ones that the target has no dimension for are dropped.</summary>
    private static TensorImpl Fit(TensorImpl value, long[] shape)
    {
        var extra = value.Rank - shape.Length;
        for (var i = 0; i < extra; i++)
        {
            if (value.Shape[i] != 1)
                throw Errors.Libtorch($"shape mismatch: value tensor of shape {Errors.Shape(value.Shape)} cannot be broadcast to indexing result of shape {Errors.Shape(shape)}");
        }
        return extra <= 0 ? value : value.View(value.Shape[extra..], value.Strides[extra..], value.Offset);
    }

    private static void Accumulate(byte* elements, byte* packed, long bytes, ScalarType dtype)
    {
        switch (dtype)
        {
            case ScalarType.Float32:
                Accumulate((float*)elements, (float*)packed, bytes);
                break;
            case ScalarType.Float64:
                Accumulate((double*)elements, (double*)packed, bytes);
                break;
            case ScalarType.Int64:
                Accumulate((long*)elements, (long*)packed, bytes);
                break;
            case ScalarType.Int32:
                Accumulate((int*)elements, (int*)packed, bytes);
                break;
            case ScalarType.Byte:
                Accumulate(elements, packed, bytes);
                break;
            default:
                for (long i = 0; i < bytes; i++)
                    elements[i] |= packed[i];
                break;
        }
    }

    private static void Accumulate<T>(T* elements, T* packed, long bytes)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        for (long i = 0; i < bytes / sizeof(T); i++)
            elements[i] += packed[i];
    }

    /// <summary>Elements of the indexed tensor that are neighbours, and as many of the packed one.</summary>
    private delegate void Visit(byte* elements, byte* packed, long bytes);

    /// <summary>Which elements an advanced index names, in the order of the result.</summary>
    private sealed class Plan : IDisposable
    {
        private readonly int[] _indexed;
        private readonly TensorImpl[] _index;
        private readonly long[] _indexShape;
        private readonly int _before;
        private readonly int[] _kept;

        public Plan(TensorImpl x, Tensor?[] tensors)
        {
            _indexed = Enumerable.Range(0, tensors.Length).Where(i => tensors[i] is not null).ToArray();
            _kept = Enumerable.Range(0, tensors.Length).Where(i => tensors[i] is null).ToArray();
            _indexShape = Shapes.Scalar;
            foreach (var i in _indexed)
            {
                var s = tensors[i]!.Impl.Shape;
                try
                {
                    _indexShape = Shapes.Broadcast(_indexShape, s);
                }
                catch (System.Runtime.InteropServices.ExternalException)
                {
                    throw Errors.Libtorch($"shape mismatch: indexing tensors could not be broadcast together with shapes {string.Join(", ", _indexed.Select(k => Errors.Shape(tensors[k]!.Impl.Shape)))}");
                }
            }
            _index = Array.ConvertAll(_indexed, i =>
            {
                var full = TensorImpl.Empty(_indexShape, ScalarType.Int64);
                CopyKernel.Into(tensors[i]!.Impl, full);
                var size = x.Shape[i];
                var p = full.Ptr<long>();
                for (long k = 0; k < full.Count; k++)
                {
                    if (p[k] < -size || p[k] >= size)
                        throw Errors.Libtorch($"index {p[k]} is out of bounds for dimension {i} with size {size}");
                    p[k] += p[k] < 0 ? size : 0;
                }
                return full;
            });
            var adjacent = _indexed[^1] - _indexed[0] == _indexed.Length - 1;
            _before = adjacent ? _kept.Count(i => i < _indexed[0]) : 0;
            Shape = [.. _kept.Take(_before).Select(i => x.Shape[i]), .. _indexShape, .. _kept.Skip(_before).Select(i => x.Shape[i])];
        }

        public long[] Shape { get; }

        public void Run(TensorImpl x, TensorImpl packed, Visit visit)
        {
            var size = x.DType.Size();
            long outer = 1;
            long inner = 1;
            for (var i = 0; i < _kept.Length; i++)
            {
                if (i < _before)
                    outer *= x.Shape[_kept[i]];
                else
                    inner *= x.Shape[_kept[i]];
            }
            long indices = Shapes.Count(_indexShape);
            var run = Neighbours(x);
            var from = x.Data;
            var to = packed.Data;
            for (long a = 0; a < outer; a++)
            {
                var outerOffset = OffsetOf(x, a, 0, _before);
                for (long k = 0; k < indices; k++)
                {
                    long at = outerOffset;
                    for (var i = 0; i < _indexed.Length; i++)
                        at += _index[i].Ptr<long>()[k] * x.Strides[_indexed[i]];
                    for (long b = 0; b < inner; b += run)
                    {
                        visit(from + ((at + OffsetOf(x, b, _before, _kept.Length)) * size), to, run * size);
                        to += run * size;
                    }
                }
            }
        }

        public void Dispose()
        {
            foreach (var t in _index)
                t.Release();
        }

        /// <summary>How many elements of the dimensions behind the indices lie side by side.</summary>
        private long Neighbours(TensorImpl x)
        {
            long run = 1;
            for (var i = _kept.Length - 1; i >= _before && x.Strides[_kept[i]] == run; i--)
                run *= x.Shape[_kept[i]];
            return Math.Max(run, 1);
        }

        private long OffsetOf(TensorImpl x, long linear, int first, int last)
        {
            long offset = 0;
            for (var i = last - 1; i >= first; i--)
            {
                var d = _kept[i];
                offset += linear % x.Shape[d] * x.Strides[d];
                linear /= x.Shape[d];
            }
            return offset;
        }
    }
}
