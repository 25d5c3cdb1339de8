namespace GymBridge.Wrappers;

/// <summary>Mean and variance of a stream of arrays. Source: <c>gymnasium/wrappers/utils.py</c> 1.4.0, <c>RunningMeanStd</c>.</summary>
/// <remarks>float64 throughout; Gymnasium keeps float32 for observations, so its last bits differ there.</remarks>
public sealed class RunningMoments
{
    private readonly double[] _mean;
    private readonly double[] _variance;

    /// <summary>Moments of arrays of a length: mean 0 and variance 1, with the weight of 0.0001 arrays.</summary>
    public RunningMoments(int length)
    {
        _mean = new double[length];
        _variance = new double[length];
        Array.Fill(_variance, 1.0);
    }

    /// <summary>Mean of each element.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>Variance of each element (of the population).</summary>
    public ReadOnlySpan<double> Variance => _variance;

    /// <summary>Number of arrays seen, and the weight of the start.</summary>
    public double Count { get; private set; } = 1e-4;

    /// <summary>Takes in one array.</summary>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public void Update(ReadOnlySpan<double> values)
    {
        if (values.Length != _mean.Length)
        {
            throw new ArgumentException($"The moments are of arrays of {_mean.Length} elements, got {values.Length}.", nameof(values));
        }

        // Parallel algorithm of Chan et al. for a batch of one, whose variance is 0.
        var total = Count + 1;
        for (var i = 0; i < values.Length; i++)
        {
            var delta = values[i] - _mean[i];
            _mean[i] += delta * 1 / total;
            _variance[i] = ((_variance[i] * Count) + (delta * delta * Count * 1 / total)) / total;
        }

        Count = total;
    }
}
