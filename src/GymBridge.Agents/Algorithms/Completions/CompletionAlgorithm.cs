using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Completions;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Optimizers;
using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>An algorithm that learns from whole completions, held against a frozen reference policy: the one that it starts as.</summary>
public abstract class CompletionAlgorithm : Algorithm, ITraceable
{
    private readonly CompletionOptions _options;
    private readonly Parameter[] _parameters;
    private readonly Adam _optimizer;

    private protected CompletionAlgorithm(
        AlgorithmDescriptor descriptor,
        VectorEnv env,
        CompletionOptions options,
        Seed? seed,
        ActorCriticSpec network,
        CustomNetworks? networks,
        bool trainsValues)
        : base(descriptor, env, options, seed, network, networks)
    {
        ReferenceNetworks.Refuse(networks, descriptor.Title);
        _options = options;
        Network = (ActorCriticNetwork)Policy.Module;
        _parameters = [.. trainsValues ? Network.parameters() : Network.PolicyParameters()];
        _optimizer = optim.Adam(_parameters, options.LearningRate.Start);
        Completions = new CompletionCollector(Driver, Policy, Seed, options.RewardModel);
    }

    /// <inheritdoc/>
    public RolloutTrace LastRollout => Completions.Buffer.Trace();

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, optim.Optimizer Optimizer)> Optimizers => [("adam", _optimizer)];

    private protected ActorCriticNetwork Network { get; }

    private protected CompletionCollector Completions { get; }

    /// <summary>What every update begins with: the values of schedules, and the reference before the first one.</summary>
    private protected (double LearningRate, double ClipRange) Begin()
    {
        var learningRate = _options.LearningRate.At(Progress);
        _optimizer.SetLearningRate(learningRate);
        if (Updates == 0)
        {
            Completions.FreezeReference();
        }

        return (learningRate, _options.ClipRange.At(Progress));
    }

    /// <summary>A step down the gradient.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="value">Its value.</param>
    /// <returns>The gradient's norm before it was bounded.</returns>
    /// <exception cref="NonFiniteException">The loss or the norm is NaN or infinite; the weights are as they were.</exception>
    private protected double Descend(Tensor loss, double value)
    {
        NonFiniteException.ThrowIfNotFinite(value, Descriptor.Title, Timesteps);
        return _optimizer.Descend(loss, _parameters, _options.MaxGradNorm, Descriptor.Title, Timesteps);
    }

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Optimizer("adam", _optimizer);
        Completions.Exchange(archive);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Completions.Dispose();
            _optimizer.Dispose();
        }

        base.Dispose(disposing);
    }
}
