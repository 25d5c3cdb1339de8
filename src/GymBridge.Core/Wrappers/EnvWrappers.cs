namespace GymBridge.Wrappers;

/// <summary>
/// The wrappers, as extension methods with one name for an environment and for lanes of it: <c>env.ClipReward(-1, 1).FrameStack(4)</c>.
/// A typed environment gives a typed one; one whose types are not known, as a registry makes it, works as well.
/// </summary>
/// <remarks>Each wrapper is a file of its own, with the method and what it makes. For one of your own derive from
/// <see cref="Wrapper{TObservation, TAction}"/>, or from <see cref="VectorWrapper"/> for lanes.</remarks>
public static partial class EnvWrappers
{
    /// <summary>Puts a wrapper of one's own around an environment.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="factory">Makes the wrapper.</param>
    public static Env Wrap(this Env env, IWrapperFactory factory) => env.Accept(new FactoryVisitor(factory));

    /// <inheritdoc cref="Wrap(Env, IWrapperFactory)"/>
    public static Env<TObservation, TAction> Wrap<TObservation, TAction>(this Env<TObservation, TAction> env, IWrapperFactory factory) =>
        factory.Wrap(env);

    private sealed class FactoryVisitor(IWrapperFactory factory) : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => factory.Wrap(env);
    }
}
