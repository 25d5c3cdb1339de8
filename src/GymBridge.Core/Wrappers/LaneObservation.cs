using GymBridge.Batch;

namespace GymBridge.Wrappers;

/// <summary>Makes wrappers of single environments that apply a <see cref="LaneTransform"/> to observations.</summary>
/// <typeparam name="TObservation">Type of an observation outside: the natural type of the transform's space.</typeparam>
internal sealed class LaneObservation<TObservation>(LaneTransform transform, string name, ISnapshot? state = null) : IEnvVisitor<Env>
{
    public Env Visit<TInner, TAction>(Env<TInner, TAction> env)
    {
        var (source, target) = (new Columns(env.ObservationSpace, 1), new Columns(transform.Space, 1));
        var codec = LaneCodec.For<TObservation>(transform.Space);
        return new TransformObservation<TInner, TObservation, TAction>(
            env,
            observation =>
            {
                env.ObservationCodec.Write(observation, source, 0);
                transform.Apply(source, 0, target, 0);
                return codec.Read(target, 0);
            },
            transform.Space,
            name,
            null,
            state);
    }
}
