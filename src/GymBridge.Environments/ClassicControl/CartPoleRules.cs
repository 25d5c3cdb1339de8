using System.Globalization;
using System.Numerics;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Environments.ClassicControl;

/// <summary>What the single and the vector CartPole share besides the dynamics: spaces, start states and reset options.</summary>
internal static class CartPoleRules
{
    public static Box ObservationSpace { get; } = MakeObservationSpace();

    public static EnvMetadata Metadata { get; } = new(["rgb_array"], 50);

    public static Discrete ActionSpace() => new(2);

    /// <summary>Draws a start state: four uniform numbers.</summary>
    public static CartPoleState Start(Rng rng, double low, double high)
    {
        Span<double> state = stackalloc double[4];
        rng.Uniform(low, high, state);
        return new CartPoleState(state[0], state[1], state[2], state[3]);
    }

    /// <summary>Reads the bounds of the start state from the options <c>low</c> and <c>high</c>; by default -0.05 and 0.05.</summary>
    /// <exception cref="ArgumentException">A bound is no number, or low is above high.</exception>
    public static (double Low, double High) Bounds(Info? options)
    {
        var low = Bound(options, "low", -0.05);
        var high = Bound(options, "high", 0.05);
        return low > high
            ? throw new ArgumentException($"Lower bound ({low}) must be lower than higher bound ({high}).")
            : (low, high);
    }

    private static double Bound(Info? options, string name, double defaultValue)
    {
        if (options is null || !options.TryGetValue(name, out var value))
        {
            return defaultValue;
        }

        return value switch
        {
            double number => number,
            float number => number,
            bool flag => flag ? 1 : 0,
            int or long => Convert.ToDouble(value, CultureInfo.InvariantCulture),
            BigInteger number => (double)number,
            NumPyScalar scalar => Convert.ToDouble(scalar.Item, CultureInfo.InvariantCulture),
            NDArray { Length: 1 } array => Convert.ToDouble(array.GetItem(0), CultureInfo.InvariantCulture),
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw new ArgumentException($"An option ({value ?? "None"}) could not be converted to a float."),
        };
    }

    private static Box MakeObservationSpace()
    {
        var high = NDArray.From(
            CartPoleDynamics.XThreshold * 2, double.PositiveInfinity, CartPoleDynamics.ThetaThreshold * 2, double.PositiveInfinity);
        var low = high.Clone();
        foreach (ref var bound in low.AsSpan<double>())
        {
            bound = -bound;
        }

        return new Box(low, high);
    }
}
