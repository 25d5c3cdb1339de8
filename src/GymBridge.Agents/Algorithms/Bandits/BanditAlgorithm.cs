using System.Runtime.InteropServices;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting.Replay;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Randomness;
using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>An algorithm for bandits: it pulls an arm, learns from the reward, and looks no further than the next pull.</summary>
/// <remarks>Every step counts by itself, so that it runs on any environment with Discrete actions, but what an action leads to is not seen.
/// With several lanes all choose by the same numbers, and each reward is learnt from in the order of the lanes. Where the environment
/// tells the <c>regret</c> of a pull in its info, it is summed.</remarks>
public abstract class BanditAlgorithm : Algorithm, ITraceable
{
    private readonly BanditOptions _options;
    private readonly LaneStreams _streams;
    private readonly Tensor _features;
    private readonly long[] _arms;
    private readonly ReportProgress _progress = new();
    private readonly StepTrace _trace;
    private readonly List<double> _regrets = [];

    private protected BanditAlgorithm(
        AlgorithmDescriptor descriptor, VectorEnv env, BanditOptions options, Seed? seed, NetworkSpec network, CustomNetworks? custom)
        : base(descriptor, env, options, seed, network, custom)
    {
        _options = options;
        _streams = new LaneStreams(Seed, StreamPurpose.Policy, env.NumEnvs);
        _features = zeros(env.NumEnvs, Driver.Encoder.Features).DetachFromDisposeScope();
        _arms = new long[env.NumEnvs];
        _trace = new StepTrace(env.NumEnvs, Driver.Encoder.Features, Policy.Module.Head);
    }

    /// <summary>Pseudo-regret so far, over all lanes: the sum of what the best arms pay on average less what the pulled ones do.</summary>
    /// <value>NaN where the environment does not tell it.</value>
    public double PseudoRegret { get; private set; }

    /// <inheritdoc/>
    public RolloutTrace LastRollout => new(
    [
        .. _trace.Trace().Fields, TraceField.Of("regret", _regrets.ToArray(), _trace.Steps, _arms.Length),
    ]);

    /// <inheritdoc/>
    public virtual IReadOnlyList<(string Name, optim.Optimizer Optimizer)> Optimizers => [];

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        Driver.Start();
        if (_progress.Steps == 0)
        {
            _trace.Clear();
            _regrets.Clear();
        }

        while (_progress.Steps < _options.StepsPerReport && !IsComplete)
        {
            Driver.PauseIfCancelled();
            Step();
            for (var lane = 0; lane < _arms.Length; lane++)
            {
                if (Driver.IsTransition(lane))
                {
                    _progress.Add(Driver.Current.Rewards[lane]);
                }
            }

            _progress.AddStep();
        }

        KeyValuePair<string, double>[] regret = double.IsNaN(PseudoRegret) ? [] : [new("rollout/pseudo_regret", PseudoRegret)];
        return [new("rollout/step_reward_mean", _progress.End()), .. regret, .. Metrics()];
    }

    /// <summary>Learns from the pulls of one step.</summary>
    /// <param name="contexts">float32 [N, F]; what was seen before.</param>
    /// <param name="arms">int64 [N]; the arms that were pulled, counted from 0.</param>
    private protected abstract void Learn(Tensor contexts, ReadOnlySpan<long> arms);

    /// <summary>What there is to log besides.</summary>
    private protected virtual IReadOnlyList<KeyValuePair<string, double>> Metrics() => [];

    /// <summary>The stream of a lane.</summary>
    private protected Rng Stream(int lane) => _streams[lane];

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Streams("policy", _streams);
        PseudoRegret = archive.Real("pseudo_regret", PseudoRegret);
        _progress.Exchange(archive, !IsInUpdate);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _features.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Step()
    {
        var features = MemoryMarshal.Cast<byte, float>(_features.bytes);
        Driver.Encode(features);
        using (UpdateClock.Measure(UpdatePhase.Acting))
        {
            Policy.Module.Act(_features, deterministic: false, _streams, new ActionSpan(_arms, default));
        }

        Policy.Module.Head.Write(new ActionSpan(_arms, default), Driver.Actions);
        Driver.StepAnyway();
        _trace.Add(features, new ActionSpan(_arms, default), Driver);
        for (var lane = 0; lane < _arms.Length; lane++)
        {
            var regret = RegretOf(lane);
            _regrets.Add(regret);
            PseudoRegret += regret;
        }

        Learn(_features, _arms);
    }

    private double RegretOf(int lane)
    {
        if (!Driver.IsTransition(lane))
        {
            return 0;
        }

        var info = Driver.Current.HasFinal[lane] ? Driver.Current.FinalInfos[lane] : Driver.Current.Infos[lane];
        return info is not null && info.TryGetValue("regret", out var regret) && regret is double number ? number : double.NaN;
    }
}
