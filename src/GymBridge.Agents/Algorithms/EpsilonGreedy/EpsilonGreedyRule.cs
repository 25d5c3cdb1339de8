using GymBridge.Agents.Formulas;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>Epsilon-greedy over sample means, or over values that forget at a constant step size.</summary>
/// <param name="Epsilon">Share of pulls of any arm.</param>
/// <param name="InitialValue">Q of an arm that was not pulled yet.</param>
/// <param name="StepSize">alpha of Q += alpha (r - Q); null for 1 / n, the sample mean.</param>
/// <param name="SplitTies">Whether equally good arms share the greedy pulls.</param>
internal sealed record EpsilonGreedyRule(double Epsilon, double InitialValue, double? StepSize, bool SplitTies) : BanditRule
{
    public override IReadOnlyList<ArmTable> Tables(int features) => [new("values", InitialValue), new("counts")];

    public override int Choose(ArmTables arms, ReadOnlySpan<float> context, Rng stream)
    {
        ActionProbabilities.EpsilonGreedy(arms["values"], Epsilon, SplitTies, arms.Scratch);
        return stream.Choice(arms.Scratch);
    }

    public override int Best(ArmTables arms, ReadOnlySpan<float> context) => ActionProbabilities.ArgMax(arms["values"]);

    public override void Learn(ArmTables arms, ReadOnlySpan<float> context, int arm, double reward, Rng stream) =>
        arms["values"][arm] += (reward - arms["values"][arm]) * (StepSize ?? (1 / ++arms["counts"][arm]));
}
