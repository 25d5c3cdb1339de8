using System.Collections.Immutable;
using GymBridge.Errors;

namespace GymBridge.Registration;

/// <summary>What a registry says about ids that it lacks, that are outdated, or that cannot stand beside each other.</summary>
/// <remarks>Source of rules and texts: <c>gymnasium/envs/registration.py</c> 1.4.0, <c>_find_spec</c>, <c>_check_version_exists</c>
/// and <c>_check_spec_register</c>. Suggestions are whole ids, and several where several are close.</remarks>
internal static class VersionRules
{
    /// <summary>The ids of the same environment, the unversioned one first, then by version.</summary>
    public static ImmutableArray<EnvId> VersionsOf(EnvId id, IEnumerable<EnvId> known) =>
        [.. known.Where(other => other.Namespace == id.Namespace && other.Name == id.Name).OrderBy(other => other.Version ?? -1)];

    /// <summary>Warns if what was asked for is not what is up to date.</summary>
    /// <param name="asked">The id asked for.</param>
    /// <param name="found">The id found for it.</param>
    /// <param name="known">All registered ids.</param>
    public static void Warn(EnvId asked, EnvId found, IEnumerable<EnvId> known)
    {
        var latest = VersionsOf(asked, known).Last();
        if (asked.Version is null && found.Version is not null)
        {
            GymWarnings.Warn($"Using the latest versioned environment `{found.Local}` instead of the unversioned environment `{asked.Local}`.");
        }
        else if (latest.Version > found.Version)
        {
            GymWarnings.Deprecation($"The environment {asked.Local} is out of date. You should consider upgrading to version `v{latest.Version}`.");
        }
    }

    /// <summary>The error for an id that is not registered.</summary>
    public static EnvironmentNotFoundException NotFound(EnvId id, IReadOnlyCollection<EnvId> known)
    {
        var namespaces = known.Select(other => other.Namespace).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (id.Namespace is { } space && !namespaces.Contains(space))
        {
            var suggestion = ModuleOf(space) is null ? Suggestions.For(space, namespaces) : string.Empty;
            return new NamespaceNotFoundException($"Namespace {space} not found.{suggestion} {WhereAllAre(id, suggestion)}");
        }

        var versions = VersionsOf(id, known);
        if (versions.IsEmpty)
        {
            var place = id.Namespace is null ? string.Empty : $" in namespace {id.Namespace}";
            var close = Suggestions.For(id.Local, known.Where(other => other.Namespace == id.Namespace).Select(other => other.Local));
            return new NameNotFoundException($"Environment `{id.Name}` doesn't exist{place}.{close} {WhereAllAre(id, close)}");
        }

        var unversioned = (id with { Module = null, Version = null }).Local;
        var missing = $"Environment version `v{id.Version}` for environment `{unversioned}` doesn't exist.";
        return versions[^1].Version switch
        {
            null => new DeprecatedEnvException($"{missing} It provides the default version `{versions[0].Local}`."),
            var latest when id.Version < latest => new DeprecatedEnvException(
                $"Environment version v{id.Version} for `{unversioned}` is deprecated. Please use `{versions[^1].Local}` instead."),
            _ => new VersionNotFoundException(
                $"{missing} It provides versioned environments: [ {string.Join(", ", versions.Select(known => $"`v{known.Version}`"))} ]."),
        };
    }

    // Whoever writes an id of Python's as Gymnasium has it is told how it is written here.
    private static string WhereAllAre(EnvId id, string suggestion)
    {
        const string Shown = "'gymbridge envs' shows all ids";
        var module = id.Namespace is { } space ? ModuleOf(space) ?? "module" : "gymnasium";
        return suggestion.Length > 0 ? $"{Shown}." : $"{Shown}; one of Python's is named with its module: '{module}:{id.Local}'.";
    }

    private static string? ModuleOf(string space) => space switch { "ALE" => "ale_py", "Atari" => "gymbridge.atari", _ => null };

    /// <summary>Refuses an id whose environment is registered the other way: with a version, or without.</summary>
    /// <exception cref="RegistrationException">It is.</exception>
    public static void ThrowIfMixed(EnvId id, IEnumerable<EnvId> known)
    {
        foreach (var other in VersionsOf(id, known).Reverse())
        {
            if (other.Version is null && id.Version is not null)
            {
                throw new RegistrationException(
                    $"Can't register the versioned environment `{id}` when the unversioned environment `{other}` of the same name already exists.");
            }

            if (other.Version is not null && id.Version is null)
            {
                throw new RegistrationException(
                    $"Can't register the unversioned environment `{id}` when the versioned environment `{other}` of the same name already exists. Note: the default behavior is that `Make` with the unversioned environment will return the latest versioned environment.");
            }
        }
    }
}
