using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Options;
using GymBridge.Seeding;
using GymBridge.Shared;

namespace GymBridge.Agents;

/// <summary>What is known of an algorithm without making one: command-line flags and the documentation's tables come from here.</summary>
public abstract class AlgorithmDescriptor
{
    private protected AlgorithmDescriptor()
    {
    }

    /// <summary>Name on the command line and in files: <c>ppo</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Name in messages: <c>PPO</c>.</summary>
    public required string Title { get; init; }

    /// <summary>What it is, in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Kinds of action spaces that it takes.</summary>
    public required IReadOnlyList<string> ActionSpaces { get; init; }

    /// <summary>Whether a run is a pure function of seed and options.</summary>
    /// <value>True.</value>
    public bool IsDeterministic { get; init; } = true;

    /// <summary>Whether it steps each lane by itself, so that the environment has to be a <see cref="SyncVectorEnv"/>.</summary>
    /// <value>False.</value>
    public bool StepsLanesApart { get; init; }

    /// <summary>Lanes of a run without a preset.</summary>
    /// <value>1.</value>
    public int DefaultNumEnvs { get; init; } = 1;

    /// <summary>Environment steps of a run without a preset.</summary>
    /// <value>100 000.</value>
    public long DefaultTimesteps { get; init; } = 100_000;

    /// <summary>Whether it steps an environment, so that <see cref="Create"/> makes a run; if not, it is a <see cref="SupervisedLearner"/>.</summary>
    public abstract bool StepsEnvironments { get; }

    /// <summary>Its options, in the order of their declaration.</summary>
    public abstract IReadOnlyList<Hyperparameter> Hyperparameters { get; }

    /// <summary>Its options unless said otherwise.</summary>
    public abstract AlgorithmOptions DefaultOptions { get; }

    /// <summary>Starts a run of the algorithm with fresh weights.</summary>
    /// <param name="env">The environment; stays the caller's.</param>
    /// <param name="options">Options of this algorithm.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="networks">Networks of the user's own.</param>
    /// <exception cref="ArgumentException">The options are another algorithm's, or out of range, or something does not fit.</exception>
    /// <exception cref="NotSupportedException">The algorithm cannot read the observations or act in the action space.</exception>
    public abstract Algorithm Create(VectorEnv env, AlgorithmOptions options, Seed? seed, CustomNetworks? networks = null);

    /// <summary>Loads a run of the algorithm from a checkpoint, as <see cref="Algorithm.Load(string, VectorEnv, CustomNetworks?, Action{string}?)"/>
    /// does for those of the catalog: of an algorithm of the user's own, the only way.</summary>
    /// <param name="path">What <see cref="Algorithm.Save"/> wrote.</param>
    /// <param name="env">An environment made as the one that the run had.</param>
    /// <param name="networks">Networks of the same form, where the run had networks of the user's own.</param>
    /// <param name="warn">Told what is not as it was; null drops it.</param>
    /// <exception cref="InvalidDataException">The file is damaged, no checkpoint, or a run of another algorithm.</exception>
    /// <exception cref="ArgumentException">The environment has other spaces or lanes than the run's.</exception>
    public Algorithm Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(env);
        return Algorithm.Load(
            path, env, name => name == Name ? this : throw new InvalidDataException($"it is a run of {name}, not of {Name}."), networks, warn);
    }

    /// <summary>Options as JSON, by the names of their properties.</summary>
    public abstract JsonObject WriteOptions(AlgorithmOptions options);

    /// <summary>Options from JSON; what is left out keeps its default.</summary>
    /// <exception cref="ArgumentException">A name is unknown, or a value does not fit.</exception>
    public abstract AlgorithmOptions ReadOptions(JsonNode options);
}

/// <summary>The descriptor of an algorithm with options of a type.</summary>
/// <typeparam name="TOptions">Its options.</typeparam>
public sealed class AlgorithmDescriptor<TOptions> : AlgorithmDescriptor
    where TOptions : AlgorithmOptions, new()
{
    private readonly Lazy<IReadOnlyList<Hyperparameter>> _hyperparameters = new(() => Hyperparameter.Of(typeof(TOptions)));

    /// <summary>Starts a run: the constructor of the algorithm.</summary>
    /// <value>Null of what steps no environment: a <see cref="SupervisedLearner"/>, which its constructor makes.</value>
    public Func<VectorEnv, TOptions, Seed?, CustomNetworks?, Algorithm>? Factory { get; init; }

    /// <inheritdoc/>
    public override bool StepsEnvironments => Factory is not null;

    /// <inheritdoc/>
    public override IReadOnlyList<Hyperparameter> Hyperparameters => _hyperparameters.Value;

    /// <inheritdoc/>
    public override AlgorithmOptions DefaultOptions { get; } = new TOptions();

    /// <inheritdoc/>
    public override Algorithm Create(VectorEnv env, AlgorithmOptions options, Seed? seed, CustomNetworks? networks = null) =>
        Factory is { } factory ? factory(env, Typed(options), seed, networks) : throw new NotSupportedException(
            $"{Title} learns from data and steps no environment; make one in C# (docs/algorithms/{Name}.md).");

    /// <inheritdoc/>
    public override JsonObject WriteOptions(AlgorithmOptions options) => (JsonObject)JsonSerializer.SerializeToNode(Typed(options), AlgorithmJson.Options)!;

    /// <inheritdoc/>
    public override AlgorithmOptions ReadOptions(JsonNode options)
    {
        try
        {
            return options.Deserialize<TOptions>(AlgorithmJson.Options) ?? throw new JsonException("they are null.");
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"Options of {Title} cannot be read: {JsonProblem.Describe(exception, isText: false)}", exception);
        }
    }

    private TOptions Typed(AlgorithmOptions options) => options as TOptions
        ?? throw new ArgumentException($"{Title} takes {typeof(TOptions).Name}, got {options?.GetType().Name ?? "null"}.", nameof(options));
}
