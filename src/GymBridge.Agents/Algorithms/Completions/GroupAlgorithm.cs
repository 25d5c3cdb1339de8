using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Completions;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Randomness;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>An algorithm that compares the completions of one prompt with one another in place of a value network.</summary>
/// <remarks>A group is a number of lanes that are reset with one seed, so it works on any environment whose start a seed determines.</remarks>
public abstract class GroupAlgorithm : CompletionAlgorithm
{
    private readonly GroupOptions _options;
    private readonly Rng _groups;

    private protected GroupAlgorithm(AlgorithmDescriptor descriptor, VectorEnv env, GroupOptions options, Seed? seed, CustomNetworks? networks)
        : base(descriptor, env, options, seed, ReferenceNetworks.Spec(options.HiddenSizes, options.Activation), networks, trainsValues: false)
    {
        GroupSeeds.Check(env, options.GroupSize, descriptor.Title);
        _options = options;
        _groups = RandomStreams.Create(Seed, StreamPurpose.Groups);
    }

    /// <summary>A completion of each lane, those of a group from one start.</summary>
    private protected void Collect() => Completions.Collect(
        _options.LongestEpisode, () => Driver.Restart(GroupSeeds.Draw(_groups, Env.NumEnvs, _options.GroupSize), _options.GroupOption, _options.GroupSize));

    /// <summary>The steps of all completions, one completion after the other: K in all.</summary>
    private protected (long[] Rows, Tensor Observations, Tensor Actions, Tensor LogProbabilities, Tensor? Reference) Tokens()
    {
        var rollout = Completions.Buffer;
        long[] rows = [.. Completions.Rows.SelectMany(lane => lane)];
        var indices = tensor(rows);
        return (
            rows,
            rollout.ObservationRows(rows),
            rollout.ActionTensor().index_select(0, indices),
            rollout.TensorOf(rollout.LogProbabilities).index_select(0, indices),
            rollout.ReferenceTensor()?.index_select(0, indices));
    }

    /// <summary>Share of ratios that the clip holds back.</summary>
    private protected static double ClipFraction(Tensor ratio, double clipRange) =>
        (ratio - 1).abs().gt(clipRange).to_type(ScalarType.Float32).mean().item<float>();

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        base.ExchangeState(archive);
        archive.Stream("groups", _groups);
    }
}
