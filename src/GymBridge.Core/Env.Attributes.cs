using GymBridge.Errors;
using GymBridge.Registration;

namespace GymBridge;

/// <content>Attributes by name, through wrappers. Source: <c>gymnasium/core.py</c> 1.4.0, <c>Wrapper.get_wrapper_attr</c> and its
/// neighbours.</content>
public abstract partial class Env
{
    private AttributeTable? _attributes;
    private Info? _extraAttributes;

    /// <summary>The environment directly inside a wrapper; null for an environment without wrappers.</summary>
    internal virtual Env? InnerEnv => null;

    private AttributeTable Attributes
    {
        get
        {
            if (_attributes is null)
            {
                _attributes = new AttributeTable(ClassName)
                    .Add("action_space", () => ActionSpace)
                    .Add("metadata", () => Metadata.ToInfo())
                    .Add("np_random_seed", () => RngSeed)
                    .Add("observation_space", () => ObservationSpace)
                    .Add("render_mode", () => RenderMode)
                    .Add("spec", () => Spec?.ToJson());
                DeclareAttributes(_attributes);
            }

            return _attributes;
        }
    }

    private string ClassName => GetType().Name.Split('`')[0];

    /// <summary>Whether this wrapper or an environment inside it has an attribute.</summary>
    /// <param name="name">The name in Python: <c>force_mag</c>.</param>
    public bool HasWrapperAttr(string name)
    {
        for (var env = this; env is not null; env = env.InnerEnv)
        {
            if (env.TryGetAttribute(name, out _))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The attribute of this wrapper or, if it has none of the name, of the next one inside that has.</summary>
    /// <param name="name">The name in Python: <c>force_mag</c>.</param>
    /// <returns>A value that an <see cref="Info"/> can hold, or an <see cref="EnvMethod"/>; of <c>spec</c>, its JSON text.</returns>
    /// <exception cref="AttributeException">None has it; the message lists what exists.</exception>
    public object? GetWrapperAttr(string name)
    {
        for (var env = this; env is not null; env = env.InnerEnv)
        {
            if (env.TryGetAttribute(name, out var value))
            {
                return value;
            }
        }

        throw Missing(name);
    }

    /// <summary>Sets the attribute of this wrapper or, if it has none of the name, of the next one inside that has.</summary>
    /// <param name="name">The name in Python: <c>force_mag</c>.</param>
    /// <param name="value">The value, of the types that an <see cref="Info"/> holds.</param>
    /// <param name="force">Whether a name that none has is added to this one; nothing but attribute lookups sees it.</param>
    /// <returns>Whether it was set.</returns>
    /// <exception cref="AttributeException">The attribute can only be read.</exception>
    /// <exception cref="ArgumentException">The value has another type.</exception>
    public bool SetWrapperAttr(string name, object? value, bool force = true)
    {
        for (var env = this; env is not null; env = env.InnerEnv)
        {
            if (env.TrySetAttribute(name, value))
            {
                return true;
            }
        }

        if (force)
        {
            (_extraAttributes ??= [])[name] = value;
        }

        return force;
    }

    /// <summary>Calls a method by name.</summary>
    /// <param name="name">The name in Python: <c>action_mask</c>.</param>
    /// <param name="arguments">Positional arguments.</param>
    /// <param name="keywordArguments">Keyword arguments; null for none.</param>
    /// <returns>What it returns; of an attribute that is no method, its value, as in <c>VectorEnv.call</c>.</returns>
    /// <exception cref="AttributeException">There is no such attribute; the message lists what exists.</exception>
    public virtual object? CallMethod(string name, IReadOnlyList<object?> arguments, Info? keywordArguments = null) =>
        GetWrapperAttr(name) is var value && value is EnvMethod method ? method(arguments, keywordArguments ?? Info.Empty) : value;

    /// <summary>Declares the attributes of this class, wrappers' and environments' alike; called when one is first asked for.</summary>
    /// <param name="attributes">Holds those of every environment already.</param>
    protected virtual void DeclareAttributes(AttributeTable attributes)
    {
    }

    /// <summary>The value of an attribute of this environment itself, without those inside.</summary>
    protected virtual bool TryGetAttribute(string name, out object? value)
    {
        value = null;
        return Attributes.TryGet(name, out value) || (_extraAttributes is not null && _extraAttributes.TryGetValue(name, out value));
    }

    /// <summary>Sets an attribute of this environment itself, without those inside, if it exists.</summary>
    /// <exception cref="AttributeException">The attribute can only be read.</exception>
    protected virtual bool TrySetAttribute(string name, object? value)
    {
        if (_extraAttributes is not null && _extraAttributes.ContainsKey(name))
        {
            _extraAttributes[name] = value;
            return true;
        }

        return Attributes.TrySet(name, value);
    }

    private AttributeException Missing(string name)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        for (var env = this; env is not null; env = env.InnerEnv)
        {
            names.UnionWith(env.Attributes.Names);
            names.UnionWith(env._extraAttributes?.Keys ?? []);
        }

        var owner = InnerEnv is null ? $"'{ClassName}' object" : $"wrapper {ClassName}";
        return new AttributeException(
            $"{owner} has no attribute '{name}'.{Suggestions.For(name, names)} The attributes are {string.Join(", ", names)}.");
    }
}
