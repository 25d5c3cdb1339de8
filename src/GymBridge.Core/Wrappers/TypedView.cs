using GymBridge.Seeding;

namespace GymBridge.Wrappers;

/// <summary>What <see cref="Env.As{TObservation, TAction}"/> makes.</summary>
/// <typeparam name="TObservation">Type of an observation outside.</typeparam>
/// <typeparam name="TAction">Type of an action outside.</typeparam>
internal static class TypedView<TObservation, TAction>
{
    public sealed class Factory : IEnvVisitor<Env<TObservation, TAction>>
    {
        public Env<TObservation, TAction> Visit<TInnerObservation, TInnerAction>(Env<TInnerObservation, TInnerAction> env) =>
            new View<TInnerObservation, TInnerAction>(env);
    }

    // Values change their type in the columns of one lane, which every codec reads and writes.
    private sealed class View<TInnerObservation, TInnerAction>(Env<TInnerObservation, TInnerAction> env)
        : Wrapper<TObservation, TAction, TInnerObservation, TInnerAction>(env)
    {
        private readonly Columns _observation = new(env.ObservationSpace, 1);
        private readonly Columns _action = new(env.ActionSpace, 1);

        internal override bool IsStateless => true;

        public override string ToString() => Inner.ToString();

        protected override ResetResult<TObservation> OnReset(Seed? seed, Info? options)
        {
            var (observation, info) = Inner.Reset(seed, options);
            return new(Convert(observation), info);
        }

        protected override StepResult<TObservation> OnStep(TAction action)
        {
            ActionCodec.Write(action, _action, 0);
            var step = Inner.Step(Inner.ActionCodec.Read(_action, 0));
            return new(Convert(step.Observation), step.Reward, step.Terminated, step.Truncated, step.Info);
        }

        private TObservation Convert(TInnerObservation observation)
        {
            Inner.ObservationCodec.Write(observation, _observation, 0);
            return ObservationCodec.Read(_observation, 0);
        }
    }
}
