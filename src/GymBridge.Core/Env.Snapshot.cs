using GymBridge.Errors;
using GymBridge.Values;

namespace GymBridge;

/// <content>Saving and restoring where an environment is in its episode.</content>
public abstract partial class Env
{
    /// <summary>Whether <see cref="SaveState"/> works: the environment and every wrapper that keeps something implement <see cref="ISnapshot"/>.</summary>
    public bool CanSaveState => FirstWithoutSnapshot() is null;

    /// <summary>Where the environment is in its episode, its wrappers and its generator included.</summary>
    /// <returns>Values that an <see cref="Info"/> holds, so that it can be written to a file or sent; what they mean is the
    /// environment's own affair.</returns>
    /// <exception cref="SnapshotException">The environment or a wrapper has no snapshot; <see cref="CanSaveState"/> says so before.</exception>
    /// <exception cref="ClosedEnvironmentException">The environment was closed.</exception>
    public Info SaveState()
    {
        ThrowIfClosed("SaveState");
        if (FirstWithoutSnapshot() is { } missing)
        {
            throw new SnapshotException(
                $"The state of {this} cannot be saved: '{missing.ClassName}' has no snapshot; let it implement ISnapshot.");
        }

        var layers = new List<object?>();
        for (var env = this; env is not null; env = env.InnerEnv)
        {
            layers.Add(env.SaveLayer());
        }

        return new Info { ["layers"] = layers, ["generator"] = GeneratorState.Of(Unwrapped._rng, Unwrapped._rngSeed) };
    }

    /// <summary>Goes back to a saved state, of this environment or of another that was made in the same way; no reset is needed before.</summary>
    /// <param name="state">What <see cref="SaveState"/> gave.</param>
    /// <exception cref="SnapshotException">It is the state of another environment.</exception>
    /// <exception cref="ClosedEnvironmentException">The environment was closed.</exception>
    public void RestoreState(Info state)
    {
        ThrowIfClosed("RestoreState");
        var layers = SnapshotFields.List(state, "layers", ToString());
        var generator = SnapshotFields.Info(state, "generator", ToString());
        var classes = new List<string>();
        for (var env = this; env is not null; env = env.InnerEnv)
        {
            classes.Add(env.ClassName);
        }

        var saved = layers.Select(layer => (layer as Info)?.TryGetValue("class", out var name) == true ? name as string ?? "?" : "?").ToList();
        if (!saved.SequenceEqual(classes))
        {
            throw new SnapshotException(
                $"The state is one of {string.Join(" around ", saved)}, and this environment is {string.Join(" around ", classes)}; restore it in one made in the same way.");
        }

        var index = 0;
        for (var env = this; env is not null; env = env.InnerEnv)
        {
            env.RestoreLayer((Info)layers[index++]!);
        }

        (Unwrapped._rng, Unwrapped._rngSeed) = GeneratorState.Read(generator, ToString());
    }

    /// <summary>Whether nothing is kept from step to step, so that there is nothing to save.</summary>
    internal virtual bool IsStateless => false;

    private Env? FirstWithoutSnapshot()
    {
        for (var env = this; env is not null; env = env.InnerEnv)
        {
            if (env is not ISnapshot { CanSave: true } && !env.IsStateless)
            {
                return env;
            }
        }

        return null;
    }

    private Info SaveLayer()
    {
        var layer = new Info { ["class"] = ClassName, ["attributes"] = Attributes.Save() };
        if (_extraAttributes is not null)
        {
            layer["extra"] = PythonValue.DeepCopy(_extraAttributes);
        }

        if (this is ISnapshot snapshot)
        {
            layer["own"] = PythonValue.DeepCopy(snapshot.Save());
        }

        return layer;
    }

    private void RestoreLayer(Info layer)
    {
        Attributes.Restore(SnapshotFields.Info(layer, "attributes", ClassName));
        _extraAttributes = layer.TryGetValue("extra", out var extra) ? (Info)PythonValue.DeepCopy(extra)! : null;
        if (this is ISnapshot snapshot)
        {
            snapshot.Restore(SnapshotFields.Info(layer, "own", ClassName));
        }
    }

    private protected void ThrowIfClosed(string operation)
    {
        if (_isClosed)
        {
            throw new ClosedEnvironmentException(operation, Spec?.Id ?? GetType().Name);
        }
    }
}
