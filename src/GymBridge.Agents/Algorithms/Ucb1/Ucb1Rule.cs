using GymBridge.Agents.Formulas;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>Each arm once, then the arm with the greatest index. It draws nothing: of equal arms the first.</summary>
/// <param name="Exploration">c of the index.</param>
internal sealed record Ucb1Rule(double Exploration) : BanditRule
{
    /// <summary>mean + c sqrt(ln t / n).</summary>
    /// <param name="mean">Mean reward of the arm.</param>
    /// <param name="count">n: pulls of the arm.</param>
    /// <param name="total">t: pulls of all arms so far.</param>
    public double Index(double mean, double count, double total) => mean + (Exploration * Math.Sqrt(Math.Log(total) / count));

    public override IReadOnlyList<ArmTable> Tables(int features) => [new("values"), new("counts")];

    public override int Choose(ArmTables arms, ReadOnlySpan<float> context, Rng stream)
    {
        var values = arms["values"];
        var counts = arms["counts"];
        if (counts.IndexOf(0.0) is >= 0 and var untried)
        {
            return untried;
        }

        var total = 0.0;
        foreach (var count in counts)
        {
            total += count;
        }

        for (var arm = 0; arm < values.Length; arm++)
        {
            arms.Scratch[arm] = Index(values[arm], counts[arm], total);
        }

        return ActionProbabilities.ArgMax(arms.Scratch);
    }

    public override int Best(ArmTables arms, ReadOnlySpan<float> context) => ActionProbabilities.ArgMax(arms["values"]);

    public override void Learn(ArmTables arms, ReadOnlySpan<float> context, int arm, double reward, Rng stream) =>
        arms["values"][arm] += (reward - arms["values"][arm]) / ++arms["counts"][arm];
}
