using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>Makes wrappers that take array actions, whatever the environment's own type of them.</summary>
internal sealed class NaturalAction(Func<NDArray, NDArray> transform, Space actionSpace, string name) : IEnvVisitor<Env>
{
    public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new TransformAction<TObservation, NDArray, TAction>(
        env, action => env.FromNaturalAction(transform(action)), actionSpace, name);
}
