using System.Text.Json.Serialization;
using GymBridge.Agents.Formulas;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>A bandit algorithm as such: what it keeps of the arms, how it chooses one, and what it learns from a reward.</summary>
/// <remarks>It is part of a saved policy, which chooses by it.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BoltzmannRule), "boltzmann")]
[JsonDerivedType(typeof(EpsilonGreedyRule), "epsilon_greedy")]
[JsonDerivedType(typeof(GradientBanditRule), "gradient_bandit")]
[JsonDerivedType(typeof(LinUcbRule), "linucb")]
[JsonDerivedType(typeof(ReinforceBanditRule), "reinforce_bandit")]
[JsonDerivedType(typeof(ThompsonSamplingRule), "thompson_sampling")]
[JsonDerivedType(typeof(Ucb1Rule), "ucb1")]
internal abstract record BanditRule
{
    /// <summary>What is kept of each arm.</summary>
    /// <param name="features">F: numbers of a context.</param>
    public abstract IReadOnlyList<ArmTable> Tables(int features);

    /// <summary>Sets what does not start with one number everywhere.</summary>
    public virtual void Start(ArmTables arms)
    {
    }

    /// <summary>The arm to pull next, to learn and to earn.</summary>
    /// <param name="arms">The tables.</param>
    /// <param name="context">float32 [F]; what is seen before the pull.</param>
    /// <param name="stream">Drawn from.</param>
    public abstract int Choose(ArmTables arms, ReadOnlySpan<float> context, Rng stream);

    /// <summary>The arm that seems best, where there is nothing to learn any more.</summary>
    public abstract int Best(ArmTables arms, ReadOnlySpan<float> context);

    /// <summary>Learns from a pull.</summary>
    /// <param name="arms">The tables; changed.</param>
    /// <param name="context">float32 [F]; what was seen before the pull.</param>
    /// <param name="arm">The arm that was pulled.</param>
    /// <param name="reward">What it paid.</param>
    /// <param name="stream">Drawn from.</param>
    public abstract void Learn(ArmTables arms, ReadOnlySpan<float> context, int arm, double reward, Rng stream);

    /// <summary>An arm drawn by the softmax of numbers over a temperature.</summary>
    private protected static int DrawSoftmax(ArmTables arms, ReadOnlySpan<double> values, double temperature, Rng stream)
    {
        ActionProbabilities.Boltzmann(values, temperature, arms.Scratch);
        return stream.Choice(arms.Scratch);
    }
}
