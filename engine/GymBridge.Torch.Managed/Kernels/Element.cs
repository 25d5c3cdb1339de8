namespace GymBridge.Torch.Managed;

/// <summary>Single elements of a contiguous tensor, or of one offset by hand; for code where speed does not matter.</summary>
internal static unsafe class Element
{
    public static double ReadDouble(TensorImpl t, long i) => t.DType switch
    {
        ScalarType.Float32 => t.Ptr<float>()[i],
        ScalarType.Float64 => t.Ptr<double>()[i],
        _ => ReadLong(t, i),
    };

    public static long ReadLong(TensorImpl t, long i) => t.DType switch
    {
        ScalarType.Bool or ScalarType.Byte => t.Data[i],
        ScalarType.Int32 => t.Ptr<int>()[i],
        ScalarType.Int64 => t.Ptr<long>()[i],
        ScalarType.Float32 => (long)t.Ptr<float>()[i],
        _ => (long)t.Ptr<double>()[i],
    };

    public static void Write(TensorImpl t, long i, double value)
    {
        switch (t.DType)
        {
            case ScalarType.Bool:
                t.Data[i] = value != 0 ? (byte)1 : (byte)0;
                break;
            case ScalarType.Byte:
                t.Data[i] = (byte)(long)value;
                break;
            case ScalarType.Int32:
                t.Ptr<int>()[i] = (int)(long)value;
                break;
            case ScalarType.Int64:
                t.Ptr<long>()[i] = (long)value;
                break;
            case ScalarType.Float32:
                t.Ptr<float>()[i] = (float)value;
                break;
            default:
                t.Ptr<double>()[i] = value;
                break;
        }
    }

    public static void Write(TensorImpl t, long i, long value)
    {
        if (t.DType == ScalarType.Int64)
            t.Ptr<long>()[i] = value;
        else if (t.DType.IsFloat())
            Write(t, i, (double)value);
        else if (t.DType == ScalarType.Bool)
            t.Data[i] = value != 0 ? (byte)1 : (byte)0;
        else if (t.DType == ScalarType.Byte)
            t.Data[i] = (byte)value;
        else
            t.Ptr<int>()[i] = (int)value;
    }

    public static void Write(TensorImpl t, long i, Scalar value)
    {
        if (value.Category == 2)
            Write(t, i, value.AsDouble);
        else
            Write(t, i, value.AsLong);
    }
}
