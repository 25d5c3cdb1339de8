using GymBridge.Batch;

namespace GymBridge.Wrappers;

/// <summary>Makes wrappers of single environments that apply a <see cref="LaneTransform"/> to actions.</summary>
/// <typeparam name="TAction">Type of an action outside: the natural type of the transform's space.</typeparam>
internal sealed class LaneAction<TAction>(LaneTransform transform, string name) : IEnvVisitor<Env>
{
    public Env Visit<TObservation, TInner>(Env<TObservation, TInner> env)
    {
        var (source, target) = (new Columns(transform.Space, 1), new Columns(env.ActionSpace, 1));
        var codec = LaneCodec.For<TAction>(transform.Space);
        return new TransformAction<TObservation, TAction, TInner>(
            env,
            action =>
            {
                codec.Write(action, source, 0);
                transform.Apply(source, 0, target, 0);
                return env.ActionCodec.Read(target, 0);
            },
            transform.Space,
            name);
    }
}
