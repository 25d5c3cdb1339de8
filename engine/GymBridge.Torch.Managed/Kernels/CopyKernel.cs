using System.Runtime.Intrinsics;

namespace GymBridge.Torch.Managed;

/// <summary>Copies between layouts and dtypes.</summary>
internal static unsafe class CopyKernel
{
    /// <summary>A contiguous tensor with the same values: the tensor itself (one more reference) where it already is one.</summary>
    public static TensorImpl Contiguous(TensorImpl t) => t.Contiguous ? t.AddReference() : Clone(t);

    public static TensorImpl Clone(TensorImpl t)
    {
        var result = TensorImpl.EmptyLike(t, t.DType);
        Into(t, result);
        return result;
    }

    /// <summary>A contiguous tensor of that dtype.</summary>
    public static TensorImpl Cast(TensorImpl t, ScalarType dtype)
    {
        if (t.DType == dtype)
            return Contiguous(t);
        var result = TensorImpl.EmptyLike(t, dtype);
        if (t.Contiguous)
        {
            CastRow(t.Data, 1, t.DType, result.Data, 1, dtype, t.Count);
            return result;
        }
        Into(t, result);
        return result;
    }

    /// <summary>A tensor of that dtype, whatever its layout: the tensor itself (one more reference) where it has it.</summary>
    public static TensorImpl AsType(TensorImpl t, ScalarType dtype) => t.DType == dtype ? t.AddReference() : Cast(t, dtype);

    /// <summary>Copies a source, broadcast to the destination, whatever the layouts and dtypes.</summary>
    public static void Into(TensorImpl source, TensorImpl destination)
    {
        if (destination.Count == 0)
            return;
        if (source.DType == destination.DType && source.Contiguous && destination.Contiguous && source.Count == destination.Count)
        {
            Buffer.MemoryCopy(source.Data, destination.Data, destination.Count * destination.DType.Size(), source.Count * source.DType.Size());
            return;
        }
        var strides = Shapes.BroadcastStrides(source, destination.Shape);
        var rows = new BroadcastRows(destination.Shape, strides, destination.Strides);
        long ss = source.DType.Size();
        long ds = destination.DType.Size();
        var from = source.Data;
        var to = destination.Data;
        do
        {
            var s = from + (rows.A * ss);
            var d = to + (rows.B * ds);
            if (source.DType == destination.DType)
                Row(s, rows.StrideA, d, rows.StrideB, rows.Length, (int)ss);
            else
                CastRow(s, rows.StrideA, source.DType, d, rows.StrideB, destination.DType, rows.Length);
        }
        while (rows.Next());
    }

    private static void Row(byte* s, long ss, byte* d, long ds, long n, int size)
    {
        if (ss == 1 && ds == 1)
        {
            Buffer.MemoryCopy(s, d, n * size, n * size);
            return;
        }
        switch (size)
        {
            case 1:
                for (long i = 0; i < n; i++)
                    d[i * ds] = s[i * ss];
                break;
            case 4 when ss == 0 && ds == 1:
                new Span<int>(d, checked((int)n)).Fill(*(int*)s);
                break;
            case 4:
                for (long i = 0; i < n; i++)
                    ((int*)d)[i * ds] = ((int*)s)[i * ss];
                break;
            default:
                for (long i = 0; i < n; i++)
                    ((long*)d)[i * ds] = ((long*)s)[i * ss];
                break;
        }
    }

    private static void CastRow(byte* s, long ss, ScalarType st, byte* d, long ds, ScalarType dt, long n)
    {
        switch (st)
        {
            case ScalarType.Bool:
            case ScalarType.Byte:
                if (dt == ScalarType.Float32)
                    Bytes(s, ss, (float*)d, ds, n);
                else
                    From(s, ss, d, ds, dt, n);
                break;
            case ScalarType.Int32:
                From((int*)s, ss, d, ds, dt, n);
                break;
            case ScalarType.Int64:
                From((long*)s, ss, d, ds, dt, n);
                break;
            case ScalarType.Float32:
                From((float*)s, ss, d, ds, dt, n);
                break;
            default:
                From((double*)s, ss, d, ds, dt, n);
                break;
        }
    }

    /// <summary>Masks become factors in every loss, frames the input of a network.</summary>
    private static void Bytes(byte* s, long ss, float* d, long ds, long n)
    {
        long i = 0;
        for (; ss == 1 && ds == 1 && i <= n - 16; i += 16)
        {
            var (low, high) = Vector128.Widen(Vector128.Load(s + i));
            var (x0, x1) = Vector128.Widen(low.AsInt16());
            var (x2, x3) = Vector128.Widen(high.AsInt16());
            Vector128.Store(Vector128.ConvertToSingle(x0), d + i);
            Vector128.Store(Vector128.ConvertToSingle(x1), d + i + 4);
            Vector128.Store(Vector128.ConvertToSingle(x2), d + i + 8);
            Vector128.Store(Vector128.ConvertToSingle(x3), d + i + 12);
        }
        for (; i < n; i++)
            d[i * ds] = s[i * ss];
    }

    private static void From<T>(T* s, long ss, byte* d, long ds, ScalarType dt, long n)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        switch (dt)
        {
            case ScalarType.Bool:
                for (long i = 0; i < n; i++)
                    d[i * ds] = s[i * ss] != T.Zero ? (byte)1 : (byte)0;
                break;
            case ScalarType.Byte:
                for (long i = 0; i < n; i++)
                    d[i * ds] = (byte)ToLong(s[i * ss]);
                break;
            case ScalarType.Int32:
                for (long i = 0; i < n; i++)
                    ((int*)d)[i * ds] = (int)ToLong(s[i * ss]);
                break;
            case ScalarType.Int64:
                for (long i = 0; i < n; i++)
                    ((long*)d)[i * ds] = ToLong(s[i * ss]);
                break;
            case ScalarType.Float32:
                for (long i = 0; i < n; i++)
                    ((float*)d)[i * ds] = float.CreateTruncating(s[i * ss]);
                break;
            default:
                for (long i = 0; i < n; i++)
                    ((double*)d)[i * ds] = double.CreateTruncating(s[i * ss]);
                break;
        }
    }

    /// <summary>C's conversion where it is defined, saturated where it is not.</summary>
    private static long ToLong<T>(T x)
        where T : unmanaged, System.Numerics.INumber<T> => long.CreateTruncating(x);
}
