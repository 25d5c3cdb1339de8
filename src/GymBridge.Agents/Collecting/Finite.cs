using System.Numerics;
using System.Runtime.InteropServices;

namespace GymBridge.Agents.Collecting;

/// <summary>Finds NaN and infinity.</summary>
internal static class Finite
{
    /// <summary>Index of the first number that is not finite; -1 if all are.</summary>
    public static int FirstBad(ReadOnlySpan<float> values)
    {
        // A number times zero is zero, unless it is not finite: then it is NaN, and so is every sum with it.
        var sums = Vector<float>.Zero;
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (var vector in vectors)
        {
            sums += vector * Vector<float>.Zero;
        }

        var sum = Vector.Sum(sums);
        foreach (var value in values[(vectors.Length * Vector<float>.Count)..])
        {
            sum += value * 0;
        }

        if (sum == 0)
        {
            return -1;
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return i;
            }
        }

        return -1;
    }
    /// <summary>Checks what a policy has said of its actions.</summary>
    /// <exception cref="NonFiniteException">It is NaN or infinite.</exception>
    public static void ThrowIfPolicyIsNot(ReadOnlySpan<float> logProbabilities, long timesteps)
    {
        if (FirstBad(logProbabilities) >= 0)
        {
            throw new NonFiniteException(
                $"The policy gave no numbers at timestep {timesteps}: its weights or the observations have become too large. Lower the learning rate, or normalise the observations.");
        }
    }
}
