using GymBridge.Agents.Actions;
using GymBridge.Agents.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents.Networks;

/// <summary>A policy that gives a distribution over actions, and beside it an estimate of the value of a state.</summary>
public sealed class ActorCriticNetwork : PolicyNetwork
{
    private readonly nn.Module<Tensor, Tensor>? _extractor;

    /// <summary>A network with fresh weights, the policy's drawn before the value's.</summary>
    /// <param name="spec">Its form.</param>
    /// <param name="features">F: numbers of one encoded observation.</param>
    /// <param name="head">How outputs become actions.</param>
    /// <param name="custom">Networks of the user's own.</param>
    /// <exception cref="ArgumentException">A custom network does not fit.</exception>
    public ActorCriticNetwork(ActorCriticSpec spec, int features, ActionHead head, CustomNetworks custom)
        : base(nameof(ActorCriticNetwork), head)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(custom);
        (UsesMasks, UsesReference) = (spec.UsesMasks, spec.UsesReference);
        _extractor = custom.FeaturesExtractor ?? (spec.SharesTrunk ? Trunk(features) : null);
        if (spec.SharesTrunk && custom.FeaturesExtractor is FeatureNetwork or TokenNetwork && custom.FeaturesExtractor is { } images)
        {
            _extractor = nn.Sequential(images, Trunk(NetworkShapes.OutputsOf(images, features, nameof(CustomNetworks.FeaturesExtractor))));
        }

        var width = _extractor is null ? features : NetworkShapes.OutputsOf(_extractor, features, nameof(CustomNetworks.FeaturesExtractor));
        var hidden = spec.SharesTrunk ? [] : spec.HiddenSizes;
        Policy = custom.Policy ?? Mlp.Create(width, hidden, head.Outputs, spec.UsesReference ? 0 : Mlp.PolicyGain, spec.Activation, spec.StartsOrthogonal);
        Value = custom.Value ?? Mlp.Create(width, hidden, 1, Mlp.ValueGain, spec.Activation, spec.StartsOrthogonal);
        NetworkShapes.Check(custom.Policy, width, head.Outputs, nameof(CustomNetworks.Policy), $"one output for each number of {head.Space}");
        NetworkShapes.Check(custom.Value, width, 1, nameof(CustomNetworks.Value), "one value");
        if (_extractor is not null)
        {
            register_module("features_extractor", _extractor);
        }

        register_module("policy", Policy);
        register_module("value", Value);
        if (head.IsContinuous)
        {
            LogDeviation = nn.Parameter(full([head.Width], (float)spec.InitialLogDeviation));
            register_parameter("log_std", LogDeviation);
        }

        Sequential Trunk(int inputs) => Mlp.Trunk(inputs, spec.HiddenSizes, spec.Activation, spec.StartsOrthogonal);
    }

    /// <summary>float32 [B, G] to the head's outputs.</summary>
    public nn.Module<Tensor, Tensor> Policy { get; }

    /// <summary>float32 [B, G] to float32 [B, 1].</summary>
    public nn.Module<Tensor, Tensor> Value { get; }

    /// <summary>float32 [W]; logarithm of the standard deviation of continuous actions; null of discrete ones.</summary>
    public Parameter? LogDeviation { get; }

    /// <summary>The features that policy and value network read.</summary>
    /// <param name="observations">float32 [B, F].</param>
    /// <returns>float32 [B, G].</returns>
    public Tensor Extract(Tensor observations) => _extractor?.call(observations) ?? observations;

    /// <summary>The distribution over actions.</summary>
    /// <param name="extracted">float32 [B, G]; what <see cref="Extract"/> gave.</param>
    /// <param name="mask">bool [B, Outputs]; false where an action is not allowed; null allows all.</param>
    /// <param name="reference">float32 [B, Outputs]; logits of a reference policy, to which the network's are added; null adds none.</param>
    public ActionDistribution Distribution(Tensor extracted, Tensor? mask = null, Tensor? reference = null)
    {
        var outputs = Policy.call(extracted);
        return Head.Distribution(reference is null ? outputs : outputs + reference, LogDeviation, mask);
    }

    /// <summary>The value of each state.</summary>
    /// <param name="extracted">float32 [B, G]; what <see cref="Extract"/> gave.</param>
    /// <returns>float32 [B].</returns>
    public Tensor Values(Tensor extracted) => Value.call(extracted).squeeze(1);

    /// <summary>The parameters that the distribution over actions depends on.</summary>
    public IEnumerable<Parameter> PolicyParameters() =>
        [.. _extractor?.parameters() ?? [], .. Policy.parameters(), .. LogDeviation is null ? Array.Empty<Parameter>() : [LogDeviation]];

    /// <summary>The parameters of the value network alone.</summary>
    public IEnumerable<Parameter> ValueParameters() => Value.parameters();

    /// <inheritdoc/>
    public override Tensor Outputs(Tensor features) => Policy.call(Extract(features));

    /// <inheritdoc/>
    public override bool UsesMasks { get; }

    /// <inheritdoc/>
    public override bool UsesReference { get; }

    /// <inheritdoc/>
    public override void Act(Tensor features, bool deterministic, LaneStreams streams, ActionSpan actions) =>
        ActWith(features, deterministic, streams, actions, null, null);

    /// <inheritdoc/>
    public override void Act(Tensor features, bool deterministic, LaneStreams streams, ActionSpan actions, Tensor mask) =>
        ActWith(features, deterministic, streams, actions, mask, null);

    /// <inheritdoc/>
    public override void ActFrom(Tensor reference, Tensor features, bool deterministic, LaneStreams streams, ActionSpan actions) =>
        ActWith(features, deterministic, streams, actions, null, reference);

    private void ActWith(Tensor features, bool deterministic, LaneStreams streams, ActionSpan actions, Tensor? mask, Tensor? reference)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var distribution = Distribution(Extract(features), mask, reference);
        if (deterministic)
        {
            distribution.Mode(actions);
        }
        else
        {
            distribution.Sample(streams, actions, new float[features.shape[0]]);
        }
    }
}
