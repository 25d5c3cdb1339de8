using GymBridge.Errors;
using GymBridge.Registration;
using GymBridge.Wrappers;

namespace GymBridge;

/// <summary>The environments that can be made by id.</summary>
/// <remarks>Registering is not thread-safe; making environments from a registry that no longer changes is.</remarks>
public sealed class EnvRegistry : IEnvironmentSource
{
    // Far beyond any use, and still few enough to be counted in bytes.
    private const int MaxLanes = 1 << 24;

    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private IEnvironmentSource? _modules;

    /// <summary>The specifications, by id.</summary>
    public IEnumerable<EnvSpec> Specs => _entries.Values.Select(entry => entry.Spec);

    /// <summary>Adds an environment, to be made by its id.</summary>
    /// <param name="spec">Its id and limits.</param>
    /// <param name="factory">Makes a single environment without PassiveEnvChecker, OrderEnforcing and TimeLimit.</param>
    /// <param name="vectorFactory">Makes a native vector environment whose lanes equal single ones bit for bit; null steps single ones.</param>
    /// <exception cref="ArgumentException">The id is taken, or names a module.</exception>
    /// <exception cref="RegistrationException">The id has a version, and the name is registered without; or the other way round.</exception>
    public EnvRegistry Register(EnvSpec spec, Func<EnvArguments, Env> factory, Func<VectorEnvArguments, VectorEnv>? vectorFactory = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(factory);
        var id = EnvId.Parse(spec.Id);
        if (id.Module is not null)
        {
            throw new ArgumentException($"'{spec.Id}' names the module '{id.Module}'; register an id without module.", nameof(spec));
        }

        VersionRules.ThrowIfMixed(id, Ids());
        if (!_entries.TryAdd(spec.Id, new Entry(id, spec, factory, vectorFactory)))
        {
            throw new ArgumentException($"Environment '{spec.Id}' is already registered; choose another name or version.", nameof(spec));
        }

        return this;
    }

    /// <summary>Sets who makes the environments of ids with a module, such as <c>gymnasium:CartPole-v1</c>.</summary>
    public EnvRegistry UseModules(IEnvironmentSource source)
    {
        _modules = source;
        return this;
    }

    /// <summary>A registry that knows only these ids, for serving a part of this one.</summary>
    /// <exception cref="EnvironmentNotFoundException">An id is unknown; the message suggests what is close.</exception>
    public EnvRegistry Select(IEnumerable<string> ids)
    {
        var selected = new EnvRegistry { _modules = _modules };
        foreach (var entry in ids.Select(id => Find(EnvId.Parse(id))))
        {
            selected._entries[entry.Spec.Id] = entry;
        }

        return selected;
    }

    /// <summary>The specification of an id; a missing version finds the latest.</summary>
    /// <exception cref="EnvironmentNotFoundException">The id is unknown; the message suggests what is close.</exception>
    public EnvSpec GetSpec(string id) => Find(EnvId.Parse(id)).Spec;

    /// <summary>Makes an environment, with PassiveEnvChecker, OrderEnforcing and TimeLimit as registered, the first innermost.</summary>
    /// <remarks>An id without version, or with an old one, raises a warning in <see cref="GymWarnings"/>.</remarks>
    /// <exception cref="EnvironmentNotFoundException">The id is unknown; the message suggests what is close.</exception>
    /// <exception cref="ArgumentException">A keyword argument or the render mode is unknown to the environment.</exception>
    public Env Make(string id, MakeOptions? options = null)
    {
        options ??= MakeOptions.Default;
        var parsed = EnvId.Parse(id);
        return parsed.Module is null ? Make(FindUpToDate(parsed), options) : Modules(parsed).Make(parsed, options);
    }

    /// <summary>Makes an environment with the types that a program wants to work with: see <see cref="Env.As{TObservation, TAction}"/>.</summary>
    /// <exception cref="ArgumentException">A type cannot hold values of its space; the message lists those that can.</exception>
    public Env<TObservation, TAction> Make<TObservation, TAction>(string id, MakeOptions? options = null)
    {
        var env = Make(id, options);
        try
        {
            return env.As<TObservation, TAction>();
        }
        catch
        {
            env.Dispose();
            throw;
        }
    }

