using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace GymBridge.Seeding;

public sealed partial class Rng
{
    // NumPy's tolerance for the sum of probabilities: the square root of the float64 epsilon.
    private const double ProbabilityTolerance = 1.4901161193847656e-08;
    private const int StackLimit = 128;

    // Above this population, and a sample over 1/50 of it (1/20 unshuffled), NumPy shuffles the tail instead of using Floyd's algorithm.
    private const int TailShufflePopulation = 10_000;
    private const int TailShuffleDivisor = 50;
    private const int TailShuffleDivisorUnshuffled = 20;

    /// <summary>An element of range(n), each as likely; <c>choice(n)</c>, one <see cref="Integers(int)"/>.</summary>
    /// <param name="n">The number of elements; at least 1. 1 gives 0 and draws nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is below 1.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Choice(int n) => Integers(0, n);

    /// <summary>An element of range(n), each as likely; <c>choice(n)</c>, one <see cref="Integers(long)"/>.</summary>
    /// <param name="n">The number of elements; at least 1. 1 gives 0 and draws nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is below 1.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Choice(long n) => Integers(0L, n);

    /// <summary>Fills with elements of range(n), repeats allowed; <c>choice(n, size)</c>.</summary>
    /// <param name="n">The number of elements; at least 1.</param>
    /// <param name="destination">int32 [size].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is below 1 and the destination not empty.</exception>
    public void Choice(int n, Span<int> destination) => Integers(0, n, destination);

    /// <summary>An index drawn with the given probabilities; <c>choice(len(p), p=p)</c>.</summary>
    /// <param name="p">float64 [n]; not negative, with a sum within 1.5e-8 of 1. Divided by its sum before use.</param>
    /// <returns>The first i with u &lt; cumsum(p)[i] / sum(p), u one <see cref="Random()"/>.</returns>
    /// <exception cref="ArgumentException">The probabilities are empty, hold a negative or NaN, or do not sum to 1.</exception>
    public int Choice(ReadOnlySpan<double> p)
    {
        CheckProbabilities(p);
        var total = SequentialSum(p);
        var u = Random();

        // NumPy searches a normalised table; walking it while it is made finds the same index and needs no buffer.
        var sum = 0.0;
        for (var i = 0; i < p.Length - 1; i++)
        {
            sum += p[i];
            if (sum / total > u)
            {
                return i;
            }
        }

        return p.Length - 1;
    }

