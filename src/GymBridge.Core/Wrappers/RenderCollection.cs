using System.Diagnostics.CodeAnalysis;
using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Keeps a frame of every reset and step; rendering gives them as a list.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="popsFrames">Whether rendering empties the list.</param>
    /// <param name="cleansAtReset">Whether a reset empties the list.</param>
    /// <exception cref="ArgumentException">The environment renders nothing, or lists already.</exception>
    public static Env RenderCollection(this Env env, bool popsFrames = true, bool cleansAtReset = true) =>
        Wrappers.RenderCollection.Wrap(env, popsFrames, cleansAtReset);

    /// <inheritdoc cref="RenderCollection(Env, bool, bool)"/>
    public static Env<TObservation, TAction> RenderCollection<TObservation, TAction>(
        this Env<TObservation, TAction> env, bool popsFrames = true, bool cleansAtReset = true) =>
        (Env<TObservation, TAction>)((Env)env).RenderCollection(popsFrames, cleansAtReset);
}

/// <summary>Keeps a frame of every reset and step; rendering gives them as a list. What render modes that end in <c>_list</c> make.</summary>
/// <remarks>Source: <c>gymnasium/wrappers/rendering.py</c> 1.4.0.</remarks>
[SuppressMessage("Naming", "CA1711", Justification = "Gymnasium's name.")]
internal static class RenderCollection
{
    /// <summary>Wraps an environment whose types are not known at compile time.</summary>
    /// <exception cref="ArgumentException">The environment renders nothing, or lists already.</exception>
    public static Env Wrap(Env env, bool popsFrames = true, bool cleansAtReset = true) => env.Accept(new Visitor(popsFrames, cleansAtReset));

    private sealed class Visitor(bool popsFrames, bool cleansAtReset) : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) =>
            new RenderCollection<TObservation, TAction>(env, popsFrames, cleansAtReset);
    }
}

/// <summary>Keeps a frame of every reset and step; rendering gives them as a list.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
[SuppressMessage("Naming", "CA1711", Justification = "Gymnasium's name.")]
internal sealed class RenderCollection<TObservation, TAction> : Wrapper<TObservation, TAction>, ISnapshot
{
    private readonly bool _popsFrames;
    private readonly bool _cleansAtReset;
    private List<object?> _frames = [];

    /// <summary>Wraps an environment.</summary>
    /// <param name="env">An environment with a render mode.</param>
    /// <param name="popsFrames">Whether rendering empties the list.</param>
    /// <param name="cleansAtReset">Whether a reset empties the list.</param>
    /// <exception cref="ArgumentException">The environment renders nothing, or lists already.</exception>
    public RenderCollection(Env<TObservation, TAction> env, bool popsFrames = true, bool cleansAtReset = true)
        : base(env)
    {
        if (env.RenderMode is null || env.RenderMode.EndsWith("_list", StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"RenderCollection needs an environment with a render mode that is no list, got {env.RenderMode ?? "None"}.", nameof(env));
        }

        (_popsFrames, _cleansAtReset) = (popsFrames, cleansAtReset);
    }

    /// <summary>The mode inside with <c>_list</c> added.</summary>
    public override string? RenderMode => $"{Inner.RenderMode}_list";

    Info ISnapshot.Save() => new() { ["frames"] = _frames };

    void ISnapshot.Restore(Info state) => _frames = [.. SnapshotFields.List(state, "frames", nameof(RenderCollection))];

    /// <inheritdoc/>
    protected override ResetResult<TObservation> OnReset(Seed? seed, Info? options)
    {
        var result = base.OnReset(seed, options);
        if (_cleansAtReset)
        {
            _frames = [];
        }

        _frames.Add(Inner.Render());
        return result;
    }

    /// <inheritdoc/>
    protected override StepResult<TObservation> OnStep(TAction action)
    {
        var step = base.OnStep(action);
        _frames.Add(Inner.Render());
        return step;
    }

    /// <summary>The frames so far: <c>List&lt;object?&gt;</c>, the caller's if frames are popped.</summary>
    public override object? Render()
    {
        var frames = _frames;
        if (_popsFrames)
        {
            _frames = [];
        }

        return frames;
    }
}
