using GymBridge.Values;
using GymBridge.Wrappers;

namespace GymBridge.Environments;

/// <content>The attributes of the lanes: those of the single environments that they equal.</content>
public abstract partial class NativeVectorEnv
{
    // The lanes as single environments, once an attribute of one was set: what they are stepped by from then on.
    private SyncVectorEnv? _singles;

    /// <inheritdoc/>
    public sealed override object? GetAttribute(string name, int lane = 0)
    {
        CheckLane(lane);
        return IsOfEveryLane(name) ? base.GetAttribute(name, lane) : _singles is null ? Single(lane).GetWrapperAttr(name) : _singles.GetAttribute(name, lane);
    }

    /// <inheritdoc/>
    /// <remarks>The lanes are single environments from then on.</remarks>
    public sealed override void SetAttribute(string name, object? value, int lane = 0)
    {
        CheckLane(lane);
        if (_singles is null)
        {
            // What cannot be set is refused before the lanes become slower.
            Single(lane).SetWrapperAttr(name, value);
            _singles = CreateSingles();
        }

        _singles.SetAttribute(name, value, lane);
    }

    /// <inheritdoc/>
    public sealed override object? CallMethod(string name, IReadOnlyList<object?> arguments, Info? keywordArguments = null, int lane = 0)
    {
        CheckLane(lane);
        return IsOfEveryLane(name) ? base.GetAttribute(name, lane) : (_singles?[lane] ?? Single(lane)).CallMethod(name, arguments, keywordArguments);
    }

    /// <summary>What a single environment saves of a lane: attributes that differ from a fresh one's, and the fields of its snapshot.</summary>
    private protected abstract (Info Attributes, Info Own) SingleState(int lane);

    // The specification, the render mode and the generator are the vector environment's.
    private static bool IsOfEveryLane(string name) => name is "metadata" or "np_random_seed" or "render_mode" or "spec" or "action_space" or "observation_space";

    private Info SaveSingle(int lane) => new() { ["class"] = GetType().Name, ["single"] = _singles!.SaveLane(lane) };

    private bool RestoreSingle(int lane, Info state)
    {
        if (!state.ContainsKey("single"))
        {
            return false;
        }

        (_singles ??= CreateSingles()).RestoreLane(lane, SnapshotFields.Info(state, "single", GetType().Name));
        return true;
    }

    private SyncVectorEnv CreateSingles()
    {
        var singles = SyncVectorEnv.OfSteppedOn([.. Enumerable.Range(0, NumEnvs).Select(lane => Limited(Single(lane)))], AutoresetMode);
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (_started[lane])
            {
                singles.RestoreLane(lane, StateOfSingle(lane));
            }
        }

        return singles;
    }

    private Info StateOfSingle(int lane)
    {
        using var env = Limited(Single(lane));
        var state = env.SaveState();
        if (MaxEpisodeSteps is not null)
        {
            ((Info)((Info)SnapshotFields.List(state, "layers", GetType().Name)[0]!)["own"]!)["elapsed_steps"] = (long)ElapsedSteps[lane];
        }

        return new Info { ["env"] = state, ["ended"] = Ended[lane] };
    }

    private Env Limited(Env env) => MaxEpisodeSteps is { } limit ? env.TimeLimit(limit) : env;

    // A single environment where the lane is; its time limit is another's.
    private Env Single(int lane)
    {
        var env = _create();
        var state = env.SaveState();
        state["generator"] = GeneratorState.Of(_rngs[lane], _rngs[lane] is null ? null : _seeds[lane]);
        if (_started[lane])
        {
            var layer = (Info)SnapshotFields.List(state, "layers", GetType().Name)[0]!;
            var (attributes, own) = SingleState(lane);
            Overlay((Info)layer["attributes"]!, attributes);
            Overlay((Info)layer["own"]!, own);
        }

        env.RestoreState(state);
        return env;
    }

    private static void Overlay(Info target, Info source)
    {
        foreach (var (name, value) in source)
        {
            target[name] = value;
        }
    }
}
