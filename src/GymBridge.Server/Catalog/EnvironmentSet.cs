using GymBridge.Errors;
using GymBridge.Registration;

namespace GymBridge.Server.Catalog;

/// <summary>The environments that a host serves: one registry of its own, and those that it was given.</summary>
internal sealed class EnvironmentSet(IReadOnlyList<EnvRegistry> registries)
{
    public IEnumerable<EnvSpec> Specs => registries.SelectMany(registry => registry.Specs);

    /// <summary>Makes the lanes of an environment.</summary>
    /// <param name="id">The id.</param>
    /// <param name="lanes">Number of lanes.</param>
    /// <param name="options">Options.</param>
    /// <exception cref="EnvironmentNotFoundException">The id is unknown here; the message suggests what is close.</exception>
    /// <remarks>One lane of a vector environment is made as one of many: native where there is a native vector environment. What a client
    /// uses as a single environment is one lane without autoreset: the environment of the registry, with its wrappers, and a step after the
    /// end of an episode is passed on to it, as in Python.</remarks>
    public VectorEnv MakeVec(string id, int lanes, MakeOptions options)
    {
        var registry = RegistryOf(id);
        return lanes == 1 && options.AutoresetMode == AutoresetMode.Disabled
            ? SyncVectorEnv.OfOne(registry.Make(id, options), options.AutoresetMode)
            : registry.MakeVec(id, lanes, options);
    }

    private EnvRegistry RegistryOf(string id)
    {
        if (EnvId.Parse(id).Module is { } module)
        {
            throw new EnvironmentNotFoundException(
                $"Environment '{id}' names the Python module '{module}'; this host serves .NET environments, whose ids have no module.");
        }

        EnvironmentNotFoundException? first = null;
        foreach (var registry in registries)
        {
            try
            {
                registry.GetSpec(id);
                return registry;
            }
            catch (EnvironmentNotFoundException exception)
            {
                first ??= exception;
            }
        }

        throw registries.Count == 1 && first is not null
            ? first
            : new EnvironmentNotFoundException(
                $"Environment '{id}' is not registered.{Suggestions.For(id, Specs.Select(spec => spec.Id))} The host's List shows all ids.");
    }
}
