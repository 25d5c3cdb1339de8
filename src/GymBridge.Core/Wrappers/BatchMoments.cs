using System.Numerics;
using System.Runtime.InteropServices;
using GymBridge.Seeding;

namespace GymBridge.Wrappers;

/// <summary><c>np.mean(x, axis=0)</c> and <c>np.var(x, axis=0)</c> of a batch of arrays, with NumPy's types and order of additions.</summary>
/// <remarks>
/// Rows are added one after the other; arrays of one element are added in pairs, as NumPy adds what lies side by side. float32
/// stays float32; float16 has a mean that is summed in float32 and a variance in float16; all else is float64.
/// Source: <c>numpy/_core/_methods.py</c> 2.4.6. Keeps scratch memory: one thread at a time.
/// </remarks>
internal sealed class BatchMoments(int length)
{
    private readonly Scratch<Half> _half = new(length);
    private readonly Scratch<float> _single = new(length);
    private readonly Scratch<double> _double = new(length);
    private readonly double[] _mean = new double[length];
    private readonly double[] _variance = new double[length];

    /// <summary>Mean of each element.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>Variance of each element.</summary>
    public ReadOnlySpan<double> Variance => _variance;

    /// <summary>The type that NumPy gives mean and variance: float16, float32 or float64.</summary>
    public static DType TypeOf(DType dtype) => dtype.IsFloatingPoint() ? dtype : DType.Float64;

    /// <summary>Computes mean and variance of the rows.</summary>
    /// <param name="arrays">The bytes of the arrays.</param>
    /// <param name="dtype">Element type.</param>
    /// <param name="count">Number of arrays.</param>
    public void Compute(ReadOnlySpan<byte> arrays, DType dtype, int count)
    {
        switch (dtype)
        {
            case DType.Float16:
                Compute(MemoryMarshal.Cast<byte, Half>(arrays), count, _half);
                ComputeMeanAsSingle(MemoryMarshal.Cast<byte, Half>(arrays), count);
                break;
            case DType.Float32: Compute(MemoryMarshal.Cast<byte, float>(arrays), count, _single); break;
            case DType.Float64: Compute(MemoryMarshal.Cast<byte, double>(arrays), count, _double); break;
            case DType.Int8: Compute(MemoryMarshal.Cast<byte, sbyte>(arrays), count, _double); break;
            case DType.Int16: Compute(MemoryMarshal.Cast<byte, short>(arrays), count, _double); break;
            case DType.UInt16: Compute(MemoryMarshal.Cast<byte, ushort>(arrays), count, _double); break;
            case DType.Int32: Compute(MemoryMarshal.Cast<byte, int>(arrays), count, _double); break;
            case DType.UInt32: Compute(MemoryMarshal.Cast<byte, uint>(arrays), count, _double); break;
            case DType.Int64: Compute(MemoryMarshal.Cast<byte, long>(arrays), count, _double); break;
            case DType.UInt64: Compute(MemoryMarshal.Cast<byte, ulong>(arrays), count, _double); break;
            default: Compute(arrays, count, _double); break;
        }
    }

    private void Compute<T, TSum>(ReadOnlySpan<T> arrays, int count, Scratch<TSum> scratch)
        where T : unmanaged, INumberBase<T>
        where TSum : unmanaged, IFloatingPointIeee754<TSum>
    {
        var values = scratch.Values(arrays.Length);
        var averages = scratch.Averages.AsSpan();
        Load(arrays, values);
        Average(values, count, averages);
        Load<TSum, double>(averages, _mean);
        for (var row = 0; row < values.Length; row += averages.Length)
        {
            for (var i = 0; i < averages.Length; i++)
            {
                var deviation = values[row + i] - averages[i];
                values[row + i] = deviation * deviation;
            }
        }

        Average(values, count, averages);
        Load<TSum, double>(averages, _variance);
    }

    private void ComputeMeanAsSingle(ReadOnlySpan<Half> arrays, int count)
    {
        var values = _single.Values(arrays.Length);
        Load(arrays, values);
        Average(values, count, _single.Averages);
        for (var i = 0; i < _mean.Length; i++)
        {
            _mean[i] = (double)(Half)_single.Averages[i];
        }
    }

    private static void Load<T, TSum>(ReadOnlySpan<T> arrays, Span<TSum> values)
        where T : unmanaged, INumberBase<T>
        where TSum : unmanaged, IFloatingPointIeee754<TSum>
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = TSum.CreateTruncating(arrays[i]);
        }
    }

    private void Average<TSum>(ReadOnlySpan<TSum> values, int count, Span<TSum> averages)
        where TSum : unmanaged, IFloatingPointIeee754<TSum>
    {
        if (averages.Length == 1)
        {
            averages[0] = typeof(TSum) == typeof(Half) ? TSum.CreateTruncating(SumAsSingle(values)) : NumPyMath.PairwiseSum(values);
        }
        else
        {
            averages.Clear();
            for (var row = 0; row < values.Length; row += averages.Length)
            {
                for (var i = 0; i < averages.Length; i++)
                {
                    averages[i] += values[row + i];
                }
            }
        }

        // NumPy divides in float64, as the count is an int64, and rounds to the type of the sums.
        for (var i = 0; i < averages.Length; i++)
        {
            averages[i] = TSum.CreateTruncating(double.CreateTruncating(averages[i]) / count);
        }
    }

    // NumPy adds pairs of float16 in float32.
    private float SumAsSingle<T>(ReadOnlySpan<T> values)
        where T : unmanaged, INumberBase<T>
    {
        var singles = _single.Values(values.Length);
        Load(values, singles);
        return NumPyMath.PairwiseSum<float>(singles);
    }

    private sealed class Scratch<T>(int length)
        where T : unmanaged
    {
        private T[] _values = [];

        public T[] Averages { get; } = new T[length];

        public Span<T> Values(int count)
        {
            if (_values.Length < count)
            {
                _values = new T[count];
            }

            return _values.AsSpan(0, count);
        }
    }
}
