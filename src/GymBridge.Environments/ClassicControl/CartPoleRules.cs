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
    public static (double Low, double High) Bounds(Info? options) => ResetOptions.Bounds(options, -0.05, 0.05);

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
