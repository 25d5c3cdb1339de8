using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GymBridge.Torch.Managed;

/// <summary>softmax and log_softmax over one dimension.</summary>
internal static unsafe class SoftmaxKernel
{
    // Multiply-adds in whose time a number has its exponential, and its part of a logarithm.
    private const int NumberWork = 512;

    public static Tensor Run(Tensor x, long dim, ScalarType? dtype, bool log)
    {
        if (dtype is { } t)
            x = x.to(t);
        if (!x.Impl.DType.IsFloat())
            throw Errors.Libtorch($"\"softmax_lastdim_kernel_impl\" not implemented for '{x.Impl.DType.Name()}'");
        var rank = x.Impl.Rank;
        var d = Shapes.Dim(dim, rank);
        if (rank > 0 && d != rank - 1)
            return Run(x.transpose(d, -1), -1, null, log).transpose(d, -1);
        var input = CopyKernel.Contiguous(x.Impl);
        var o = TensorImpl.EmptyLike(input, input.DType);
        var count = rank == 0 ? 1 : input.Shape[^1];
        if (o.Count > 0)
        {
            Threads.Split(Threads.Parts(o.Count * NumberWork), o.Count / count, (first, some) =>
            {
                if (o.DType == ScalarType.Float32)
                    Rows(input.Ptr<float>() + (first * count), o.Ptr<float>() + (first * count), some, count, log);
                else
                    Rows(input.Ptr<double>() + (first * count), o.Ptr<double>() + (first * count), some, count, log);
            });
        }
        input.Release();
        var y = new Tensor(o);
        if (!Autograd.Records(x))
            return y;
        return log
            ? Autograd.Attach(y, x, static (n, g) => n.Give(0, g - (n.S0.exp() * g.sum(-1L, keepdim: true))), Saved.Output(y))
            : Autograd.Attach(
                y,
                x,
                static (n, g) =>
                {
                    var s = n.S0;
                    var weighted = g * s;
                    n.Give(0, weighted - (s * weighted.sum(-1L, keepdim: true)));
                },
                Saved.Output(y));
    }

    private static void Rows(float* x, float* o, long rows, long n, bool log)
    {
        if (n == 2 && log && Vector256.IsHardwareAccelerated)
        {
            var some = LogPairs(x, o, rows);
            x += 2 * some;
            o += 2 * some;
            rows -= some;
        }
        // x - max for all rows first, so that exp runs over the whole as one vector.
        for (long i = 0; i < rows; i++)
        {
            var from = x + (i * n);
            var max = from[0];
            for (long j = 1; j < n && !float.IsNaN(max); j++)
                max = from[j] > max || float.IsNaN(from[j]) ? from[j] : max;
            for (long j = 0; j < n; j++)
                o[(i * n) + j] = from[j] - max;
        }
        var total = rows * n;
        var exp = TensorImpl.Empty([total], ScalarType.Float32);
        var e = exp.Ptr<float>();
        UnaryKernel.Vector<ExpFn>(o, e, total);
        if (log)
        {
            SubtractLogs(e, o, rows, n);
        }
        else
        {
            for (long i = 0; i < rows; i++)
            {
                var s = (float)SumKernel.Row(e + (i * n), n);
                for (long j = 0; j < n; j++)
                    o[(i * n) + j] = e[(i * n) + j] / s;
            }
        }
        exp.Release();
    }

    /// <summary>Rows of two numbers (two actions, say), eight at a time, up to the first that have no finite logarithm; gives how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long LogPairs(float* x, float* o, long rows)
    {
        long i = 0;
        for (; i <= rows - 8; i += 8, x += 16, o += 16)
        {
            var (a, b) = Simd.Unzip(Vector256.Load(x), Vector256.Load(x + 8));
            var max = Vector256.ConditionalSelect(Vector256.GreaterThan(b, a), b, a);
            (a, b) = (a - max, b - max);
            var (exp0, exp1) = Vector256.Widen(VecMath.Exp<F32x8, Vector256<float>>(a));
            var (other0, other1) = Vector256.Widen(VecMath.Exp<F32x8, Vector256<float>>(b));
            var (sum0, sum1) = (exp0 + other0, exp1 + other1);

            // From one to two, but where a number is infinite or none.
            if (!Vector256.EqualsAll(sum0, sum0) || !Vector256.EqualsAll(sum1, sum1))
                return i;
            var log = Vector256.Narrow(DMath.LogOfNormal<F64x4, Vector256<double>>(sum0), DMath.LogOfNormal<F64x4, Vector256<double>>(sum1));
            (a, b) = Simd.Zip(a - log, b - log);
            Vector256.Store(a, o);
            Vector256.Store(b, o + 8);
        }
        return i;
    }

    /// <summary>Takes the logarithm of the sum of its exponentials off each row; of some rows at once.</summary>
    private static void SubtractLogs(float* exp, float* o, long rows, long n)
    {
        const int AtOnce = 64;
        var sums = stackalloc double[AtOnce];
        for (long first = 0; first < rows; first += AtOnce)
        {
            var some = Math.Min(AtOnce, rows - first);
            for (long i = 0; i < some; i++)
                sums[i] = SumKernel.Row(exp + ((first + i) * n), n);
            DMath.Logs(sums, some);
            for (long i = 0; i < some; i++)
            {
                var row = o + ((first + i) * n);
                var l = (float)sums[i];
                for (long j = 0; j < n; j++)
                    row[j] -= l;
            }
        }
    }

    private static void Rows(double* x, double* o, long rows, long n, bool log)
    {
        for (long i = 0; i < rows; i++, x += n, o += n)
        {
            var max = x[0];
            for (long j = 1; j < n && !double.IsNaN(max); j++)
                max = x[j] > max || double.IsNaN(x[j]) ? x[j] : max;
            double sum = 0;
            for (long j = 0; j < n; j++)
            {
                var e = DMath.Exp(x[j] - max);
                sum += e;
                o[j] = log ? x[j] - max : e;
            }
            var l = log ? DMath.Log(sum) : 0;
            for (long j = 0; j < n; j++)
                o[j] = log ? o[j] - l : o[j] / sum;
        }
    }
}
