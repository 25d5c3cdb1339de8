using System.Runtime.InteropServices;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Randomness;
using static TorchSharp.torch;

namespace GymBridge.Agents.Networks;

/// <summary>Q(s, a) for each action of a Discrete space; acts by the greatest.</summary>
/// <remarks>Dueling: Q(s, a) = V(s) + A(s, a) - mean over a' of A(s, a'), the last hidden layer being each stream's own. Source: Wang et al.
/// 2016, arXiv:1511.06581, equation 9.</remarks>
public sealed class QNetwork : PolicyNetwork
{
    // Stands for the best action until it is known.
    private const long Best = -1;

    private readonly nn.Module<Tensor, Tensor>? _extractor;
    private readonly nn.Module<Tensor, Tensor>? _trunk;
    private readonly nn.Module<Tensor, Tensor> _actions;
    private readonly nn.Module<Tensor, Tensor>? _state;
    private readonly double _epsilon;

    /// <summary>A network with fresh weights.</summary>
    /// <param name="spec">Its form.</param>
    /// <param name="features">F: numbers of one encoded observation.</param>
    /// <param name="head">The actions.</param>
    /// <param name="custom">Networks of the user's own: the features extractor, and as policy the one that gives the action values.</param>
    /// <exception cref="ArgumentException">A custom network does not fit.</exception>
    public QNetwork(QNetworkSpec spec, int features, CategoricalHead head, CustomNetworks custom)
        : base(nameof(QNetwork), head)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(custom);
        if (custom.Value is not null)
        {
            throw new ArgumentException("A network of action values has no value network beside it: leave out CustomNetworks.Value; CustomNetworks.Policy gives the value of each action.", nameof(custom));
        }

        if (custom.Policy is not null && spec.IsDueling)
        {
            throw new ArgumentException("A network of one's own is not split into streams: turn off Dueling, or leave out CustomNetworks.Policy.", nameof(custom));
        }

        _epsilon = spec.Epsilon;
        _extractor = custom.FeaturesExtractor;
        var width = _extractor is null ? features : NetworkShapes.OutputsOf(_extractor, features, nameof(CustomNetworks.FeaturesExtractor));
        IReadOnlyList<int> hidden = spec.HiddenSizes;
        if (spec.IsDueling && hidden.Count > 1)
        {
            _trunk = Mlp.UniformTrunk(width, [.. hidden.SkipLast(1)], spec.Activation);
            (width, hidden) = (hidden[^2], [hidden[^1]]);
        }

        _actions = custom.Policy ?? Mlp.CreateUniform(width, hidden, head.Outputs, spec.Activation);
        _state = spec.IsDueling ? Mlp.CreateUniform(width, hidden, 1, spec.Activation) : null;
        NetworkShapes.Check(custom.Policy, width, head.Outputs, nameof(CustomNetworks.Policy), $"one value for each action of {head.Space}");
        Register("features_extractor", _extractor);
        Register("trunk", _trunk);
        Register(spec.IsDueling ? "advantage" : "q_net", _actions);
        Register("value", _state);
    }

    /// <summary>Q(s, a) for each action.</summary>
    /// <param name="observations">float32 [B, F].</param>
    /// <returns>float32 [B, Outputs].</returns>
    public Tensor Values(Tensor observations)
    {
        var extracted = _extractor?.call(observations) ?? observations;
        extracted = _trunk?.call(extracted) ?? extracted;
        var actions = _actions.call(extracted);
        return _state is null ? actions : _state.call(extracted) + actions - actions.mean([1], keepdim: true);
    }

    /// <summary>Takes the best action in each row, or at the rate epsilon a random one.</summary>
    /// <param name="features">float32 [B, F]; encoded observations.</param>
    /// <param name="epsilon">Share of random actions; the best one is among them.</param>
    /// <param name="streams">One for each row: it draws whether to act at random, and how.</param>
    /// <param name="actions">Filled.</param>
    /// <remarks>Where all rows act at random nothing is computed. Source: Mnih et al. 2015, doi:10.1038/nature14236, algorithm 1; unlike
    /// Stable-Baselines3, which draws once for all lanes, each row draws for itself.</remarks>
    public void Act(Tensor features, double epsilon, LaneStreams streams, Span<long> actions)
    {
        ArgumentNullException.ThrowIfNull(streams);
        var wantsBest = false;
        for (var row = 0; row < actions.Length; row++)
        {
            actions[row] = streams[row].Random() < epsilon ? streams[row].Integers(Head.Outputs) : Best;
            wantsBest |= actions[row] == Best;
        }

        if (wantsBest)
        {
            FillBest(features, actions);
        }
    }

    /// <inheritdoc/>
    public override void Act(Tensor features, bool deterministic, LaneStreams streams, ActionSpan actions)
    {
        if (!deterministic)
        {
            Act(features, _epsilon, streams, actions.Indices);
            return;
        }

        actions.Indices.Fill(Best);
        FillBest(features, actions.Indices);
    }

    /// <inheritdoc/>
    public override Tensor Outputs(Tensor features) => Values(features);

    private void FillBest(Tensor features, Span<long> actions)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var best = MemoryMarshal.Cast<byte, long>(Values(features).argmax(1).bytes);
        for (var row = 0; row < actions.Length; row++)
        {
            actions[row] = actions[row] == Best ? best[row] : actions[row];
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
