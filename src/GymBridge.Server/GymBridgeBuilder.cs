using System.Diagnostics.CodeAnalysis;
using GymBridge.Server.Catalog;

namespace GymBridge.Server;

/// <summary>Says which environments a host serves.</summary>
public sealed class GymBridgeBuilder
{
    private readonly Registrations _registrations;

    internal GymBridgeBuilder(IServiceCollection services, Registrations registrations)
    {
        Services = services;
        _registrations = registrations;
    }

    /// <summary>The services of the application.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Serves an environment class; its constructor may take services of the application and <see cref="EnvArguments"/>.</summary>
    /// <typeparam name="T">The class.</typeparam>
    /// <param name="id">The id: <c>MyGame-v0</c>.</param>
    /// <param name="maxEpisodeSteps">Steps after which an episode is truncated; null for no limit.</param>
    public GymBridgeBuilder AddEnvironment<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        string id, int? maxEpisodeSteps = null)
        where T : Env
    {
        var takesArguments = typeof(T).GetConstructors()
            .Any(constructor => constructor.GetParameters().Any(parameter => parameter.ParameterType == typeof(EnvArguments)));
        _registrations.Add((services, registry) => registry.Register(
            new EnvSpec { Id = id, MaxEpisodeSteps = maxEpisodeSteps },
            arguments => takesArguments
                ? ActivatorUtilities.CreateInstance<T>(services, arguments)
                : ActivatorUtilities.CreateInstance<T>(services)));
        return this;
    }

    /// <summary>Serves the environments that a factory makes.</summary>
    /// <param name="id">The id: <c>MyGame-v0</c>.</param>
    /// <param name="factory">Makes a single environment.</param>
    /// <param name="vectorFactory">Makes a native vector environment whose lanes equal single ones bit for bit; null steps single ones.</param>
    /// <param name="maxEpisodeSteps">Steps after which an episode is truncated; null for no limit.</param>
    public GymBridgeBuilder AddEnvironment(
        string id, Func<EnvArguments, Env> factory, Func<VectorEnvArguments, VectorEnv>? vectorFactory = null, int? maxEpisodeSteps = null) =>
        AddEnvironment(new EnvSpec { Id = id, MaxEpisodeSteps = maxEpisodeSteps }, factory, vectorFactory);

    /// <summary>Serves the environments that a factory makes, with a full specification.</summary>
    public GymBridgeBuilder AddEnvironment(
        EnvSpec spec, Func<EnvArguments, Env> factory, Func<VectorEnvArguments, VectorEnv>? vectorFactory = null)
    {
        _registrations.Add((_, registry) => registry.Register(spec, factory, vectorFactory));
        return this;
    }

    /// <summary>Serves all environments of a registry, except those of Python modules.</summary>
    public GymBridgeBuilder AddEnvironments(EnvRegistry registry)
    {
        _registrations.Add(registry);
        return this;
    }
}
