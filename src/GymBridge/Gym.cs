using GymBridge.Client.Hosting;
using GymBridge.Environments;
using GymBridge.Errors;

namespace GymBridge;

/// <summary>
/// Environments by id, as <c>gymnasium.make</c>: the ones that come with GymBridge (<c>CartPole-v1</c>), those of Python modules
/// (<c>gymnasium:CartPole-v1</c>, <c>ale_py:ALE/Pong-v5</c>), and those that a program registers.
/// </summary>
/// <remarks>Thread-safe, but registering is not: register before the first thread makes environments.</remarks>
public static class Gym
{
    private static readonly Lazy<EnvRegistry> Shared = new(() => EnvironmentCatalog.CreateRegistry().UseModules(new PythonEnvSource()));

    /// <summary>The registry behind it, for everything that takes one, a server for example.</summary>
    public static EnvRegistry Registry => Shared.Value;

    /// <summary>The specifications of the environments that were not named by a module.</summary>
    public static IEnumerable<EnvSpec> Specs => Registry.Specs;

    /// <summary>Makes an environment, with PassiveEnvChecker, OrderEnforcing and TimeLimit as registered.</summary>
    /// <param name="id">Its id; a missing version finds the latest, and warns.</param>
    /// <param name="options">Render mode, time limit, keyword arguments; null for the defaults.</param>
    /// <exception cref="EnvironmentNotFoundException">The id is unknown; the message suggests what is close.</exception>
    /// <exception cref="ArgumentException">A keyword argument or the render mode is unknown to the environment.</exception>
    /// <exception cref="GymBridgeException">A Python host could not be started; the message has the command that mends it.</exception>
    public static Env Make(string id, MakeOptions? options = null) => Registry.Make(id, options);

    /// <summary>Makes an environment with the types that a program wants to work with, wherever it runs.</summary>
    /// <typeparam name="TObservation">What holds an observation: see <see cref="Env.As{TObservation, TAction}"/>.</typeparam>
    /// <typeparam name="TAction">What holds an action.</typeparam>
    /// <param name="id">Its id.</param>
    /// <param name="options">Render mode, time limit, keyword arguments; null for the defaults.</param>
    /// <exception cref="ArgumentException">A type cannot hold values of its space; the message lists those that can.</exception>
    /// <exception cref="EnvironmentNotFoundException">The id is unknown; the message suggests what is close.</exception>
    public static Env<TObservation, TAction> Make<TObservation, TAction>(string id, MakeOptions? options = null) =>
        Registry.Make<TObservation, TAction>(id, options);

    /// <summary>Makes N lanes of an environment, native ones where there are any: what agents train on.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="numEnvs">Number of lanes, at least 1.</param>
    /// <param name="options">Autoreset mode, time limit, keyword arguments; null for the defaults, with which a lane is reset in the
    /// step after the end of its episode, as in Gymnasium.</param>
    /// <exception cref="EnvironmentNotFoundException">The id is unknown; the message suggests what is close.</exception>
    /// <exception cref="ArgumentException">A keyword argument or the render mode is unknown to the environment.</exception>
    public static VectorEnv MakeVec(string id, int numEnvs, MakeOptions? options = null) => Registry.MakeVec(id, numEnvs, options);

    /// <summary>Registers an environment of one's own.</summary>
    /// <param name="id">Its id: <c>Corridor-v0</c>.</param>
    /// <param name="factory">Makes one.</param>
    /// <param name="maxEpisodeSteps">Steps after which an episode is truncated; null for no limit.</param>
    /// <param name="rewardThreshold">Mean return from which the task counts as solved; null if it has none.</param>
    /// <exception cref="ArgumentException">The id is taken, or names a module.</exception>
    /// <exception cref="RegistrationException">The id has a version, and the name is registered without; or the other way round.</exception>
    public static void Register(string id, Func<Env> factory, int? maxEpisodeSteps = null, double? rewardThreshold = null) =>
        Registry.Register(new EnvSpec { Id = id, MaxEpisodeSteps = maxEpisodeSteps, RewardThreshold = rewardThreshold }, _ => factory());

    /// <summary>Registers an environment that takes a render mode or keyword arguments, or has native lanes.</summary>
    /// <param name="spec">Its id and limits.</param>
    /// <param name="factory">Makes a single environment; takes from its arguments what it knows.</param>
    /// <param name="vectorFactory">Makes a native vector environment whose lanes equal single ones bit for bit; null steps single ones.</param>
    /// <exception cref="ArgumentException">The id is taken, or names a module.</exception>
    /// <exception cref="RegistrationException">The id has a version, and the name is registered without; or the other way round.</exception>
    public static void Register(EnvSpec spec, Func<EnvArguments, Env> factory, Func<VectorEnvArguments, VectorEnv>? vectorFactory = null) =>
        Registry.Register(spec, factory, vectorFactory);
}
