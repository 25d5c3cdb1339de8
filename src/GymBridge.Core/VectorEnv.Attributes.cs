using System.Collections;
using System.Collections.Immutable;
using GymBridge.Errors;

namespace GymBridge;

/// <content>Attributes by name, lane by lane. Source: <c>gymnasium/vector/sync_vector_env.py</c> 1.4.0, <c>call</c>,
/// <c>get_attr</c> and <c>set_attr</c>.</content>
public abstract partial class VectorEnv
{
    /// <summary>Calls a method of the environment in every lane, or reads an attribute that is no method.</summary>
    /// <param name="name">The name in Python.</param>
    /// <param name="arguments">Positional arguments.</param>
    /// <returns>One result for each lane.</returns>
    /// <exception cref="AttributeException">There is no such attribute; the message lists what exists.</exception>
    public ImmutableArray<object?> Call(string name, params IReadOnlyList<object?> arguments)
    {
        BeginAttributes("Call");
        return [.. Enumerable.Range(0, NumEnvs).Select(lane => CallMethod(name, arguments, null, lane))];
    }

    /// <summary>An attribute of the environment in every lane.</summary>
    /// <param name="name">The name in Python: <c>force_mag</c>.</param>
    /// <returns>One value for each lane.</returns>
    /// <exception cref="AttributeException">There is no such attribute; the message lists what exists.</exception>
    public ImmutableArray<object?> GetAttr(string name)
    {
        BeginAttributes("GetAttr");
        return [.. Enumerable.Range(0, NumEnvs).Select(lane => GetAttribute(name, lane))];
    }

    /// <summary>Sets an attribute of the environment in every lane.</summary>
    /// <param name="name">The name in Python: <c>force_mag</c>.</param>
    /// <param name="values">A list or tuple has one value for each lane; anything else is for all.</param>
    /// <exception cref="ArgumentException">The list has another length, or a value another type.</exception>
    /// <exception cref="AttributeException">The attribute can only be read.</exception>
    public void SetAttr(string name, object? values)
    {
        BeginAttributes("SetAttr");
        List<object?>? list = values switch
        {
            TupleValue tuple => [.. tuple],
            byte[] => null,
            IList items => [.. items.Cast<object?>()],
            _ => null,
        };
        if (list is not null && list.Count != NumEnvs)
        {
            throw new ArgumentException(
                $"Values must be a list or tuple with length equal to the number of environments. Got `{list.Count}` values for {NumEnvs} environments.", nameof(values));
        }

        for (var lane = 0; lane < NumEnvs; lane++)
        {
            SetAttribute(name, list is null ? values : list[lane], lane);
        }
    }

    /// <summary>An attribute of one lane's environment.</summary>
    /// <param name="name">The name in Python: <c>force_mag</c>.</param>
    /// <param name="lane">The lane.</param>
    /// <returns>A value that an <see cref="Info"/> can hold, or an <see cref="EnvMethod"/>.</returns>
    /// <exception cref="AttributeException">There is no such attribute. A native vector environment, whose lanes are no
    /// environments, has those alone that every environment has.</exception>
    public virtual object? GetAttribute(string name, int lane = 0)
    {
        CheckLane(lane);
        return name switch
        {
            "action_space" => SingleActionSpace,
            "metadata" => Metadata.ToInfo(),
            "np_random_seed" => GetRng(lane).Seed,
            "observation_space" => SingleObservationSpace,
            "render_mode" => RenderMode,
            "spec" => Spec?.ToJson(),
            _ => throw NoAttribute(name),
        };
    }

    /// <summary>Sets an attribute of one lane's environment.</summary>
    /// <param name="name">The name in Python: <c>force_mag</c>.</param>
    /// <param name="value">The value, of the types that an <see cref="Info"/> holds.</param>
    /// <param name="lane">The lane.</param>
    /// <exception cref="AttributeException">The attribute can only be read, or this is a native vector environment.</exception>
    /// <exception cref="ArgumentException">The value has another type.</exception>
    public virtual void SetAttribute(string name, object? value, int lane = 0) => throw NoAttribute(name);

    /// <summary>Calls a method of one lane's environment.</summary>
    /// <param name="name">The name in Python.</param>
    /// <param name="arguments">Positional arguments.</param>
    /// <param name="keywordArguments">Keyword arguments; null for none.</param>
    /// <param name="lane">The lane.</param>
    /// <returns>What it returns; of an attribute that is no method, its value.</returns>
    /// <exception cref="AttributeException">There is no such attribute.</exception>
    public virtual object? CallMethod(string name, IReadOnlyList<object?> arguments, Info? keywordArguments = null, int lane = 0) =>
        GetAttribute(name, lane);

    private void BeginAttributes(string operation)
    {
        ThrowIfClosed(operation);
        ThrowIfBusy(operation);
    }

    private AttributeException NoAttribute(string name) => new(
        $"The lanes of the native vector environment {GetType().Name} have no attribute '{name}' that can be reached; they share action_space, metadata, np_random_seed, observation_space, render_mode and spec, which can be read. A SyncVectorEnv over single environments has their attributes.");
}
