using System.Runtime.InteropServices;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Distributions;
using GymBridge.Agents.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents.Networks;

/// <summary>The networks of SAC: an actor that gives a squashed Gaussian over the actions, two critics of state and action, and the
/// temperature where it is learned.</summary>
/// <remarks>Names of the parts are Stable-Baselines3's. Source: stable_baselines3/sac/policies.py.</remarks>
public sealed class SacNetwork : PolicyNetwork
{
    private const string ExtractorName = "features_extractor";
    private const string CriticPrefix = "qf";

    // Bounds of the logarithm of the standard deviation: stable_baselines3/sac/policies.py, LOG_STD_MIN and LOG_STD_MAX.
    private const double LeastLogDeviation = -20;
    private const double GreatestLogDeviation = 2;

    private readonly nn.Module<Tensor, Tensor>? _extractor;
    private readonly nn.Module<Tensor, Tensor>? _trunk;
    private readonly nn.Module<Tensor, Tensor>? _mean;
    private readonly nn.Module<Tensor, Tensor>? _logDeviation;
    private readonly nn.Module<Tensor, Tensor>? _actor;
    private readonly nn.Module<Tensor, Tensor> _first;
    private readonly nn.Module<Tensor, Tensor> _second;

    /// <summary>Networks with fresh weights, the actor's drawn before the critics'.</summary>
    /// <param name="spec">Their form.</param>
    /// <param name="features">F: numbers of one encoded observation.</param>
    /// <param name="head">The actions.</param>
    /// <param name="custom">Networks of the user's own: the features extractor, and as policy the actor.</param>
    /// <exception cref="ArgumentException">A custom network does not fit.</exception>
    public SacNetwork(SacSpec spec, int features, SquashedGaussianHead head, CustomNetworks custom)
        : base(nameof(SacNetwork), head)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(custom);
        if (custom.Value is not null)
        {
            throw new ArgumentException("SAC has two critics of state and action and no network of the state's value alone: leave out CustomNetworks.Value.", nameof(custom));
        }

        _extractor = custom.FeaturesExtractor;
        var width = _extractor is null ? features : NetworkShapes.OutputsOf(_extractor, features, nameof(CustomNetworks.FeaturesExtractor));
        Register(ExtractorName, _extractor);
        if (custom.Policy is not null)
        {
            NetworkShapes.Check(custom.Policy, width, head.Outputs, nameof(CustomNetworks.Policy), $"a mean and the logarithm of a standard deviation for each number of {head.Space}");
            _actor = custom.Policy;
            Register("actor", _actor);
        }
        else
        {
            var last = spec.HiddenSizes.Count == 0 ? width : spec.HiddenSizes[^1];
            _trunk = spec.HiddenSizes.Count == 0 ? null : Mlp.UniformTrunk(width, spec.HiddenSizes, spec.Activation);
            _mean = nn.Linear(last, head.Width);
            _logDeviation = nn.Linear(last, head.Width);
            Register("latent_pi", _trunk);
            Register("mu", _mean);
            Register("log_std", _logDeviation);
        }

