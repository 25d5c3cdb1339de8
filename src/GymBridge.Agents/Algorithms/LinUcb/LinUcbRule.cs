using GymBridge.Agents.Formulas;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>Of each arm A = I + sum x x' and b = sum r x; theta = A^-1 b. It draws nothing: of equal arms the first.</summary>
/// <param name="Exploration">alpha of the bound.</param>
/// <remarks>A^-1 is kept instead of A and moved on by the formula of Sherman and Morrison, so that a pull costs F^2 and not F^3.</remarks>
internal sealed record LinUcbRule(double Exploration) : BanditRule
{
    public override IReadOnlyList<ArmTable> Tables(int features) =>
        [new("inverse", 0, checked(features * features)), new("moments", 0, features)];

    public override void Start(ArmTables arms)
    {
        var inverse = arms["inverse"];
        var features = arms["moments"].Length / arms.Count;
        for (var i = 0; i < inverse.Length; i++)
        {
            var (row, column) = (i / features % features, i % features);
            inverse[i] = row == column ? 1 : 0;
        }
    }

    public override int Choose(ArmTables arms, ReadOnlySpan<float> context, Rng stream) => Greatest(arms, context, Exploration);

    public override int Best(ArmTables arms, ReadOnlySpan<float> context) => Greatest(arms, context, 0);

    public override void Learn(ArmTables arms, ReadOnlySpan<float> context, int arm, double reward, Rng stream)
    {
        var features = context.Length;
        var inverse = arms["inverse"].Slice(arm * features * features, features * features);
        var moments = arms["moments"].Slice(arm * features, features);
        var gain = new double[features];
        var scale = 1.0;
        for (var i = 0; i < features; i++)
        {
            gain[i] = Dot(inverse.Slice(i * features, features), context);
            scale += gain[i] * context[i];
        }

        for (var i = 0; i < features; i++)
        {
            moments[i] += reward * context[i];
            for (var j = 0; j < features; j++)
            {
                inverse[(i * features) + j] -= gain[i] * gain[j] / scale;
            }
        }
    }

    private static int Greatest(ArmTables arms, ReadOnlySpan<float> context, double exploration)
    {
        var features = context.Length;
        for (var arm = 0; arm < arms.Count; arm++)
        {
            var inverse = arms["inverse"].Slice(arm * features * features, features * features);
            var moments = arms["moments"].Slice(arm * features, features);
            var (value, spread) = (0.0, 0.0);
            for (var i = 0; i < features; i++)
            {
                // A^-1 is symmetric: theta x = b A^-1 x.
                var direction = Dot(inverse.Slice(i * features, features), context);
                value += moments[i] * direction;
                spread += context[i] * direction;
            }

            arms.Scratch[arm] = value + (exploration * Math.Sqrt(spread));
        }

        return ActionProbabilities.ArgMax(arms.Scratch);
    }

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<float> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }
}
