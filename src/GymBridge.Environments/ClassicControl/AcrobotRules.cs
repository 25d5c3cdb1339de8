using GymBridge.Environments.Numerics;
using GymBridge.Seeding;

namespace GymBridge.Environments.ClassicControl;

/// <summary>What the single and the vector Acrobot share besides the dynamics: start states, observations and the end.</summary>
internal static class AcrobotRules
{
    /// <summary>Draws a start state of four uniform numbers and writes its observation of six.</summary>
    public static void Start(Rng rng, double low, double high, Span<double> state, Span<float> observation)
    {
        rng.Uniform(low, high, state);
        foreach (ref var value in state)
        {
            value = (float)value;
        }

        // The state is float32 here, and NumPy has a sine and cosine of its own for float32.
        var (first, second) = ((float)state[0], (float)state[1]);
        (observation[0], observation[1]) = (NumPySingle.Cos(first), NumPySingle.Sin(first));
        (observation[2], observation[3]) = (NumPySingle.Cos(second), NumPySingle.Sin(second));
        (observation[4], observation[5]) = ((float)state[2], (float)state[3]);
    }

    /// <summary>Writes the observation of a state that was stepped to.</summary>
    public static void Observe(ReadOnlySpan<double> state, Span<float> observation)
    {
        (observation[0], observation[1]) = ((float)Math.Cos(state[0]), (float)Math.Sin(state[0]));
        (observation[2], observation[3]) = ((float)Math.Cos(state[1]), (float)Math.Sin(state[1]));
        (observation[4], observation[5]) = ((float)state[2], (float)state[3]);
    }

    /// <summary>Whether the free end is above the line.</summary>
    public static bool IsAboveTheLine(ReadOnlySpan<double> state) => -Math.Cos(state[0]) - Math.Cos(state[1] + state[0]) > 1.0;
}
