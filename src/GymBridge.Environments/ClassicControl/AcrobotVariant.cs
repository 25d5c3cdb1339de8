using GymBridge.Seeding;

namespace GymBridge.Environments.ClassicControl;

/// <summary>What Gymnasium's class attributes <c>torque_noise_max</c> and <c>book_or_nips</c> choose.</summary>
internal readonly struct AcrobotVariant
{
    /// <summary>A variant.</summary>
    /// <exception cref="ArgumentException">There is no such variant of the equations.</exception>
    public AcrobotVariant(double torqueNoiseMax, string bookOrNips)
    {
        TorqueNoiseMax = torqueNoiseMax;
        IsNips = bookOrNips switch
        {
            "book" => false,
            "nips" => true,
            _ => throw new ArgumentException($"There is no Acrobot variant '{bookOrNips}'; the variants are 'book' and 'nips'.", nameof(bookOrNips)),
        };
    }

    /// <summary>Each step's torque gets a uniform number in [-max, max) added; 0 for none.</summary>
    public double TorqueNoiseMax { get; }

    /// <summary>The variant of the equations: "book" or "nips".</summary>
    public string BookOrNips => IsNips ? "nips" : "book";

    /// <summary>Whether the equations are those of Sutton 1996.</summary>
    public bool IsNips { get; }

    /// <summary>The torque of an action of 0, 1 or 2; draws the noise, if there is any.</summary>
    public double Torque(long action, Rng rng) =>
        TorqueNoiseMax > 0 ? action - 1 + rng.Uniform(-TorqueNoiseMax, TorqueNoiseMax) : action - 1;
}
