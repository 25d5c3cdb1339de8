using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
namespace GymBridge.Torch.Managed;

/// <summary>Reductions other than sums, over [outer, count, inner]; computed in double, which holds every value of the dtypes but large
/// int64 exactly.</summary>
internal static unsafe class ReduceKernel
{
    /// <summary>The position of the extreme: the first NaN if there is one, else the first of the largest (or smallest).</summary>
    public static void ArgExtreme(TensorImpl x, long outer, long count, long inner, TensorImpl o, bool largest)
    {
        if (count == 0)
            throw Errors.Libtorch("Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.");
        var index = o.Ptr<long>();
        switch (x.DType)
        {
            case ScalarType.Float32:
                Arg(x.Ptr<float>(), outer, count, inner, index, largest);
                break;
            case ScalarType.Float64:
                Arg(x.Ptr<double>(), outer, count, inner, index, largest);
                break;
            case ScalarType.Int64:
                Arg(x.Ptr<long>(), outer, count, inner, index, largest);
                break;
            case ScalarType.Int32:
                Arg(x.Ptr<int>(), outer, count, inner, index, largest);
                break;
            default:
                Arg(x.Data, outer, count, inner, index, largest);
                break;
        }
    }

    public static void Prod(TensorImpl x, long outer, long count, long inner, TensorImpl o)
    {
        var whole = !o.DType.IsFloat();
        for (long i = 0; i < outer; i++)
        {
            for (long j = 0; j < inner; j++)
            {
                double product = 1;
                long integer = 1;
                for (long r = 0; r < count; r++)
                {
                    var at = (((i * count) + r) * inner) + j;
                    if (whole)
                        integer *= Element.ReadLong(x, at);
                    else
                        product *= Element.ReadDouble(x, at);
                }
                if (whole)
                    Element.Write(o, (i * inner) + j, integer);
                else
                    Element.Write(o, (i * inner) + j, product);
            }
        }
    }

    public static void Logical(TensorImpl x, long outer, long count, long inner, TensorImpl o, bool all)
    {
        for (long i = 0; i < outer; i++)
        {
            for (long j = 0; j < inner; j++)
            {
                var found = false;
                for (long r = 0; r < count && !found; r++)
                    found = Element.ReadDouble(x, (((i * count) + r) * inner) + j) == 0 == all;
                o.Data[(i * inner) + j] = found != all ? (byte)1 : (byte)0;
            }
        }
    }

    /// <summary>Two passes in double: mean, then squared distances, over count - correction.</summary>
    public static void Variance(TensorImpl x, long outer, long count, long inner, TensorImpl o, double correction, bool root)
    {
        if (inner == 1 && x.DType == ScalarType.Float32)
        {
            VarianceRows(x.Ptr<float>(), outer, count, o, correction, root);
            return;
        }
        for (long i = 0; i < outer; i++)
        {
            for (long j = 0; j < inner; j++)
            {
                var at = (i * count * inner) + j;
                double sum = 0;
                for (long r = 0; r < count; r++)
                    sum += Element.ReadDouble(x, at + (r * inner));
                var mean = sum / count;
                double squares = 0;
                for (long r = 0; r < count; r++)
                {
                    var d = Element.ReadDouble(x, at + (r * inner)) - mean;
                    squares = Math.FusedMultiplyAdd(d, d, squares);
                }
                var left = count - correction;
                var variance = squares / Math.Max(left, 0);
                Element.Write(o, (i * inner) + j, root ? Math.Sqrt(variance) : variance);
            }
        }
    }