    /// <summary>Makes N lanes of an environment: native where there is a native vector environment, else single ones in turn.</summary>
    /// <exception cref="EnvironmentNotFoundException">The id is unknown; the message suggests what is close.</exception>
    /// <exception cref="ArgumentException">A keyword argument or the render mode is unknown to the environment, or it has no vector form of its own
    /// and that was asked for.</exception>
    public VectorEnv MakeVec(string id, int numEnvs, MakeOptions? options = null)
    {
        options ??= MakeOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(numEnvs, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(numEnvs, MaxLanes);
        var parsed = EnvId.Parse(id);
        if (parsed.Module is not null)
        {
            return Modules(parsed).MakeVec(parsed, numEnvs, options);
        }

        var entry = FindUpToDate(parsed);
        var isNative = options.Vectorization is null
            ? options.RenderMode is null && !options.StepsSomeLanes
            : options.Vectorization == VectorizationMode.VectorEntryPoint;
        if (entry.VectorFactory is null && options.Vectorization == VectorizationMode.VectorEntryPoint)
        {
            throw new ArgumentException($"Environment '{entry.Spec.Id}' has no vector form of its own; leave Vectorization to make single ones.");
        }

        if (entry.VectorFactory is null || !isNative)
        {
            return MakeLanes(entry, numEnvs, options);
        }

        var arguments = Arguments(entry, options);
        var limit = options.Raw ? null : TimeLimitOf(entry, options);
        var env = entry.VectorFactory(new VectorEnvArguments(numEnvs, limit, options.AutoresetMode) { Arguments = arguments }) ?? throw MadeNothing(entry);
        ThrowIfUnknown(arguments, entry, env);
        env.Spec = SpecOf(entry, options);
        return env;
    }

    Env IEnvironmentSource.Make(EnvId id, MakeOptions options) => Make(id.ToString(), options);

    VectorEnv IEnvironmentSource.MakeVec(EnvId id, int numEnvs, MakeOptions options) => MakeVec(id.ToString(), numEnvs, options);

    // Which arguments a factory takes is known only after it ran: what it made is freed before the error.
    private static void ThrowIfUnknown(EnvArguments arguments, Entry entry, IDisposable made)
    {
        try
        {
            arguments.ThrowIfUnknown(entry.Spec.Id);
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    private static InvalidOperationException MadeNothing(Entry entry) =>
        new($"The factory of environment '{entry.Spec.Id}' returned null; let it return an environment.");

    private static VectorEnv MakeLanes(Entry entry, int numEnvs, MakeOptions options)
    {
        var envs = new List<Env>(numEnvs);
        try
        {
            for (var lane = 0; lane < numEnvs; lane++)
            {
                envs.Add(Make(entry, options));
            }

            return options.Vectorization == VectorizationMode.Async
                ? new AsyncVectorEnv(envs, options.AutoresetMode) { Spec = envs[0].Spec }
                : new SyncVectorEnv(envs, options.AutoresetMode) { Spec = envs[0].Spec };
        }
        catch
        {
            envs.ForEach(env => env.Dispose());
            throw;
        }
    }

    private static Env Make(Entry entry, MakeOptions options)
    {
        const string ListSuffix = "_list";
        if (!options.Raw && options.RenderMode is { } listMode && listMode.EndsWith(ListSuffix, StringComparison.Ordinal))
        {
            return Make(entry, options with { RenderMode = listMode[..^ListSuffix.Length] }).RenderCollection();
        }

        var arguments = Arguments(entry, options);
        var env = entry.Factory(arguments) ?? throw MadeNothing(entry);
        ThrowIfUnknown(arguments, entry, env);
        if (options.RenderMode is { } mode && !env.Metadata.RenderModes.Contains(mode))
        {
            env.Dispose();
            throw new ArgumentException(
                $"Environment '{entry.Spec.Id}' has no render mode '{mode}'; it offers {(env.Metadata.RenderModes.IsEmpty ? "none" : string.Join(", ", env.Metadata.RenderModes))}.");
        }

        env.Spec = SpecOf(entry, options);
        if (options.Raw)
        {
            return env;
        }

        if (!env.Spec.DisableEnvChecker)
        {
            env = Checked(env);
        }

        if (entry.Spec.OrderEnforce)
        {
            env = env.OrderEnforcing();
        }

        return TimeLimitOf(entry, options) is { } limit ? env.TimeLimit(limit) : env;
    }

    private static Env Checked(Env env)
    {
        try
        {
            return env.PassiveEnvChecker();
        }
        catch
        {
            env.Dispose();
            throw;
        }
    }

    private static EnvArguments Arguments(Entry entry, MakeOptions options)
    {
        var kwargs = entry.Spec.Kwargs.Copy();
        foreach (var (name, value) in options.Kwargs)
        {
            kwargs[name] = value;
        }

        return new EnvArguments(options.RenderMode, kwargs);
    }

    private static EnvSpec SpecOf(Entry entry, MakeOptions options) =>
        entry.Spec with
        {
            MaxEpisodeSteps = TimeLimitOf(entry, options),
            DisableEnvChecker = options.DisableEnvChecker ?? entry.Spec.DisableEnvChecker,
            Kwargs = Arguments(entry, options).All,
        };

    private static int? TimeLimitOf(Entry entry, MakeOptions options) => options.MaxEpisodeSteps switch
    {
        null => entry.Spec.MaxEpisodeSteps,
        -1 => null,
        _ => options.MaxEpisodeSteps,
    };

    private IEnvironmentSource Modules(EnvId id) => _modules ?? throw new EnvironmentNotFoundException(
        $"Environment '{id}' lives in the Python module '{id.Module}', and this registry has no source of Python environments; call UseModules with one (GymBridge.Client has PythonEnvSource).");

    private Entry FindUpToDate(EnvId id)
    {
        var entry = Find(id);
        VersionRules.Warn(id, entry.Id, Ids());
        return entry;
    }

    private Entry Find(EnvId id)
    {
        if (_entries.TryGetValue(id.Local, out var entry))
        {
            return entry;
        }

        var versions = id.Version is null ? VersionRules.VersionsOf(id, Ids()) : [];
        return versions.IsEmpty ? throw VersionRules.NotFound(id, [.. Ids()]) : _entries[versions[^1].Local];
    }

    private IEnumerable<EnvId> Ids() => _entries.Values.Select(known => known.Id);

    private sealed record Entry(EnvId Id, EnvSpec Spec, Func<EnvArguments, Env> Factory, Func<VectorEnvArguments, VectorEnv>? VectorFactory);
}
