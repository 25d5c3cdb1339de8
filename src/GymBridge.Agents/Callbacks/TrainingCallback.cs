namespace GymBridge.Agents;

/// <summary>Looks on while an algorithm learns, and may stop it.</summary>
public abstract class TrainingCallback
{
    /// <summary>Called when <c>Learn</c> begins.</summary>
    public virtual void OnStart(Algorithm algorithm)
    {
    }

    /// <summary>Called after every update.</summary>
    /// <returns>Whether to go on.</returns>
    public abstract bool OnUpdate(Algorithm algorithm, UpdateReport report);

    /// <summary>Called when <c>Learn</c> ends, also by an error: of the run, or of another callback. Not called where <see cref="OnStart"/> has thrown.</summary>
    public virtual void OnEnd(Algorithm algorithm)
    {
    }
}
