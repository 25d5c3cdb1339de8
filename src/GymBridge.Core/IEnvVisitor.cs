namespace GymBridge;

/// <summary>Work on an environment that needs its observation and action types, without reflection.</summary>
internal interface IEnvVisitor<out TResult>
{
    TResult Visit<TObservation, TAction>(Env<TObservation, TAction> env);
}
