using GymBridge.Agents.Formulas;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>theta += alpha (r - mean r) (e_a - softmax(theta)); the mean has this reward in it.</summary>
/// <param name="StepSize">alpha.</param>
internal sealed record GradientBanditRule(double StepSize) : BanditRule
{
    public override IReadOnlyList<ArmTable> Tables(int features) => [new("preferences"), new("counts"), new("rewards")];

    public override int Choose(ArmTables arms, ReadOnlySpan<float> context, Rng stream) => DrawSoftmax(arms, arms["preferences"], 1, stream);

    public override int Best(ArmTables arms, ReadOnlySpan<float> context) => ActionProbabilities.ArgMax(arms["preferences"]);

    public override void Learn(ArmTables arms, ReadOnlySpan<float> context, int arm, double reward, Rng stream)
    {
        arms["counts"][arm]++;
        arms["rewards"][arm] += reward;
        var baseline = Sum(arms["rewards"]) / Sum(arms["counts"]);
        var preferences = arms["preferences"];
        var pi = arms.Scratch;
        ActionProbabilities.Boltzmann(preferences, 1, pi);
        for (var other = 0; other < pi.Length; other++)
        {
            preferences[other] += StepSize * (reward - baseline) * ((other == arm ? 1 : 0) - pi[other]);
        }
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }
}
