using GymBridge.Seeding;
using GymBridge.Spaces;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GymBridge.Agents.Reinforce;

/// <summary>A tanh policy, and a state-value baseline beside it.</summary>
public sealed class ReinforceAgent : ActorCriticAgent
{
    /// <summary>The algorithm's name.</summary>
    public const string Name = "reinforce";

    /// <summary>An agent with fresh weights.</summary>
    /// <param name="observationSpace">The observations it reads.</param>
    /// <param name="actionSpace">The actions it takes.</param>
    /// <param name="hiddenSizes">Sizes of the hidden layers.</param>
    /// <param name="seed">Seed of the initial weights.</param>
    /// <exception cref="NotSupportedException">The agent cannot read the observations or take the actions.</exception>
    public ReinforceAgent(Space observationSpace, Space actionSpace, IReadOnlyList<int> hiddenSizes, Seed seed)
        : base(Name, "REINFORCE", observationSpace, actionSpace, hiddenSizes, seed)
    {
    }

    /// <summary>The baseline: float32 [B, features] to [B, 1].</summary>
    public Sequential Baseline => Values;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Module Network)> Networks => [("policy", Policy.Network), ("baseline", Baseline)];
}
