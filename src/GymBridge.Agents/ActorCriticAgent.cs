using GymBridge.Agents.Policies;
using GymBridge.Seeding;
using GymBridge.Spaces;
using TorchSharp.Modules;

namespace GymBridge.Agents;

/// <summary>A tanh policy over discrete actions, and a tanh network beside it that estimates the value of a state.</summary>
public abstract class ActorCriticAgent : Agent
{
    /// <summary>An agent with fresh weights, the policy's drawn before the values'.</summary>
    /// <param name="algorithm">The algorithm's name: <c>ppo</c>.</param>
    /// <param name="title">Its name in messages: <c>PPO</c>.</param>
    /// <param name="observationSpace">The observations it reads.</param>
    /// <param name="actionSpace">The actions it takes.</param>
    /// <param name="hiddenSizes">Sizes of the hidden layers of either network.</param>
    /// <param name="seed">Seed of the initial weights.</param>
    /// <exception cref="NotSupportedException">The agent cannot read the observations or take the actions.</exception>
    private protected ActorCriticAgent(
        string algorithm, string title, Space observationSpace, Space actionSpace, IReadOnlyList<int> hiddenSizes, Seed seed)
        : base(algorithm, observationSpace, actionSpace)
    {
        Encoder = new ObservationEncoder(observationSpace);
        var actions = CategoricalPolicy.CountActions(actionSpace, title);
        (Policy, Values) = RandomStreams.InitialWeights(seed, () => (
            new CategoricalPolicy(Mlp.Tanh(Encoder.Features, hiddenSizes, actions, 0.01), actionSpace, title),
            Mlp.Tanh(Encoder.Features, hiddenSizes, 1, 1.0)));
    }

    /// <summary>The policy.</summary>
    public CategoricalPolicy Policy { get; }

    /// <summary>Turns observations into features.</summary>
    public ObservationEncoder Encoder { get; }

    /// <summary>The value network: float32 [B, features] to [B, 1].</summary>
    private protected Sequential Values { get; }

    /// <inheritdoc/>
    public override void ActGreedily(Columns observations, Columns actions) => GreedyActions.Act(Policy, Encoder, observations, actions);
}
