namespace GymBridge.Agents;

/// <summary>The parts of A2C's loss, as they are logged.</summary>
/// <param name="Policy">-mean(log pi(a|s) A).</param>
/// <param name="Value">Mean squared error of the values, unweighted.</param>
/// <param name="Entropy">Negative mean entropy.</param>
/// <param name="GradNorm">Global norm of the gradient before clipping.</param>
internal readonly record struct A2cLosses(double Policy, double Value, double Entropy, double GradNorm)
{
    /// <summary>Of a rollout without transitions.</summary>
    public static A2cLosses None { get; } = new(double.NaN, double.NaN, double.NaN, double.NaN);
}
