using GymBridge.Seeding;

namespace GymBridge.Batch;

/// <summary>One single environment as a lane of a batch: reads its action from columns and writes its outcome to them.</summary>
internal abstract class EnvLane
{
    public abstract Env Env { get; }

    public static EnvLane Create(Env env) => env.Accept(new Factory());

    /// <summary>Starts an episode; the observation goes to <paramref name="observations"/>.</summary>
    public abstract Info Reset(Seed? seed, Info? options, Columns observations, int lane);

    /// <summary>Takes the lane's action; the outcome goes to <paramref name="result"/>.</summary>
    public abstract Info Step(Columns actions, VectorStep result, int lane);

    /// <summary>The same with an action of another element type than the space's.</summary>
    public abstract Info StepExact(Columns actions, VectorStep result, int lane);

    private sealed class Factory : IEnvVisitor<EnvLane>
    {
        public EnvLane Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new Typed<TObservation, TAction>(env);
    }

    private sealed class Typed<TObservation, TAction>(Env<TObservation, TAction> env) : EnvLane
    {
        public override Env Env => env;

        public override Info Reset(Seed? seed, Info? options, Columns observations, int lane)
        {
            var (observation, info) = env.Reset(seed, options);
            Write(observation, observations, lane);
            return info;
        }

        public override Info Step(Columns actions, VectorStep result, int lane)
        {
            return Put(env.Step(env.ActionCodec.Read(actions, lane)), result, lane);
        }

        public override Info StepExact(Columns actions, VectorStep result, int lane) => Put(env.StepGiven(actions.Read(lane)), result, lane);

        private void Write(TObservation observation, Columns observations, int lane)
        {
            try
            {
                env.ObservationCodec.Write(observation, observations, lane);
            }
            catch (ArgumentException exception)
            {
                var text = exception.ParamName is { } name ? exception.Message.Replace($" (Parameter '{name}')", string.Empty, StringComparison.Ordinal) : exception.Message;
                throw new ArgumentException($"The observation of '{env.Spec?.Id ?? env.GetType().Name}' does not fit its observation space: {text}", exception);
            }
        }

        private Info Put(in StepResult<TObservation> step, VectorStep result, int lane)
        {
            Write(step.Observation, result.Observations, lane);
            result.Rewards[lane] = step.Reward;
            result.Terminated[lane] = step.Terminated;
            result.Truncated[lane] = step.Truncated;
            return step.Info;
        }
    }
}
