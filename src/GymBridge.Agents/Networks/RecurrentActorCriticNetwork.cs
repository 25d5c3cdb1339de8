using GymBridge.Agents.Actions;
using GymBridge.Agents.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents.Networks;

/// <summary>A policy that remembers an episode in an LSTM, and beside it an estimate of the value of a state.</summary>
/// <remarks>Source: sb3_contrib/common/recurrent/policies.py, RecurrentActorCriticPolicy: LSTM, then hidden layers, for policy and value
/// apart. The weights of the LSTMs are PyTorch's uniform ones, all others orthogonal.</remarks>
public sealed class RecurrentActorCriticNetwork : PolicyNetwork
{
    private readonly RecurrentActorCriticSpec _spec;
    private readonly nn.Module<Tensor, Tensor>? _extractor;
    private readonly LSTM _actor;
    private readonly LSTM? _critic;
    private readonly Linear? _criticLayer;

    /// <summary>A network with fresh weights.</summary>
    /// <param name="spec">Its form.</param>
    /// <param name="features">F: numbers of one encoded observation.</param>
    /// <param name="head">How outputs become actions.</param>
    /// <param name="custom">Networks of the user's own; policy and value read the state of an LSTM.</param>
    /// <exception cref="ArgumentException">A custom network does not fit.</exception>
    public RecurrentActorCriticNetwork(RecurrentActorCriticSpec spec, int features, ActionHead head, CustomNetworks custom)
        : base(nameof(RecurrentActorCriticNetwork), head)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(custom);
        _spec = spec;
        _extractor = custom.FeaturesExtractor;
        var width = _extractor is null ? features : NetworkShapes.OutputsOf(_extractor, features, nameof(CustomNetworks.FeaturesExtractor));
        var size = spec.LstmHiddenSize;
        Policy = custom.Policy ?? Mlp.Create(size, spec.HiddenSizes, head.Outputs, Mlp.PolicyGain, spec.Activation, spec.StartsOrthogonal);
        Value = custom.Value ?? Mlp.Create(size, spec.HiddenSizes, 1, Mlp.ValueGain, spec.Activation, spec.StartsOrthogonal);
        NetworkShapes.Check(custom.Policy, size, head.Outputs, nameof(CustomNetworks.Policy), $"one output for each number of {head.Space}");
        NetworkShapes.Check(custom.Value, size, 1, nameof(CustomNetworks.Value), "one value");
        Mlp.ThrowIfTooLarge(2L * 4 * size * (width + size + ((long)(spec.LstmLayers - 1) * 2 * size)), $"LSTMs of {spec.LstmLayers} layers of {size}", "a smaller LstmHiddenSize");
        _actor = nn.LSTM(width, size, spec.LstmLayers);
        _critic = spec.HasCriticLstm ? nn.LSTM(width, size, spec.LstmLayers) : null;
        _criticLayer = spec.HasCriticLstm || spec.SharesLstm ? null : nn.Linear(width, size);
        Register("features_extractor", _extractor);
        Register("lstm_actor", _actor);
        Register("lstm_critic", _critic);
        Register("critic", _criticLayer);
        Register("policy", Policy);
        Register("value", Value);
        if (head.IsContinuous)
        {
            LogDeviation = nn.Parameter(full([head.Width], (float)spec.InitialLogDeviation));
            register_parameter("log_std", LogDeviation);
        }
    }

    /// <summary>float32 [B, H] to the head's outputs.</summary>
    public nn.Module<Tensor, Tensor> Policy { get; }

    /// <summary>float32 [B, H] to float32 [B, 1].</summary>
    public nn.Module<Tensor, Tensor> Value { get; }

    /// <summary>float32 [W]; logarithm of the standard deviation of continuous actions; null of discrete ones.</summary>
    public Parameter? LogDeviation { get; }

    /// <summary>Whether the value has an LSTM of its own, and so a state.</summary>
    public bool HasCriticState => _critic is not null;

    /// <inheritdoc/>
    public override bool IsRecurrent => true;

    /// <inheritdoc/>
    public override RecurrentState CreateState(int rows) => new(_spec.LstmLayers, rows, _spec.LstmHiddenSize);

    /// <summary>What policy and value network read, of sequences from given states on.</summary>
    /// <param name="observations">float32 [T, S, F]: S sequences of T encoded observations each.</param>
    /// <param name="actor">State of the policy's LSTM before the first observation; float32 [L, S, H], hidden and cell.</param>
    /// <param name="critic">State of the value's LSTM, as <paramref name="actor"/>; not read without one.</param>
    /// <returns>float32 [T S, H] for policy and value, time-major, and the states after the last observation.</returns>
    public RecurrentOutput Run(Tensor observations, (Tensor Hidden, Tensor Cell) actor, (Tensor Hidden, Tensor Cell) critic)
    {
        ArgumentNullException.ThrowIfNull(observations);
        var (steps, rows, size) = (observations.shape[0], observations.shape[1], (long)_spec.LstmHiddenSize);
        var extracted = _extractor is null ? observations : _extractor.call(observations.reshape(steps * rows, -1)).reshape(steps, rows, -1);
        var (policy, hidden, cell) = _actor.call(extracted, actor);
        var actorAfter = (hidden, cell);
        if (_critic is null)
        {
            var flat = policy.reshape(steps * rows, size);
            var value = _criticLayer?.call(extracted.reshape(steps * rows, -1)) ?? flat.detach();
            return new RecurrentOutput(flat, value, actorAfter, actorAfter);
        }

        var (values, criticHidden, criticCell) = _critic.call(extracted, critic);
        return new RecurrentOutput(policy.reshape(steps * rows, size), values.reshape(steps * rows, size), actorAfter, (criticHidden, criticCell));
    }

    /// <summary>The distribution over actions.</summary>
    /// <param name="latent">float32 [B, H]; the policy's part of what <see cref="Run"/> gave.</param>
    public ActionDistribution Distribution(Tensor latent) => Head.Distribution(Policy.call(latent), LogDeviation);

    /// <summary>The value of each state.</summary>
    /// <param name="latent">float32 [B, H]; the value's part of what <see cref="Run"/> gave.</param>
    /// <returns>float32 [B].</returns>
    public Tensor Values(Tensor latent) => Value.call(latent).squeeze(1);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: it acts from a state.</exception>
    public override void Act(Tensor features, bool deterministic, LaneStreams streams, ActionSpan actions) =>
        throw new NotSupportedException("A recurrent policy acts from the state that it remembers; pass one, or use Policy.Predict.");

    /// <inheritdoc/>
    public override void Act(Tensor features, bool deterministic, LaneStreams streams, ActionSpan actions, RecurrentState state)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(state);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var before = state.ToTensors(features.device);
        var extracted = _extractor?.call(features) ?? features;
        var (latent, hidden, cell) = _actor.call(extracted.unsqueeze(0), before);
        state.CopyFrom(hidden, cell);
        var distribution = Distribution(latent.squeeze(0));
        if (deterministic)
        {
            distribution.Mode(actions);
        }
        else
        {
            distribution.Sample(streams, actions, new float[features.shape[0]]);
        }
    }

    private void Register(string name, nn.Module? module)
    {
        if (module is not null)
        {
            register_module(name, module);
        }
    }
}
