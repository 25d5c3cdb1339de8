using System.Numerics;
using GymBridge.Batch;
using GymBridge.Seeding;

namespace GymBridge;

/// <summary>A vector environment that steps single environments one after the other (<c>gymnasium.vector.SyncVectorEnv</c>).</summary>
/// <remarks>With <see cref="AutoresetMode.Disabled"/> a step after the end of an episode is passed on to the environment.
/// When lane k throws, the exception's <c>Data["lane"]</c> is k; lanes before it have stepped, lanes after it have not.</remarks>
public sealed class SyncVectorEnv : VectorEnv
{
    /// <summary>The key in <see cref="Exception.Data"/> under which the number of the lane that threw is found.</summary>
    public const string LaneDataKey = "lane";

    private readonly EnvLane[] _lanes;
    private readonly bool[] _ended;

    /// <summary>A vector environment over these environments, which it owns from now on.</summary>
    /// <param name="envs">At least one; all with equal spaces.</param>
    /// <param name="autoresetMode">What happens to a lane whose episode has ended.</param>
    /// <exception cref="ArgumentException">The list is empty or the spaces differ.</exception>
    public SyncVectorEnv(IReadOnlyList<Env> envs, AutoresetMode autoresetMode = AutoresetMode.NextStep)
        : base(envs.Count, First(envs).ObservationSpace, envs[0].ActionSpace, autoresetMode)
    {
        for (var i = 1; i < envs.Count; i++)
        {
            if (!envs[i].ObservationSpace.Equals(SingleObservationSpace) || !envs[i].ActionSpace.Equals(SingleActionSpace))
            {
                throw new ArgumentException(
                    $"All lanes need the same spaces; lane 0 has {SingleObservationSpace} and {SingleActionSpace}, lane {i} has {envs[i].ObservationSpace} and {envs[i].ActionSpace}.",
                    nameof(envs));
            }
        }

        _lanes = [.. envs.Select(EnvLane.Create)];
        _ended = new bool[envs.Count];
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata => _lanes[0].Env.Metadata;

    /// <inheritdoc/>
    public override string? RenderMode => _lanes[0].Env.RenderMode;

    /// <inheritdoc/>
    public override PythonTypes PythonTypes => _lanes[0].Env.PythonTypes;

    /// <summary>The environment of one lane.</summary>
    public Env this[int lane]
    {
        get
        {
            CheckLane(lane);
            return _lanes[lane].Env;
        }
    }

    /// <inheritdoc/>
    public override object? Render(int lane) => this[lane].Render();

    /// <inheritdoc/>
    public override (RngState State, BigInteger Seed) GetRng(int lane)
    {
        var env = this[lane].Unwrapped;
        return (env.Rng.State, env.RngSeed);
    }

    /// <inheritdoc/>
    public override void SetRng(int lane, RngState state) => this[lane].Unwrapped.Rng = new Rng(state);

    /// <inheritdoc/>
    protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
    {
        for (var lane = 0; lane < _lanes.Length; lane++)
        {
            if (mask.IsEmpty || mask[lane])
            {
                ResetLane(lane, seeds.IsEmpty ? null : seeds[lane], options, result);
            }
        }
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        for (var lane = 0; lane < _lanes.Length; lane++)
        {
            if (_ended[lane] && AutoresetMode == AutoresetMode.NextStep)
            {
                ResetLane(lane, null, null, result);
            }
            else
            {
                StepLane(lane, actions, result);
            }
        }
    }

    /// <inheritdoc/>
    protected override void OnClose()
    {
        foreach (var lane in _lanes)
        {
            lane.Env.Dispose();
        }
    }

    private static Env First(IReadOnlyList<Env> envs) => envs.Count > 0
        ? envs[0]
        : throw new ArgumentException("A vector environment needs at least one lane, got 0.", nameof(envs));

    private void ResetLane(int lane, Seed? seed, Info? options, VectorStep result)
    {
        try
        {
            SetInfo(result.Infos, lane, _lanes[lane].Reset(seed, options, result.Observations, lane));
            _ended[lane] = false;
        }
        catch (Exception exception)
        {
            exception.Data[LaneDataKey] = lane;
            throw;
        }
    }

    private void StepLane(int lane, Columns actions, VectorStep result)
    {
        try
        {
            SetInfo(result.Infos, lane, _lanes[lane].Step(actions, result, lane));
        }
        catch (Exception exception)
        {
            exception.Data[LaneDataKey] = lane;
            throw;
        }

        _ended[lane] = result.Terminated[lane] || result.Truncated[lane];
        if (_ended[lane] && AutoresetMode == AutoresetMode.SameStep)
        {
            result.FinalObservations.CopyLane(result.Observations, lane, lane);
            result.HasFinal[lane] = true;
            result.FinalInfos[lane] = result.Infos[lane];
            result.Infos[lane] = null;
            ResetLane(lane, null, null, result);
        }
    }

    private static void SetInfo(Info?[] infos, int lane, Info info) => infos[lane] = info.Count == 0 ? null : info;
}