    /// <summary>Four rows side by side: each is one chain of dependent additions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void VarianceRows(float* x, long outer, long count, TensorImpl o, double correction, bool root)
    {
        for (long i = 0; i < outer; i += 4)
        {
            var a = x + (i * count);
            var b = x + (Math.Min(i + 1, outer - 1) * count);
            var c = x + (Math.Min(i + 2, outer - 1) * count);
            var d = x + (Math.Min(i + 3, outer - 1) * count);
            var sum = Vector256<double>.Zero;
            for (long r = 0; r < count; r++)
                sum += Four(a[r], b[r], c[r], d[r]);
            var mean = sum / Vector256.Create((double)count);
            sum = Vector256<double>.Zero;
            for (long r = 0; r < count; r++)
            {
                var distance = Four(a[r], b[r], c[r], d[r]) - mean;
                sum = Vector256.FusedMultiplyAdd(distance, distance, sum);
            }
            for (var r = 0; r < Math.Min(4, outer - i); r++)
            {
                var v = sum[r] / Math.Max(count - correction, 0);
                Element.Write(o, i + r, root ? Math.Sqrt(v) : v);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Four(float a, float b, float c, float d)
    {
        var four = Vector128.Create(a, b, c, d);
        return Vector256.Create(Vector128.WidenLower(four), Vector128.WidenUpper(four));
    }

    public static void LogSumExp(TensorImpl x, long outer, long count, long inner, TensorImpl o)
    {
        if (inner == 1 && x.DType == ScalarType.Float32 && count > 0 && outer > 0)
        {
            LogSumExpRows(x.Ptr<float>(), outer, count, o.Ptr<float>());
            return;
        }
        for (long i = 0; i < outer; i++)
        {
            for (long j = 0; j < inner; j++)
            {
                var at = (i * count * inner) + j;
                var max = double.NegativeInfinity;
                for (long r = 0; r < count; r++)
                {
                    var v = Element.ReadDouble(x, at + (r * inner));
                    max = v > max || double.IsNaN(v) ? v : max;
                    if (double.IsNaN(max))
                        break;
                }
                if (double.IsNaN(max) || double.IsInfinity(max))
                {
                    Element.Write(o, (i * inner) + j, max);
                    continue;
                }
                double sum = 0;
                for (long r = 0; r < count; r++)
                    sum += DMath.Exp(Element.ReadDouble(x, at + (r * inner)) - max);
                Element.Write(o, (i * inner) + j, max + DMath.Log(sum));
            }
        }
    }

    /// <summary>The exponentials of all rows as one vector.</summary>
    private static void LogSumExpRows(float* x, long rows, long n, float* o)
    {
        var shifted = TensorImpl.Empty([rows * n], ScalarType.Float32);
        var s = shifted.Ptr<float>();
        for (long i = 0; i < rows; i++)
        {
            var row = x + (i * n);
            var max = row[0];
            for (long j = 1; j < n && !float.IsNaN(max); j++)
                max = row[j] > max || float.IsNaN(row[j]) ? row[j] : max;
            o[i] = max;
            var by = float.IsFinite(max) ? max : 0;
            for (long j = 0; j < n; j++)
                s[(i * n) + j] = row[j] - by;
        }
        UnaryKernel.Vector<ExpFn>(s, s, rows * n);
        // The sums take the place of the first rows' numbers, which have been read by then.
        for (long i = 0; i < rows; i++)
            s[i] = (float)SumKernel.Row(s + (i * n), n);
        UnaryKernel.Vector<LogFn>(s, s, rows);
        for (long i = 0; i < rows; i++)
        {
            if (float.IsFinite(o[i]))
                o[i] += s[i];
        }
        shifted.Release();
    }

    public static void Norm(TensorImpl x, long outer, long count, long inner, TensorImpl o, double p)
    {
        for (long i = 0; i < outer; i++)
        {
            for (long j = 0; j < inner; j++)
            {
                var at = (i * count * inner) + j;
                double sum = double.IsNegativeInfinity(p) ? double.PositiveInfinity : 0;
                for (long r = 0; r < count; r++)
                {
                    var v = Math.Abs(Element.ReadDouble(x, at + (r * inner)));
                    sum = p == 2 ? Math.FusedMultiplyAdd(v, v, sum)
                        : p == 1 ? sum + v
                        : double.IsPositiveInfinity(p) ? Math.Max(sum, v)
                        : double.IsNegativeInfinity(p) ? Math.Min(sum, v)
                        : p == 0 ? sum + (v != 0 ? 1 : 0)
                        : sum + Math.Pow(v, p);
                }
                Element.Write(o, (i * inner) + j, p == 2 ? Math.Sqrt(sum) : p is 0 or 1 || double.IsInfinity(p) ? sum : Math.Pow(sum, 1 / p));
            }
        }
    }

    private static void Arg<T>(T* x, long outer, long count, long inner, long* o, bool largest)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        for (long i = 0; i < outer; i++)
        {
            for (long j = 0; j < inner; j++)
            {
                var p = x + (i * count * inner) + j;
                var best = *p;
                long at = 0;
                for (long r = 1; r < count && !T.IsNaN(best); r++)
                {
                    var v = p[r * inner];
                    if (largest ? v > best : v < best)
                    {
                        best = v;
                        at = r;
                    }
                    else if (T.IsNaN(v))
                    {
                        best = v;
                        at = r;
                    }
                }
                o[(i * inner) + j] = at;
            }
        }
    }
}
