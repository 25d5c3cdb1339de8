using GymBridge.Errors;
using GymBridge.Shared;
using GymBridge.Values;

namespace GymBridge;

/// <content>Saving and restoring where the lanes are in their episodes.</content>
public abstract partial class VectorEnv
{
    /// <summary>Whether <see cref="SaveState"/> and <see cref="SaveLane"/> work.</summary>
    public virtual bool CanSaveState => false;

    /// <summary>Where all lanes are in their episodes, generators and wrappers included.</summary>
    /// <returns>Values that an <see cref="Info"/> holds, so that it can be written to a file or sent.</returns>
    /// <exception cref="SnapshotException">The environment or a wrapper has no snapshot; <see cref="CanSaveState"/> says so before.</exception>
    /// <exception cref="ClosedEnvironmentException">The environment was closed.</exception>
    public Info SaveState()
    {
        BeginSnapshot("SaveState");
        return new Info { ["was_reset"] = _wasReset, ["own"] = PythonValue.DeepCopy(OnSave()) };
    }

    /// <summary>Goes back to a saved state of this environment, or of another made in the same way; no reset is needed before.</summary>
    /// <param name="state">What <see cref="SaveState"/> gave.</param>
    /// <exception cref="SnapshotException">It is the state of another environment.</exception>
    /// <exception cref="ClosedEnvironmentException">The environment was closed.</exception>
    public void RestoreState(Info state)
    {
        BeginSnapshot("RestoreState");
        OnRestore((Info)PythonValue.DeepCopy(SnapshotFields.Info(state, "own", GetType().Name))!);
        _wasReset = SnapshotFields.Get<bool>(state, "was_reset", GetType().Name);
    }

    /// <summary>Where one lane is in its episode, its generator included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such lane.</exception>
    /// <exception cref="SnapshotException">The environment has no snapshot, or a wrapper keeps what belongs to all lanes together.</exception>
    /// <exception cref="ClosedEnvironmentException">The environment was closed.</exception>
    public Info SaveLane(int lane)
    {
        BeginSnapshot("SaveLane");
        CheckLane(lane);
        return (Info)PythonValue.DeepCopy(OnSaveLane(lane))!;
    }

    /// <summary>Puts one lane where another was, of this environment or of another made in the same way; no reset is needed before.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="state">What <see cref="SaveLane"/> gave, of any lane.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such lane.</exception>
    /// <exception cref="SnapshotException">It is the state of another environment.</exception>
    /// <exception cref="ClosedEnvironmentException">The environment was closed.</exception>
    public void RestoreLane(int lane, Info state)
    {
        BeginSnapshot("RestoreLane");
        CheckLane(lane);
        OnRestoreLane(lane, (Info)PythonValue.DeepCopy(state)!);
        _wasReset = true;
    }

    /// <summary>The state of all lanes; by default that of each.</summary>
    protected virtual Info OnSave() => new() { ["lanes"] = Enumerable.Range(0, NumEnvs).Select(object? (lane) => OnSaveLane(lane)).ToList() };

    /// <summary>Goes back to what <see cref="OnSave"/> gave.</summary>
    /// <exception cref="SnapshotException">It does not fit.</exception>
    protected virtual void OnRestore(Info state)
    {
        var lanes = SnapshotFields.List(state, "lanes", GetType().Name);
        if (lanes.Count != NumEnvs)
        {
            throw new SnapshotException($"The state has {Plural.Of(lanes.Count, "lane")}, and this environment {NumEnvs}; restore it in one with as many.");
        }

        for (var lane = 0; lane < NumEnvs; lane++)
        {
            OnRestoreLane(lane, lanes[lane] as Info ?? throw SnapshotFields.Unfit("lanes", GetType().Name));
        }
    }

    /// <summary>The state of one lane.</summary>
    protected virtual Info OnSaveLane(int lane) => throw NoSnapshot();

    /// <summary>Goes back to what <see cref="OnSaveLane"/> gave.</summary>
    /// <exception cref="SnapshotException">It does not fit.</exception>
    protected virtual void OnRestoreLane(int lane, Info state) => throw NoSnapshot();

    private void BeginSnapshot(string operation)
    {
        ThrowIfClosed(operation);
        ThrowIfBusy(operation);
        if (!CanSaveState)
        {
            throw NoSnapshot();
        }
    }

    private SnapshotException NoSnapshot() => new(
        $"The state of '{Spec?.Id ?? GetType().Name}' cannot be saved: the environment or a wrapper has no snapshot; let it implement ISnapshot.");
}
