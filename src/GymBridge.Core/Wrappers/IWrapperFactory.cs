namespace GymBridge.Wrappers;

/// <summary>Makes a wrapper of one's own around an environment of whatever types, so that it also works where the types are not known.</summary>
/// <example>
/// <code>
/// public sealed class FuelFactory(double price) : IWrapperFactory
/// {
///     public Env&lt;TObservation, TAction&gt; Wrap&lt;TObservation, TAction&gt;(Env&lt;TObservation, TAction&gt; env) =&gt;
///         new Fuel&lt;TObservation, TAction&gt;(env, price);
/// }
///
/// var env = Gym.Make("CartPole-v1").Wrap(new FuelFactory(0.1)).TimeLimit(100);
/// </code>
/// </example>
public interface IWrapperFactory
{
    /// <summary>The wrapper around an environment.</summary>
    Env<TObservation, TAction> Wrap<TObservation, TAction>(Env<TObservation, TAction> env);
}