    /// <summary>Fills with indices drawn with the given probabilities, repeats allowed; <c>choice(len(p), size, p=p)</c>.</summary>
    /// <param name="p">float64 [n]; not negative, with a sum within 1.5e-8 of 1. Divided by its sum before use.</param>
    /// <param name="destination">int32 [size].</param>
    /// <exception cref="ArgumentException">The probabilities are empty, hold a negative or NaN, or do not sum to 1; nothing is drawn.</exception>
    /// <remarks>Above 128 probabilities a pooled buffer holds their running sum.</remarks>
    public void Choice(ReadOnlySpan<double> p, Span<int> destination)
    {
        CheckProbabilities(p);
        var rented = p.Length > StackLimit ? ArrayPool<double>.Shared.Rent(p.Length) : null;
        var cumulative = rented is null ? stackalloc double[p.Length] : rented.AsSpan(0, p.Length);
        var total = SequentialSum(p);
        var sum = 0.0;
        for (var i = 0; i < p.Length; i++)
        {
            sum += p[i];
            cumulative[i] = sum / total;
        }

        foreach (ref var value in destination)
        {
            value = UpperBound(cumulative, Random());
        }

        if (rented is not null)
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    /// <summary>Fills with different elements of range(n); <c>choice(n, size, replace=False, shuffle=shuffle)</c>.</summary>
    /// <param name="n">The number of elements.</param>
    /// <param name="destination">int32 [size]; at most n elements.</param>
    /// <param name="shuffle">Whether every order is as likely; false is faster and leaves the elements in no useful order.</param>
    /// <exception cref="ArgumentOutOfRangeException">The destination holds more than <paramref name="n"/> elements.</exception>
    /// <remarks>
    /// Allocates: a set of the elements found (Floyd's algorithm, Bentley and Floyd 1987), or all of range(n) where n is above
    /// 10 000 and a large part of it is wanted.
    /// </remarks>
    public void ChoiceWithoutReplacement(int n, Span<int> destination, bool shuffle = true)
    {
        if (destination.Length > n)
        {
            throw new ArgumentOutOfRangeException(
                nameof(n), n, $"Cannot choose {destination.Length} different elements out of {n}; pass a smaller destination or choose with replacement.");
        }

        var divisor = shuffle ? TailShuffleDivisor : TailShuffleDivisorUnshuffled;
        if (n > TailShufflePopulation && destination.Length > n / divisor)
        {
            var population = new int[n];
            FillRange(population);
            SwapDown(population, Math.Max(n - destination.Length, 1));
            population.AsSpan(n - destination.Length).CopyTo(destination);
            return;
        }

        var found = new HashSet<int>(destination.Length);
        var i = 0;
        for (var j = n - destination.Length; j < n; j++)
        {
            var candidate = (int)NextBounded((uint)j);
            if (!found.Add(candidate))
            {
                candidate = j;
                found.Add(j);
            }

            destination[i++] = candidate;
        }

        if (shuffle)
        {
            SwapDown(destination, 1);
        }
    }

    /// <summary>The integers 0 to n - 1 in random order; <c>permutation(n)</c>.</summary>
    /// <param name="n">Their number; not negative.</param>
    /// <returns>int32 [n], a new array.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is negative.</exception>
    public int[] Permutation(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        var permutation = new int[n];
        Permutation(permutation);
        return permutation;
    }

    /// <summary>Fills with the integers 0 to n - 1 in random order; <c>permutation(n)</c> without the allocation.</summary>
    /// <param name="destination">int32 [n].</param>
    public void Permutation(Span<int> destination)
    {
        FillRange(destination);
        Shuffle(destination);
    }

    /// <summary>Puts the elements in random order; <c>shuffle(x)</c> of a list or a one-dimensional array.</summary>
    /// <typeparam name="T">Any type; it does not affect the stream.</typeparam>
    /// <param name="values">Shuffled in place.</param>
    /// <remarks>Fisher-Yates from the end. NumPy draws here by masking and rejecting, unlike in <see cref="Integers(int)"/>.</remarks>
    public void Shuffle<T>(Span<T> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var mask = uint.MaxValue >> BitOperations.LeadingZeroCount((uint)i);
            uint j;
            do
            {
                j = _bits.NextUInt32() & mask;
            }
            while (j > (uint)i);

            (values[i], values[(int)j]) = (values[(int)j], values[i]);
        }
    }

    // NumPy's shuffle inside choice draws with Lemire's method, unlike its public one.
    private void SwapDown(Span<int> values, int first)
    {
        for (var i = values.Length - 1; i >= first; i--)
        {
            var j = (int)NextBounded((uint)i);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static void FillRange(Span<int> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = i;
        }
    }

    // np.cumsum adds one by one, unlike np.sum.
    private static double SequentialSum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }

    private static int UpperBound(ReadOnlySpan<double> sorted, double value)
    {
        var (low, high) = (0, sorted.Length - 1);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = sorted[middle] <= value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static void CheckProbabilities(ReadOnlySpan<double> p)
    {
        // Kahan's compensated sum, as in NumPy's check.
        var sum = 0.0;
        var lost = 0.0;
        var least = double.PositiveInfinity;
        foreach (var value in p)
        {
            var add = value - lost;
            var next = sum + add;
            lost = next - sum - add;
            sum = next;
            least = Math.Min(least, value);
        }

        if (!(least >= 0.0) || !(Math.Abs(sum - 1.0) <= ProbabilityTolerance))
        {
            ThrowBadProbabilities(p.Length, least, sum);
        }
    }

    private static void ThrowBadProbabilities(int count, double least, double sum) =>
        throw new ArgumentException(
            count == 0 ? "The probabilities are empty; pass one for each element to choose from."
            : double.IsNaN(least) ? "The probabilities contain NaN; pass finite values in [0, 1]."
            : least < 0.0 ? $"The probabilities contain {least}, which is negative; pass values in [0, 1]."
            : $"The probabilities sum to {sum}, not to 1 within {ProbabilityTolerance}; divide them by their sum.");
}
