using System.Runtime.InteropServices;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Networks;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents.Completions;

/// <summary>Collects one episode of each lane, scores it, and holds it against a frozen reference policy: what methods of alignment learn from.</summary>
/// <remarks>In a token environment an episode is a completion, its steps are tokens. The reference is the policy as it is before the first
/// update: with fresh weights the environment's own reference policy, where it tells one.</remarks>
internal sealed class CompletionCollector : IDisposable
{
    private readonly EnvDriver _driver;
    private readonly ActorCriticNetwork _reference;
    private readonly ActorCriticNetwork _network;
    private readonly RewardModel? _rewardModel;
    private readonly RolloutCollector _collector;
    private readonly float[] _finals;

    /// <param name="driver">Steps the environment.</param>
    /// <param name="policy">Acts; stays the caller's.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="rewardModel">File of a reward model, whose score is learned from in place of the environment's rewards; null for these.</param>
    /// <exception cref="ArgumentException">The reward model reads other observations.</exception>
    public CompletionCollector(EnvDriver driver, Policy policy, Seed seed, string? rewardModel)
    {
        _driver = driver;
        _network = (ActorCriticNetwork)policy.Module;
        _reference = (ActorCriticNetwork)policy.CreateNetwork();
        _rewardModel = rewardModel is null ? null : RewardModel.Load(rewardModel);
        if (_rewardModel is not null && !_rewardModel.ObservationSpace.Equals(policy.ObservationSpace))
        {
            throw new ArgumentException($"The reward model '{rewardModel}' reads {_rewardModel.ObservationSpace}, the environment gives {policy.ObservationSpace}; train one on this task.");
        }

        _collector = new RolloutCollector(driver, _network, seed, usesReference: _network.UsesReference);
        var lanes = driver.Env.NumEnvs;
        (Rows, Scores, _finals) = (new long[lanes][], new double[lanes], new float[lanes * driver.Encoder.Features]);
    }

    /// <summary>The steps of all lanes, time-major; those of lanes that wait for others are no transitions.</summary>
    public RolloutBuffer Buffer => _collector.Buffer;

    /// <summary>[N]; of each lane's completion the flat indices of its steps, in order.</summary>
    public long[][] Rows { get; }

    /// <summary>[N]; what each completion earns: the sum of its rewards, or the reward model's score.</summary>
    public double[] Scores { get; }

    /// <summary>float32 [T N]; log-probabilities of the actions under the reference.</summary>
    public float[] Reference { get; private set; } = [];

    /// <summary>log pi - log ref, summed over each completion and averaged over them.</summary>
    public double MeanKl => Mean(row => Buffer.LogProbabilities[row] - Reference[row]);

    /// <summary>Takes the present weights for the reference's.</summary>
    public void FreezeReference()
    {
        using var noGrad = no_grad();
        foreach (var (from, to) in _network.parameters().Zip(_reference.parameters()))
        {
            to.copy_(from);
        }
    }

    /// <summary>Collects one completion of each lane.</summary>
    /// <param name="longest">Most steps of one.</param>
    /// <param name="restart">Begins a new episode in every lane first; null goes on from where the environment is.</param>
    public void Collect(int longest, Action? restart = null)
    {
        var features = _driver.Encoder.Features;
        _collector.CollectEpisodes(
            1, longest, restart, _rewardModel is null ? null : (_, lane) => _driver.EncodeFinal(lane, _finals.AsSpan(lane * features, features)));
        var lanes = Buffer.Lanes;
        for (var lane = 0; lane < lanes; lane++)
        {
            Rows[lane] = [.. Enumerable.Range(0, Buffer.Steps).Select(step => ((long)step * lanes) + lane).Where(row => Buffer.IsTransition[row])];
            Scores[lane] = Rows[lane].Sum(row => Buffer.Rewards[row]);
        }

        _rewardModel?.Score(_finals, Scores);
        EvaluateReference();
    }

    /// <summary>Mean over the completions of the sum of a quantity over the tokens of each.</summary>
    public double Mean(Func<long, double> quantity) => Rows.Sum(rows => rows.Sum(quantity)) / Rows.Length;

    public void Exchange(StateArchive archive)
    {
        _collector.Exchange(archive);
        archive.Module("reference", _reference);

        // Of a collection that was cancelled: what some lanes ended with.
        if (_rewardModel is not null && archive.Number("keeps_finals", 1, older: 0) == 1)
        {
            archive.Array("finals", _finals);
        }
    }

    public void Dispose()
    {
        _collector.Dispose();
        _reference.Dispose();
        _rewardModel?.Dispose();
    }

    private void EvaluateReference()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var distribution = _reference.Distribution(_reference.Extract(Buffer.ObservationTensor()), null, Buffer.ReferenceTensor());
        Reference = MemoryMarshal.Cast<byte, float>(distribution.LogProbability(Buffer.ActionTensor()).cpu().contiguous().bytes).ToArray();
    }
}
