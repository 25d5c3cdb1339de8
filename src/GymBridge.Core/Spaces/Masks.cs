using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Spaces;

/// <summary>Draws an index under a mask or probabilities, with Gymnasium's checks.</summary>
/// <remarks>Source: <c>gymnasium/spaces/discrete.py</c> 1.4.0.</remarks>
internal static class Masks
{
    /// <summary>An index below <paramref name="count"/>; 0, without a draw, if the mask allows none.</summary>
    /// <param name="rng">Generator of the space.</param>
    /// <param name="restriction">int8 mask of 0 and 1, or float64 probabilities; shape (count,).</param>
    /// <param name="count">Number of values.</param>
    /// <param name="isProbability">Which of the two it is.</param>
    /// <param name="what">Word before "mask" or "probability" in messages.</param>
    public static long Choose(Rng rng, object restriction, long count, bool isProbability, string what)
    {
        var array = Check(restriction, count, isProbability, what);
        if (!isProbability)
        {
            return ChooseMasked(rng, array.AsSpan<sbyte>());
        }

        CheckSum(array, what);
        return rng.Choice(array.AsSpan<double>());
    }

    /// <summary>The restriction as an array of the right type and shape with values in range.</summary>
    public static NDArray Check(object restriction, long count, bool isProbability, string what)
    {
        var kind = isProbability ? "probability" : "mask";
        var dtype = isProbability ? DType.Float64 : DType.Int8;
        if (restriction is not NDArray array)
        {
            throw new ArgumentException($"The expected type of the {what} {kind} is np.ndarray, actual type: {restriction.GetType().Name}");
        }

        if (array.DType != dtype)
        {
            throw new ArgumentException($"The expected dtype of the {what} {kind} is {dtype.Name()}, actual dtype: {array.DType.Name()}");
        }

        if (array.Shape.Length != 1 || array.Length != count)
        {
            throw new ArgumentException(
                $"The expected shape of the {what} {kind} is ({count},), actual shape: {NDArray.ShapeText(array.Shape.AsSpan())}");
        }

        CheckValues(array, isProbability, what);
        return array;
    }

    /// <summary>Throws unless the probabilities sum to 1.</summary>
    public static void CheckSum(NDArray probabilities, string what)
    {
        var sum = NumPyMath.PairwiseSum<double>(probabilities.AsSpan<double>());

        // np.isclose(sum, 1)
        if (!(Math.Abs(sum - 1) <= 1e-8 + 1e-5))
        {
            throw new ArgumentException($"The sum of the {what} probability should be equal to 1, actual sum: {PythonText.Repr(sum)}");
        }
    }

    /// <summary>One of the places where the mask is 1; 0 if there is none.</summary>
    public static long ChooseMasked(Rng rng, ReadOnlySpan<sbyte> mask)
    {
        var allowed = 0;
        foreach (var flag in mask)
        {
            allowed += flag;
        }

        if (allowed == 0)
        {
            return 0;
        }

        var pick = rng.Choice(allowed);
        for (var i = 0; ; i++)
        {
            if (mask[i] == 1 && pick-- == 0)
            {
                return i;
            }
        }
    }

    private static void CheckValues(NDArray array, bool isProbability, string what)
    {
        if (isProbability)
        {
            foreach (var value in array.AsSpan<double>())
            {
                if (!(value is >= 0 and <= 1))
                {
                    throw new ArgumentException(
                        $"All values of the {what} probability should be between 0 and 1, actual values: {NumPyText.Format(array)}");
                }
            }
        }
        else if (array.AsSpan<sbyte>().ContainsAnyExcept((sbyte)0, (sbyte)1))
        {
            throw new ArgumentException($"All values of the {what} mask should be 0 or 1, actual values: {NumPyText.Format(array)}");
        }
    }
}
