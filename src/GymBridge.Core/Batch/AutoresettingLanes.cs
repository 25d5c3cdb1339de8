using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Shared;
using GymBridge.Values;

namespace GymBridge.Batch;

/// <summary>Single environments as the lanes of a batch, with what happens to a lane at the end of an episode.</summary>
/// <remarks>Different lanes may be used by different threads. Source: <c>gymnasium/vector/sync_vector_env.py</c> 1.4.0.</remarks>
internal sealed class AutoresettingLanes
{
    private readonly EnvLane[] _lanes;
    private readonly bool[] _ended;
    private readonly AutoresetMode _mode;

    public AutoresettingLanes(IReadOnlyList<Env> envs, AutoresetMode mode)
    {
        _lanes = [.. envs.Select(EnvLane.Create)];
        _ended = new bool[envs.Count];
        _mode = mode;
    }

    public Env this[int lane] => _lanes[lane].Env;

    /// <summary>Environments that may be the lanes of a batch.</summary>
    /// <exception cref="ArgumentException">There is none, one is null, or one comes twice.</exception>
    /// <exception cref="InvalidOperationException">Their spaces do not fit together.</exception>
    public static IReadOnlyList<Env> Checked(IReadOnlyList<Env> envs, ObservationMode mode)
    {
        ArgumentNullException.ThrowIfNull(envs);
        if (envs.Count == 0)
        {
            throw new ArgumentException("A vector environment needs at least one lane, got 0.", nameof(envs));
        }

        var seen = new Dictionary<Env, int>(ReferenceEqualityComparer.Instance);
        for (var lane = 0; lane < envs.Count; lane++)
        {
            if (envs[lane] is not { } env)
            {
                throw new ArgumentException($"Lane {lane} is null; each lane is an environment.", nameof(envs));
            }

            if (!seen.TryAdd(env, lane))
            {
                throw new ArgumentException($"Lanes {seen[env]} and {lane} are the same environment; make one for each lane.", nameof(envs));
            }
        }

        mode.Check(envs);
        return envs;
    }

    /// <summary>Starts an episode in one lane.</summary>
    public void Reset(int lane, Seed? seed, Info? options, VectorStep result)
    {
        try
        {
            SetInfo(result.Infos, lane, _lanes[lane].Reset(seed, options, result.Observations, lane));
            _ended[lane] = false;
        }
        catch (Exception exception)
        {
            exception.Data[SyncVectorEnv.LaneDataKey] = lane;
            throw;
        }
    }

    /// <summary>Steps one lane, or resets it if its episode had ended and the mode says so.</summary>
    public void Step(int lane, Columns actions, VectorStep result, bool isExact = false)
    {
        if (_ended[lane] && _mode == AutoresetMode.NextStep)
        {
            Reset(lane, null, null, result);
            return;
        }

        try
        {
            SetInfo(result.Infos, lane, isExact ? _lanes[lane].StepExact(actions, result, lane) : _lanes[lane].Step(actions, result, lane));
        }
        catch (Exception exception)
        {
            exception.Data[SyncVectorEnv.LaneDataKey] = lane;
            throw;
        }

        _ended[lane] = result.Terminated[lane] || result.Truncated[lane];
        if (_ended[lane] && _mode == AutoresetMode.SameStep)
        {
            result.FinalObservations.CopyLane(result.Observations, lane, lane);
            result.HasFinal[lane] = true;
            // A copy: an environment that keeps one dict is about to change it in its reset.
            result.FinalInfos[lane] = (Info?)PythonValue.DeepCopy(result.Infos[lane]);
            result.Infos[lane] = null;
            Reset(lane, null, null, result);
        }
    }

    /// <summary>Whether every lane's environment can save its state.</summary>
    public bool CanSaveState => Array.TrueForAll(_lanes, lane => lane.Env.CanSaveState);

    public Info SaveLane(int lane) => new() { ["env"] = _lanes[lane].Env.SaveState(), ["ended"] = _ended[lane] };

    public void RestoreLane(int lane, Info state)
    {
        _lanes[lane].Env.RestoreState(SnapshotFields.Info(state, "env", "a lane"));
        _ended[lane] = SnapshotFields.Get<bool>(state, "ended", "a lane");
    }

    /// <summary>Refuses to go on while the episode of a lane has ended.</summary>
    /// <exception cref="ResetNeededException">It has.</exception>
    public void ThrowIfEnded(ReadOnlySpan<bool> mask = default)
    {
        var isEnded = mask.IsEmpty && _ended.Contains(true);
        for (var lane = 0; lane < mask.Length; lane++)
        {
            isEnded |= mask[lane] && _ended[lane];
        }

        if (isEnded)
        {
            var flags = string.Join(", ", _ended.Select(ended => !ended ? "False" : _ended.Contains(false) ? " True" : "True"));
            throw new ResetNeededException(
                $"self._autoreset_envs=array([{flags}]): autoreset is disabled and the episodes of these lanes have ended; reset them with a mask before the next step.");
        }
    }

    /// <summary>Closes all environments, then throws what the first of them threw that did.</summary>
    public void Close() => Each.All(_lanes.Length, lane =>
    {
        try
        {
            _lanes[lane].Env.Close();
        }
        catch (Exception exception)
        {
            exception.Data[SyncVectorEnv.LaneDataKey] = lane;
            throw;
        }
    });

    private static void SetInfo(Info?[] infos, int lane, Info info) => infos[lane] = info.Count == 0 ? null : info;
}
