using System.Runtime.InteropServices;
using GymBridge.Shared;
using GymBridge.Values;
using static GymBridge.Spaces.NumPyPromotion;

namespace GymBridge.Wrappers;

/// <summary>Mean and variance of a stream of arrays, bit for bit as Gymnasium keeps them.</summary>
/// <remarks>
/// The moments have a type of their own, float32 or float64, which grows with what comes in as NumPy 2's promotion has it: float32
/// and float16 arrays leave float32 moments float32, integers and float64 make them float64. Source:
/// <c>gymnasium/wrappers/utils.py</c> 1.4.0, <c>RunningMeanStd</c>; Chan et al.'s parallel algorithm. Not thread-safe.
/// </remarks>
public sealed class RunningMoments
{
    private readonly BatchMoments _batch;
    private readonly double[] _mean;
    private readonly double[] _variance;

    /// <summary>Moments of arrays of a length: mean 0 and variance 1, with the weight of 0.0001 arrays.</summary>
    /// <param name="length">Elements of an array.</param>
    /// <param name="dtype">Type of the moments at the start: float32 or float64.</param>
    /// <exception cref="ArgumentException">Another type was asked for.</exception>
    public RunningMoments(int length, DType dtype = DType.Float64)
    {
        if (dtype is not (DType.Float32 or DType.Float64))
        {
            throw new ArgumentException($"Moments are kept in float32 or float64, got {dtype.Name()}.", nameof(dtype));
        }

        DType = dtype;
        _batch = new BatchMoments(length);
        _mean = new double[length];
        _variance = new double[length];
        Array.Fill(_variance, 1.0);
    }

    /// <summary>Mean of each element; values of <see cref="DType"/>.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>Variance of each element (of the population); values of <see cref="DType"/>.</summary>
    public ReadOnlySpan<double> Variance => _variance;

    /// <summary>Type of mean and variance by now.</summary>
    public DType DType { get; private set; }

    /// <summary>Number of arrays seen, and the weight of the start.</summary>
    public double Count { get; private set; } = 1e-4;

    /// <summary>Takes in one or more arrays, one after the other in memory.</summary>
    /// <exception cref="ArgumentException">The number of values is not a multiple of the length, or zero.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is not an element type.</exception>
    public void Update<T>(ReadOnlySpan<T> arrays)
        where T : unmanaged => Update(MemoryMarshal.AsBytes(arrays), DTypes.Of<T>());

    /// <summary>Takes in one or more arrays of a type, given as bytes.</summary>
    internal void Update(ReadOnlySpan<byte> arrays, DType dtype)
    {
        var elements = arrays.Length / dtype.ItemSize();
        if (elements == 0 || elements % _mean.Length != 0)
        {
            throw new ArgumentException($"The moments are of arrays of {Plural.Of(_mean.Length, "element")}, got {Plural.Of(elements, "element")}.", nameof(arrays));
        }

        var count = elements / _mean.Length;
        _batch.Compute(arrays, dtype, count);
        Merge(BatchMoments.TypeOf(dtype), count);
    }

    internal Info Save() => new()
    {
        ["mean"] = NDArray.From((double[])_mean.Clone()),
        ["variance"] = NDArray.From((double[])_variance.Clone()),
        ["count"] = Count,
        ["dtype"] = DType.Name(),
    };

    internal void Restore(Info state)
    {
        const string Owner = nameof(RunningMoments);
        SnapshotFields.Numbers(state, "mean", _mean.Length, Owner).CopyTo(_mean, 0);
        SnapshotFields.Numbers(state, "variance", _variance.Length, Owner).CopyTo(_variance, 0);
        Count = SnapshotFields.Get<double>(state, "count", Owner);
        DType = SnapshotFields.Get<string>(state, "dtype", Owner) == DType.Float64.Name() ? DType.Float64 : DType.Float32;
    }

    // update_mean_var_count_from_moments: Python numbers take the type of the array they meet, and each operation rounds to its type.
    private void Merge(DType batchType, int count)
    {
        var type = Promote(DType, batchType);
        var total = Count + count;
        var (typedTotal, typedCount, ownCount) = (Round(total, type), Round(Count, type), Round(Count, DType));
        for (var i = 0; i < _mean.Length; i++)
        {
            var delta = Round(_batch.Mean[i] - _mean[i], type);
            var own = Round(_variance[i] * ownCount, DType);
            var others = Round(_batch.Variance[i] * count, batchType);
            var square = Round(Round(Round(delta * delta, type) * typedCount, type) * count, type);
            var sum = Round(Round(own + others, type) + Round(square / typedTotal, type), type);
            _mean[i] = Round(_mean[i] + Round(Round(delta * count, type) / typedTotal, type), type);
            _variance[i] = Round(sum / typedTotal, type);
        }

        DType = type;
        Count = total;
    }
}
