using GymBridge.Agents.Formulas;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>Softmax over sample means; an arm that was not pulled yet counts as 0.</summary>
/// <param name="Temperature">tau of exp(Q / tau).</param>
internal sealed record BoltzmannRule(double Temperature) : BanditRule
{
    public override IReadOnlyList<ArmTable> Tables(int features) => [new("values"), new("counts")];

    public override int Choose(ArmTables arms, ReadOnlySpan<float> context, Rng stream) => DrawSoftmax(arms, arms["values"], Temperature, stream);

    public override int Best(ArmTables arms, ReadOnlySpan<float> context) => ActionProbabilities.ArgMax(arms["values"]);

    public override void Learn(ArmTables arms, ReadOnlySpan<float> context, int arm, double reward, Rng stream) =>
        arms["values"][arm] += (reward - arms["values"][arm]) / ++arms["counts"][arm];
}
