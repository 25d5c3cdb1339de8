using System.Globalization;

namespace GymBridge.Agents.Planning;

/// <summary>How planners that sweep over the states work.</summary>
public sealed record PlanningSettings
{
    /// <summary>Discount of rewards per step: gamma.</summary>
    /// <value>0.99; in [0, 1].</value>
    public double Gamma { get; init; } = 0.99;

    /// <summary>A sweep that changes no value by as much as this is the last one.</summary>
    /// <value>1e-14; positive.</value>
    public double Tolerance { get; init; } = 1e-14;

    /// <summary>Sweeps after which to give up.</summary>
    /// <value>100 000; at least 1.</value>
    public int MaxSweeps { get; init; } = 100_000;

    /// <summary>Whether a sweep uses the values that it has just changed (Gauss-Seidel) in place of those of the sweep before.</summary>
    /// <value>False.</value>
    public bool InPlace { get; init; }

    internal void Validate()
    {
        if (!(Gamma is >= 0 and <= 1) || !(Tolerance > 0) || MaxSweeps < 1)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"Planning needs a gamma in [0, 1], a positive tolerance and at least 1 sweep, got gamma {Gamma}, tolerance {Tolerance} and {MaxSweeps} sweeps."));
        }
    }
}
