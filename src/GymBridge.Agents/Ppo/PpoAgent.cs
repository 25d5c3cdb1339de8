using GymBridge.Seeding;
using GymBridge.Spaces;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GymBridge.Agents.Ppo;

/// <summary>An actor and a critic with separate tanh networks.</summary>
public sealed class PpoAgent : ActorCriticAgent
{
    /// <summary>The algorithm's name.</summary>
    public const string Name = "ppo";

    /// <summary>An agent with fresh weights.</summary>
    /// <param name="observationSpace">The observations it reads.</param>
    /// <param name="actionSpace">The actions it takes.</param>
    /// <param name="hiddenSizes">Sizes of the hidden layers.</param>
    /// <param name="seed">Seed of the initial weights.</param>
    /// <exception cref="NotSupportedException">The agent cannot read the observations or take the actions.</exception>
    public PpoAgent(Space observationSpace, Space actionSpace, IReadOnlyList<int> hiddenSizes, Seed seed)
        : base(Name, "PPO", observationSpace, actionSpace, hiddenSizes, seed)
    {
    }

    /// <summary>The critic: float32 [B, features] to [B, 1].</summary>
    public Sequential Critic => Values;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Module Network)> Networks => [("actor", Policy.Network), ("critic", Critic)];
}
