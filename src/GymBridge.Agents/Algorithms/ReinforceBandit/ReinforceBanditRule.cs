using GymBridge.Agents.Formulas;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>Minimises -(r - b) log softmax(theta)_a by Adam.</summary>
/// <param name="LearningRate">Adam's step size.</param>
/// <param name="BaselineDecay">d of b = d b + (1 - d) r.</param>
/// <remarks>The baseline takes the reward in before it is used. That only scales what is left: r - b_new = d (r - b_old), so that the
/// gradient keeps its direction on average.</remarks>
internal sealed record ReinforceBanditRule(double LearningRate, double BaselineDecay) : BanditRule
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;
    private const double Epsilon = 1e-8;

    // One number each: the same in all rows.
    public override IReadOnlyList<ArmTable> Tables(int features) =>
        [new("logits"), new("adam_mean"), new("adam_square"), new("adam_steps"), new("baseline")];

    public override int Choose(ArmTables arms, ReadOnlySpan<float> context, Rng stream) => DrawSoftmax(arms, arms["logits"], 1, stream);

    public override int Best(ArmTables arms, ReadOnlySpan<float> context) => ActionProbabilities.ArgMax(arms["logits"]);

    public override void Learn(ArmTables arms, ReadOnlySpan<float> context, int arm, double reward, Rng stream)
    {
        var logits = arms["logits"];
        var mean = arms["adam_mean"];
        var square = arms["adam_square"];
        ref var baseline = ref arms["baseline"][0];
        baseline = (BaselineDecay * baseline) + ((1 - BaselineDecay) * reward);
        var step = ++arms["adam_steps"][0];
        var pi = arms.Scratch;
        ActionProbabilities.Boltzmann(logits, 1, pi);
        for (var i = 0; i < pi.Length; i++)
        {
            var gradient = -(reward - baseline) * ((i == arm ? 1 : 0) - pi[i]);
            mean[i] = (FirstDecay * mean[i]) + ((1 - FirstDecay) * gradient);
            square[i] = (SecondDecay * square[i]) + ((1 - SecondDecay) * gradient * gradient);
            logits[i] -= LearningRate * (mean[i] / (1 - Math.Pow(FirstDecay, step))) / (Math.Sqrt(square[i] / (1 - Math.Pow(SecondDecay, step))) + Epsilon);
        }
    }
}
