using GymBridge.Agents.Policies;
using GymBridge.Batch;
using GymBridge.Seeding;
using GymBridge.Spaces;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GymBridge.Agents.Reinforce;

/// <summary>A tanh policy, and a state-value baseline beside it.</summary>
public sealed class ReinforceAgent : Agent
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
        : base(Name, observationSpace, actionSpace)
    {
        Encoder = new ObservationEncoder(observationSpace);
        var actions = CategoricalPolicy.CountActions(actionSpace, "REINFORCE");
        (Policy, Baseline) = RandomStreams.InitialWeights(seed, () => (
            new CategoricalPolicy(Mlp.Tanh(Encoder.Features, hiddenSizes, actions, 0.01), actionSpace, "REINFORCE"),
            Mlp.Tanh(Encoder.Features, hiddenSizes, 1, 1.0)));
    }

    /// <summary>The policy.</summary>
    public CategoricalPolicy Policy { get; }

    /// <summary>The baseline: float32 [B, features] to [B, 1].</summary>
    public Sequential Baseline { get; }

    /// <summary>Turns observations into features.</summary>
    public ObservationEncoder Encoder { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Module Network)> Networks => [("policy", Policy.Network), ("baseline", Baseline)];

    /// <inheritdoc/>
    public override void ActGreedily(Columns observations, Columns actions) => GreedyActions.Act(Policy, Encoder, observations, actions);
}
