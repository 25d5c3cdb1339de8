using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>Makes wrappers that see observations in the natural type of their space, whatever the environment's own.</summary>
internal sealed class NaturalObservation<TObservation>(
    Func<object, TObservation> transform, Space observationSpace, string name, Action? onReset = null, ISnapshot? state = null) : IEnvVisitor<Env>
{
    public Env Visit<TInner, TAction>(Env<TInner, TAction> env) => new TransformObservation<TInner, TObservation, TAction>(
        env, observation => transform(env.ToNatural(observation)), observationSpace, name, onReset, state);
}
