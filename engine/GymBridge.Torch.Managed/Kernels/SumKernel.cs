using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GymBridge.Torch.Managed;

/// <summary>
/// Sums. Element r of what is summed belongs to lane r mod 16 of sixteen double accumulators; at the end the lanes are folded 16, 8, 4, 2,
/// 1. This is the definition whatever the layout, the vector width and the number of threads.
/// </summary>
internal static unsafe class SumKernel
{
    /// <summary>Of [outer, count, inner] to [outer, inner]; divided by <paramref name="divisor"/> if asked to.</summary>
    public static void Run(TensorImpl x, long outer, long count, long inner, TensorImpl o, double divisor, bool divide)
    {
        if (x.DType == ScalarType.Float32)
            Float(x.Ptr<float>(), outer, count, inner, o, divide ? divisor : 1);
        else if (x.DType == ScalarType.Float64)
            Double(x.Ptr<double>(), outer, count, inner, o, divide ? divisor : 1);
        else
            Integer(x, outer, count, inner, o);
    }

    /// <summary>The same fold with the empty lanes left out: adding their zeros would change nothing.</summary>
    private static double Few(float* x, long n)
    {
        if (n == 0)
            return 0;
        var even = 0.0 + x[0];
        if (n == 1)
            return even;
        var odd = 0.0 + x[1];
        if (n > 2)
            even += x[2];
        if (n > 3)
            odd += x[3];
        return even + odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Row(float* x, long n)
    {
        if (n <= 4)
            return Few(x, n);
        var a = Vector256<double>.Zero;
        var b = a;
        var c = a;
        var d = a;
        long i = 0;
        for (; i <= n - 16; i += 16)
        {
            var (x0, x1) = Vector256.Widen(Vector256.Load(x + i));
            var (x2, x3) = Vector256.Widen(Vector256.Load(x + i + 8));
            a += x0;
            b += x1;
            c += x2;
            d += x3;
        }
        if (i < n)
        {
            var rest = stackalloc float[16];
            for (var j = 0; j < n - i; j++)
                rest[j] = x[i + j];
            var (x0, x1) = Vector256.Widen(Vector256.Load(rest));
            var (x2, x3) = Vector256.Widen(Vector256.Load(rest + 8));
            a += x0;
            b += x1;
            c += x2;
            d += x3;
        }
        return Fold(a, b, c, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Row(double* x, long n)
    {
        var a = Vector256<double>.Zero;
        var b = a;
        var c = a;
        var d = a;
        long i = 0;
        for (; i <= n - 16; i += 16)
        {
            a += Vector256.Load(x + i);
            b += Vector256.Load(x + i + 4);
            c += Vector256.Load(x + i + 8);
            d += Vector256.Load(x + i + 12);
        }
        if (i < n)
        {
            var rest = stackalloc double[16];
            for (var j = 0; j < n - i; j++)
                rest[j] = x[i + j];
            a += Vector256.Load(rest);
            b += Vector256.Load(rest + 4);
            c += Vector256.Load(rest + 8);
            d += Vector256.Load(rest + 12);
        }
        return Fold(a, b, c, d);
    }

    private static double Fold(Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
    {
        a += c;
        b += d;
        a += b;
        var low = a.GetLower() + a.GetUpper();
        return low.GetElement(0) + low.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Float(float* x, long outer, long count, long inner, TensorImpl o, double divisor)
    {
        var parts = Threads.Parts(outer * count * inner * Threads.NumberWork);
        if (inner == 1)
        {
            if (parts == 1)
                Rows(x, 0, outer, count, o, divisor);
            else
                ManyRows(parts, x, outer, count, o, divisor);
            return;
        }

        // Strips of columns, as many of each block as there are parts at least, and of no more than the lanes hold.
        var width = Math.Clamp(Threads.Share(inner, parts, 16), 16, Strip);
        var strips = (inner + width - 1) / width;
        if (parts > 1 && outer * strips <= int.MaxValue)
        {
            ManyColumns(x, (int)outer, count, inner, o, divisor, width, (int)strips);
            return;
        }
        for (long i = 0; i < outer; i++)
            for (long strip = 0; strip < strips; strip++)
                Columns(x + (i * count * inner), count, inner, strip * width, (int)Math.Min(width, inner - (strip * width)), o, i * inner, divisor);
    }

    private static void ManyRows(int parts, float* x, long outer, long count, TensorImpl o, double divisor) =>
        Threads.Split(parts, outer, (first, rows) => Rows(x, first, rows, count, o, divisor));

    private static void ManyColumns(float* x, int outer, long count, long inner, TensorImpl o, double divisor, long width, int strips) =>
        Threads.Run(outer * strips, part =>
        {
            long block = part / strips;
            var from = part % strips * width;
            Columns(x + (block * count * inner), count, inner, from, (int)Math.Min(width, inner - from), o, block * inner, divisor);
        });

    private static void Rows(float* x, long first, long rows, long count, TensorImpl o, double divisor)
    {
        var i = first;
        if (count == 2 && o.DType == ScalarType.Float32)
            i += Pairs(x + (2 * first), rows, o.Ptr<float>() + first, divisor);
        for (; i < first + rows; i++)
            Store(o, i, Row(x + (i * count), count) / divisor);
    }

    /// <summary>Rows of two numbers (two actions, say), eight at a time; gives how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Pairs(float* x, long rows, float* o, double divisor)
    {
        if (!Vector256.IsHardwareAccelerated)
            return 0;
        var by = Vector256.Create(divisor);
        long i = 0;
        for (; i <= rows - 8; i += 8, x += 16)
        {
            var (firsts, seconds) = Simd.Unzip(Vector256.Load(x), Vector256.Load(x + 8));
            var (first0, first1) = Vector256.Widen(firsts);
            var (second0, second1) = Vector256.Widen(seconds);
            var low = (Vector256<double>.Zero + first0) + (Vector256<double>.Zero + second0);
            var high = (Vector256<double>.Zero + first1) + (Vector256<double>.Zero + second1);
            Vector256.Store(Vector256.Narrow(low / by, high / by), o + i);
        }
        return i;
    }

    /// <summary>Some columns of a block, row after row as they lie in memory.</summary>
    private static void Columns(float* x, long count, long inner, long from, int width, TensorImpl o, long at, double divisor)
    {
        var lanes = stackalloc double[16 * Strip];
        var used = (int)Math.Min(count, 16);
        new Span<double>(lanes, used * Strip).Clear();
        AddRows(x + from, count, inner, width, lanes);
        FoldStrip(lanes, used, width);
        for (var j = 0; j < width; j++)
            Store(o, at + from + j, (used == 0 ? 0 : lanes[j]) / divisor);
    }

    /// <summary>Of <paramref name="width"/> columns of a matrix whose rows are <paramref name="inner"/> apart, on this thread.</summary>
    public static void Columns(float* x, long count, long inner, long width, float* o)
    {
        var lanes = stackalloc double[16 * Strip];
        for (long from = 0; from < width; from += Strip)
        {
            var some = (int)Math.Min(Strip, width - from);
            new Span<double>(lanes, 16 * Strip).Clear();
            AddRows(x + from, count, inner, some, lanes);
            Fold(lanes, count, some, o + from);
        }
    }

    /// <summary>The doubles that hold the lanes of so many columns.</summary>
    public static long LanesOf(long width) => (width + Strip - 1) / Strip * 16 * Strip;

    /// <summary>Adds rows to the lanes of their columns: all rows at once, or a multiple of sixteen of them at a time.</summary>
    public static void AddRows(float* x, long count, long width, double* lanes)
    {
        for (long from = 0; from < width; from += Strip)
            AddRows(x + from, count, width, (int)Math.Min(Strip, width - from), lanes + (from * 16));
    }

    /// <summary>What <see cref="AddRows(float*, long, long, double*)"/> has added up, of <paramref name="count"/> rows in all.</summary>
    public static void Fold(double* lanes, long count, long width, float* o)
    {
        for (long from = 0; from < width; from += Strip, lanes += 16 * Strip)
        {
            var some = (int)Math.Min(Strip, width - from);
            FoldStrip(lanes, (int)Math.Min(count, 16), some);
            for (var j = 0; j < some; j++)
                o[from + j] = (float)lanes[j];
        }
    }

    /// <summary>Adds rows to the lanes of a strip, those of one lane after the other while they are in the nearest cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRows(float* x, long count, long inner, int width, double* lanes)
    {
        for (long start = 0; start < count; start += RowsAtOnce, x += RowsAtOnce * inner)
        {
            var rows = Math.Min(RowsAtOnce, count - start);
            for (long lane = 0; lane < Math.Min(rows, 16); lane++)
                AddLane(x + (lane * inner), rows - lane, 16 * inner, width, lanes + (lane * Strip));
        }
    }

    /// <summary>Every sixteenth of the rows, the first of them to begin with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddLane(float* x, long rows, long stride, int width, double* lane)
    {
        var j = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; j <= width - 16; j += 16)
            {
                var a = Vector512.Load(lane + j);
                var b = Vector512.Load(lane + j + 8);
                var row = x + j;
                for (var r = rows; r > 0; r -= 16, row += stride)
                {
                    a += Avx512F.ConvertToVector512Double(Vector256.Load(row));
                    b += Avx512F.ConvertToVector512Double(Vector256.Load(row + 8));
                }
                Vector512.Store(a, lane + j);
                Vector512.Store(b, lane + j + 8);
            }
        }
        for (; j <= width - 16; j += 16)
        {
            var a = Vector256.Load(lane + j);
            var b = Vector256.Load(lane + j + 4);
            var c = Vector256.Load(lane + j + 8);
            var d = Vector256.Load(lane + j + 12);
            var row = x + j;
            for (var r = rows; r > 0; r -= 16, row += stride)
            {
                a += Four(row);
                b += Four(row + 4);
                c += Four(row + 8);
                d += Four(row + 12);
            }
            Vector256.Store(a, lane + j);
            Vector256.Store(b, lane + j + 4);
            Vector256.Store(c, lane + j + 8);
            Vector256.Store(d, lane + j + 12);
        }
        for (; j < width; j++)
        {
            var a = lane[j];
            var row = x + j;
            for (var r = rows; r > 0; r -= 16, row += stride)
                a += *row;
            lane[j] = a;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Four(float* x)
    {
        if (Avx.IsSupported)
            return Avx.ConvertToVector256Double(Vector128.Load(x));
        var (low, high) = Vector128.Widen(Vector128.Load(x));
        return Vector256.Create(low, high);
    }

    private const int Strip = 64;

    // A multiple of the lanes: of 64 columns 24 KB.
    private const int RowsAtOnce = 96;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FoldStrip(double* lanes, int used, int width)
    {
        for (var fold = 8; fold >= 1; fold >>= 1)
        {
            for (var r = 0; r < fold && r + fold < used; r++)
            {
                var a = lanes + (r * Strip);
                var b = lanes + ((r + fold) * Strip);
                for (var j = 0; j < width; j++)
                    a[j] += b[j];
            }
            used = Math.Min(used, fold);
        }
    }

    private static void Double(double* x, long outer, long count, long inner, TensorImpl o, double divisor)
    {
        if (inner == 1)
        {
            for (long i = 0; i < outer; i++)
                Store(o, i, Row(x + (i * count), count) / divisor);
            return;
        }
        var lanes = stackalloc double[16 * Strip];
        for (long i = 0; i < outer; i++)
        {
            for (long j0 = 0; j0 < inner; j0 += Strip)
            {
                var width = (int)Math.Min(Strip, inner - j0);
                var used = (int)Math.Min(count, 16);
                new Span<double>(lanes, used * Strip).Clear();
                var from = x + (i * count * inner) + j0;
                for (long r = 0; r < count; r++, from += inner)
                {
                    var lane = lanes + ((r & 15) * Strip);
                    for (var j = 0; j < width; j++)
                        lane[j] += from[j];
                }
                FoldStrip(lanes, used, width);
                for (var j = 0; j < width; j++)
                    Store(o, (i * inner) + j0 + j, (used == 0 ? 0 : lanes[j]) / divisor);
            }
        }
    }

    private static void Integer(TensorImpl x, long outer, long count, long inner, TensorImpl o)
    {
        for (long i = 0; i < outer; i++)
        {
            for (long j = 0; j < inner; j++)
            {
                long sum = 0;
                for (long r = 0; r < count; r++)
                    sum += Element.ReadLong(x, (((i * count) + r) * inner) + j);
                if (o.DType == ScalarType.Int64)
                    o.Ptr<long>()[(i * inner) + j] = sum;
                else
                    Element.Write(o, (i * inner) + j, sum);
            }
        }
    }

    private static void Store(TensorImpl o, long i, double value)
    {
        if (o.DType == ScalarType.Float32)
            o.Ptr<float>()[i] = (float)value;
        else
            o.Ptr<double>()[i] = value;
    }
}