        _first = Mlp.CreateUniform(width + head.Width, spec.HiddenSizes, 1, spec.Activation);
        _second = Mlp.CreateUniform(width + head.Width, spec.HiddenSizes, 1, spec.Activation);
        Register(CriticPrefix + "0", _first);
        Register(CriticPrefix + "1", _second);
        if (spec.InitialTemperature is { } temperature)
        {
            LogTemperature = nn.Parameter(full([1], (float)Math.Log(temperature)));
            register_parameter("log_ent_coef", LogTemperature);
        }
    }

    /// <summary>float32 [1]; the logarithm of the temperature where it is learned; else null.</summary>
    public Parameter? LogTemperature { get; }

    /// <summary>The parameters of the actor.</summary>
    public IEnumerable<Parameter> ActorParameters() =>
        [.. new[] { _trunk, _mean, _logDeviation, _actor }.OfType<nn.Module>().SelectMany(module => module.parameters())];

    /// <summary>The parameters of both critics, and of the features extractor: the values are what it is trained for.</summary>
    public IEnumerable<Parameter> CriticParameters() => [.. _extractor?.parameters() ?? [], .. _first.parameters(), .. _second.parameters()];

    /// <summary>The features that actor and critics read.</summary>
    /// <param name="observations">float32 [B, F].</param>
    /// <returns>float32 [B, G].</returns>
    public Tensor Extract(Tensor observations) => _extractor?.call(observations) ?? observations;

    /// <summary>Whether a weight is one that targets have a slower copy of: the critics' and the features extractor's.</summary>
    internal static bool HasTarget(string name) =>
        name.StartsWith(CriticPrefix, StringComparison.Ordinal) || name.StartsWith(ExtractorName, StringComparison.Ordinal);

    /// <summary>Draws actions whose gradient reaches the actor.</summary>
    /// <param name="extracted">float32 [B, G]; what <see cref="Extract"/> gave.</param>
    /// <param name="noise">float32 [B, W]; standard normal numbers.</param>
    /// <returns>Actions in [-1, 1], float32 [B, W], and the logarithm of their density, float32 [B].</returns>
    public (Tensor Actions, Tensor LogProbability) Sample(Tensor extracted, Tensor noise)
    {
        var (mean, logDeviation) = Gaussian(extracted);
        var preTanh = mean + (noise * logDeviation.exp());
        return (preTanh.tanh(), SquashedGaussian.LogProbabilityOfNoise(noise, logDeviation, preTanh));
    }

    /// <summary>The lesser of both critics' values.</summary>
    /// <param name="extracted">float32 [B, G].</param>
    /// <param name="actions">float32 [B, W]; in [-1, 1].</param>
    /// <returns>float32 [B].</returns>
    public Tensor LeastValue(Tensor extracted, Tensor actions)
    {
        var (first, second) = Values(extracted, actions);
        return minimum(first, second);
    }

    /// <summary>The values of both critics, float32 [B] each.</summary>
    /// <param name="extracted">float32 [B, G].</param>
    /// <param name="actions">float32 [B, W]; in [-1, 1].</param>
    public (Tensor First, Tensor Second) Values(Tensor extracted, Tensor actions)
    {
        var input = cat([extracted, actions], 1);
        return (_first.call(input).squeeze(1), _second.call(input).squeeze(1));
    }

    /// <summary>The means of the Gaussian before tanh.</summary>
    /// <param name="features">float32 [B, F].</param>
    /// <returns>float32 [B, W].</returns>
    public override Tensor Outputs(Tensor features) => Gaussian(Extract(features)).Mean;

    /// <inheritdoc/>
    public override void Act(Tensor features, bool deterministic, LaneStreams streams, ActionSpan actions)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (mean, logDeviation) = Gaussian(Extract(features));
        if (!deterministic)
        {
            ArgumentNullException.ThrowIfNull(streams);
            for (var i = 0; i < actions.Values.Length; i++)
            {
                actions.Values[i] = (float)streams[i / Head.Width].StandardNormal();
            }

            mean += logDeviation.exp() * tensor(actions.Values.ToArray(), [features.shape[0], Head.Width]);
        }

        MemoryMarshal.Cast<byte, float>(mean.tanh().contiguous().bytes).CopyTo(actions.Values);
    }

    private (Tensor Mean, Tensor LogDeviation) Gaussian(Tensor extracted)
    {
        if (_actor is not null)
        {
            var outputs = _actor.call(extracted);
            return (outputs.narrow(1, 0, Head.Width), outputs.narrow(1, Head.Width, Head.Width).clamp(LeastLogDeviation, GreatestLogDeviation));
        }

        var hidden = _trunk?.call(extracted) ?? extracted;
        return (_mean!.call(hidden), _logDeviation!.call(hidden).clamp(LeastLogDeviation, GreatestLogDeviation));
    }

    private void Register(string name, nn.Module? module)
    {
        if (module is not null)
        {
            register_module(name, module);
        }
    }
}
