using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Options;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Tutorial;

public sealed record VpgOptions : AlgorithmOptions
{
    [Hyperparameter("learning_rate", "Step size of Adam; lin_0.001 falls to 0 over the run.", "--learning-rate", "--lr")]
    public Schedule LearningRate { get; init; } = 3e-3;

    [Hyperparameter("n_steps", "Steps of each lane between two updates.", "--num-steps", "--n-steps")]
    public int RolloutSteps { get; init; } = 128;

    [Hyperparameter("gamma", "Discount per step.")]
    public double Gamma { get; init; } = 0.99;

    public override void Validate()
    {
        if (RolloutSteps < 1 || Gamma is not (>= 0 and <= 1))
        {
            throw new ArgumentException($"VPG takes at least 1 step and a discount between 0 and 1, got {RolloutSteps} and {Gamma}.");
        }
    }
}

/// <summary>The policy gradient with the advantage of a learned value: theta goes up E[log pi(a|s) A], A = R - V(s).</summary>
public sealed class Vpg : Algorithm
{
    private readonly VpgOptions _options;
    private readonly ActorCriticNetwork _network;
    private readonly Adam _optimizer;
    private readonly RolloutCollector _collector;

    public Vpg(VectorEnv env, VpgOptions options, Seed? seed = null, CustomNetworks? networks = null)
        : base(Descriptor, env, options, seed, new ActorCriticSpec([64, 64]), networks)
    {
        _options = options;
        _network = (ActorCriticNetwork)Policy.Module;
        _optimizer = optim.Adam(_network.parameters(), options.LearningRate.Start);
        _collector = new RolloutCollector(Driver, _network, Seed);
    }

    public static new AlgorithmDescriptor<VpgOptions> Descriptor { get; } = new()
    {
        Name = "vpg",
        Title = "VPG",
        Summary = "The policy gradient with the advantage of a learned value.",
        ActionSpaces = ActionSpaces.All,
        Factory = (env, options, seed, networks) => new Vpg(env, options, seed, networks),
    };

    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        // Collect: T steps of N lanes, whatever their autoreset mode is.
        _collector.Collect(_options.RolloutSteps);
        var rollout = _collector.Buffer;

        // Advantages: a truncated step bootstraps from its final observation, a terminated one does not.
        rollout.EvaluateStates(_network);
        rollout.ComputeAdvantages(_options.Gamma, lambda: 1);

        // Update: of the transitions alone, which leaves out the steps that only reset a lane.
        using var scope = NewDisposeScope();
        var rows = tensor(rollout.TransitionIndices());
        var extracted = _network.Extract(rollout.ObservationTensor().index_select(0, rows));
        var logProbabilities = _network.Distribution(extracted).LogProbability(rollout.ActionTensor().index_select(0, rows));
        var policyLoss = -(logProbabilities * rollout.TensorOf(rollout.Advantages).index_select(0, rows)).mean();
        var valueLoss = nn.functional.mse_loss(_network.Values(extracted), rollout.TensorOf(rollout.Returns).index_select(0, rows));
        var loss = policyLoss + (0.5 * valueLoss);
        NonFiniteException.ThrowIfNotFinite(loss.item<float>(), Descriptor.Title, Timesteps);
        _optimizer.zero_grad();
        loss.backward();
        foreach (var group in _optimizer.ParamGroups)
        {
            group.LearningRate = _options.LearningRate.At(Progress);
        }

        _optimizer.step();

        // Log, under Stable-Baselines3's names.
        return [new("train/policy_loss", policyLoss.item<float>()), new("train/value_loss", valueLoss.item<float>())];
    }

    protected override void ExchangeState(StateArchive archive)
    {
        archive.Optimizer("adam", _optimizer);
        _collector.Exchange(archive);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _collector.Dispose();
            _optimizer.Dispose();
        }

        base.Dispose(disposing);
    }
}
