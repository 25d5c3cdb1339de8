using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Evaluation;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Observations;
using GymBridge.Agents.Options;
using GymBridge.Agents.Randomness;
using GymBridge.Batch;
using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Shared;
using GymBridge.Spaces;
using GymBridge.Torch;
using GymBridge.Wrappers;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>What acts: the networks of an agent, with the spaces that they read and act in.</summary>
/// <remarks>An algorithm trains one; <see cref="Load"/> brings one back without an algorithm. Not thread-safe.</remarks>
public sealed class Policy : IDisposable
{
    private const string PolicyEntry = "policy.json";
    private const int FormatVersion = 2;

    // A policy that reads observations as they are is written as the first version did, which can read it.
    private const int PlainFormatVersion = 1;

    private readonly NetworkSpec _spec;
    private readonly IReadOnlyList<string> _custom;
    private readonly TrainingMode _mode;
    private Columns? _observation;
    private Columns? _action;
    private LaneStreams? _streams;
    private PolicyMemory? _memory;
    private Seed _seed;
    private float[] _features = [];
    private bool _isDisposed;

    internal Policy(
        string algorithm,
        string title,
        string? envId,
        Space observations,
        Space actions,
        NetworkSpec spec,
        CustomNetworks? networks,
        Seed seed,
        ObservationPreprocessing? preprocessing)
    {
        networks ??= new CustomNetworks();
        (Algorithm, Title, EnvId, ObservationSpace, ActionSpace, _custom, _seed, Preprocessing) =
            (algorithm, title, envId, observations, actions, networks.Names, seed, preprocessing);
        networks.ThrowIfEngineLacksAnything();
        _mode = new TrainingMode(networks, seed);
        TensorSettings.ApplyDefaults();
        Encoder = new ObservationEncoder(preprocessing?.Space ?? observations, spec.ScalesBytes);
        _spec = spec with { Features = networks.FeaturesExtractor is null ? FeatureNetwork.Resolve(spec.Features, Encoder) : FeatureNetworkKind.Mlp };
        Module = RandomStreams.InitialWeights(seed, () => _spec.Build(Encoder, actions, title, networks));
    }

    /// <summary>Name of the algorithm that trains or trained it: <c>ppo</c>.</summary>
    public string Algorithm { get; }

    /// <summary>Environment that it was trained on; null where that had no id.</summary>
    public string? EnvId { get; }

    /// <summary>The observations that it reads: of an environment that it was trained on through NormalizeObservation or FrameStack, those inside.</summary>
    public Space ObservationSpace { get; }

    /// <summary>What it does to observations before the networks read them; null where they are read as they are.</summary>
    public ObservationPreprocessing? Preprocessing { get; }

    /// <summary>Whether its actions depend on earlier observations of the episode, so that <see cref="StartEpisode()"/> has to be called at its start.</summary>
    public bool HasMemory => Preprocessing is { HasMemory: true } || Module.IsRecurrent;

    /// <summary>The actions that it takes.</summary>
    public Space ActionSpace { get; }

    /// <summary>All networks as one TorchSharp module.</summary>
    public PolicyNetwork Module { get; }

    /// <summary>Turns observations into the features that the networks read.</summary>
    public ObservationEncoder Encoder { get; }

    /// <summary>What reads the observations first; never <see cref="FeatureNetworkKind.Auto"/>.</summary>
    public FeatureNetworkKind Features => _spec.Features;

    /// <summary>What steps the environment of the run that trains it; null of a policy that is in no training.</summary>
    internal EnvDriver? Driver { get; set; }

    /// <summary>The algorithm's name in messages: <c>PPO</c>.</summary>
    internal string Title { get; }

    /// <summary>Loads a policy from a checkpoint or from what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The <c>.gym</c> file.</param>
    /// <param name="networks">Networks of the same form, where it was trained with networks of the user's own; their weights are replaced.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or no policy.</exception>
    /// <exception cref="ArgumentException">It needs custom networks that were not given.</exception>
    public static Policy Load(string path, CustomNetworks? networks = null) => CheckpointFile.Load(path, _ => { }, archive => Read(archive, networks));

    /// <summary>Takes over the weights of another policy, and what it learnt of observations where both are normalised in the same way.</summary>
    /// <param name="other">A policy whose networks have the same parts and shapes.</param>
    /// <exception cref="ArgumentException">Its networks have other parts or shapes.</exception>
    public void CopyWeightsFrom(Policy other)
    {
        ArgumentNullException.ThrowIfNull(other);
        try
        {
            Module.load_state_dict(other.Module.state_dict());
            var isAlike = Preprocessing?.ToString() == other.Preprocessing?.ToString();
            foreach (var (own, moments) in isAlike ? (Preprocessing?.Normalizations ?? []).Zip(other.Preprocessing?.Normalizations ?? []) : [])
            {
                var updates = own.UpdatesMoments;
                own.Restore(moments.Save());
                own.UpdatesMoments = updates;
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or ExternalException)
        {
            throw new ArgumentException(
                $"The weights of {other.Described} do not fit {Described}: {exception.Message} Both need the same spaces and layers.", nameof(other), exception);
        }
    }

    private string Described => $"a policy of {Algorithm}{(EnvId is null ? string.Empty : $" on {EnvId}")}";

    /// <summary>A network of the same form with weights of its own.</summary>
    internal PolicyNetwork CreateNetwork() => _spec.Build(Encoder, ActionSpace, Title, new CustomNetworks());

    /// <summary>Saves the policy alone: enough to act, not to go on training.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed, with its algorithm or by itself.</exception>
    public void Save(string path)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        CheckpointFile.Save(path, Exchange);
    }

    /// <summary>The action for one observation.</summary>
    /// <typeparam name="TObservation">.NET type of the observation, as a typed environment has it: <c>float[]</c>, <c>long</c>, <see cref="NDArray"/>.</typeparam>
    /// <typeparam name="TAction">.NET type of the action: <c>long</c>, <c>float[]</c>, <see cref="NDArray"/>.</typeparam>
    /// <param name="observation">A value of <see cref="ObservationSpace"/>.</param>
    /// <param name="deterministic">Whether to take the most probable action; if not, one is drawn.</param>
    /// <remarks>A policy that <see cref="HasMemory"/> takes it for the next one of the episode; see <see cref="StartEpisode()"/>.</remarks>
    /// <exception cref="ArgumentException">A type does not fit its space, and the message lists those that do; or the observation is none of it.</exception>
    /// <exception cref="NonFiniteException">The observation holds NaN or infinity.</exception>
    /// <exception cref="ObjectDisposedException">The policy was disposed, with its algorithm or by itself.</exception>
    public TAction Predict<TObservation, TAction>(TObservation observation, bool deterministic = true)
    {
        _observation ??= new Columns(ObservationSpace, 1);
        _action ??= new Columns(ActionSpace, 1);
        LaneCodec.For<TObservation>(ObservationSpace).Write(observation, _observation, 0);
        Act(_observation, _action, deterministic);
        return LaneCodec.For<TAction>(ActionSpace).Read(_action, 0);
    }

    /// <summary>The actions for a batch of observations.</summary>
    /// <param name="observations">One for each lane.</param>
    /// <param name="actions">Filled, one for each lane.</param>
    /// <param name="deterministic">Whether to take the most probable actions; if not, each lane draws from a stream of its own.</param>
    /// <exception cref="ArgumentException">The numbers of lanes differ.</exception>
    public void Act(Columns observations, Columns actions, bool deterministic = true)
    {
        ArgumentNullException.ThrowIfNull(observations);
        if (!deterministic && (_streams is null || _streams.Lanes < observations.Lanes))
        {
            _streams = new LaneStreams(_seed, StreamPurpose.Policy, observations.Lanes);
        }

        Act(observations, actions, deterministic, _streams, null, MemoryOf(observations.Lanes));
    }

    /// <summary>The actions for a batch of observations of an environment that says which actions it allows, or what a reference policy would do.</summary>
    /// <param name="observations">One for each lane.</param>
    /// <param name="infos">The infos of all lanes, each with its <c>action_mask</c>, or with <c>ref_log_probs</c>; read as far as the policy was trained with them.</param>
    /// <param name="actions">Filled, one for each lane.</param>
    /// <param name="deterministic">Whether to take the most probable actions; if not, each lane draws from a stream of its own.</param>
    /// <exception cref="GymBridgeException">An info has no mask that fits.</exception>
    public void Act(Columns observations, IReadOnlyList<Info?> infos, Columns actions, bool deterministic = true)
    {
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(infos);
        if (!deterministic && (_streams is null || _streams.Lanes < observations.Lanes))
        {
            _streams = new LaneStreams(_seed, StreamPurpose.Policy, observations.Lanes);
        }

        Act(observations, actions, deterministic, _streams, infos, MemoryOf(observations.Lanes));
    }

    /// <summary>Forgets what was seen, in every lane: the next observation is the first of an episode.</summary>
    public void StartEpisode() => _memory?.Start();

    /// <summary>Forgets what was seen in one lane: its next observation is the first of an episode.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such lane in the batches that it acts on.</exception>
    public void StartEpisode(int lane)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lane);
        if (_memory is not null)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(lane, _memory.Lanes);
            _memory.Start(lane);
        }
    }

    /// <summary>Starts the streams from which <see cref="Predict"/> and <see cref="Act(Columns, Columns, bool)"/> draw.</summary>
    public void Reseed(Seed seed) => (_seed, _streams) = (seed, null);

    /// <summary>Plays whole episodes with the policy and reports their returns and lengths.</summary>
    /// <param name="env">Any number of lanes, autoreset SameStep or NextStep; stays the caller's. It is reset first; the
    /// environment that a run of this policy trains on is brought back afterwards. Where it has no snapshot, the run cannot go on in it.</param>
    /// <param name="episodes">Number of episodes.</param>
    /// <param name="seed">Seed of the first reset, and of the actions where they are drawn.</param>
    /// <param name="deterministic">Whether to take the most probable actions.</param>
    /// <param name="maxEpisodeSteps">An episode that has not ended by itself is cut after so many steps, and counted as cut.</param>
    /// <param name="cancellationToken">Ends the evaluation between two steps.</param>
    /// <exception cref="ArgumentException">The environment has other spaces or does not reset lanes, or no episode is asked for.</exception>
    public EvaluationResult Evaluate(
        VectorEnv env,
        int episodes = 10,
        Seed seed = default,
        bool deterministic = true,
        int maxEpisodeSteps = DefaultMaxEpisodeSteps,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(env);
        using var kept = new KeptEpisodes(Driver, env);
        return Evaluator.Run(this, env, episodes, seed, deterministic, maxEpisodeSteps, cancellationToken);
    }

    /// <summary>Plays whole episodes in a single environment; otherwise as the other one.</summary>
    public EvaluationResult Evaluate(
        Env env,
        int episodes = 10,
        Seed seed = default,
        bool deterministic = true,
        int maxEpisodeSteps = DefaultMaxEpisodeSteps,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(env);

        // Not disposed: the environment stays the caller's.
        return Evaluate(SyncVectorEnv.OfOne(env, AutoresetMode.SameStep), episodes, seed, deterministic, maxEpisodeSteps, cancellationToken);
    }

    /// <summary>Steps after which <see cref="Evaluate(VectorEnv, int, Seed, bool, int, CancellationToken)"/> cuts an episode.</summary>
    public const int DefaultMaxEpisodeSteps = 10_000;

    /// <summary>Frees the networks; acting afterwards is an error.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        Module.Dispose();
    }

    /// <summary>A memory for some lanes, each at the start of an episode.</summary>
    /// <param name="lanes">Their number.</param>
    /// <param name="isPreprocessed">Whether the observations come as the networks read them.</param>
    internal PolicyMemory CreateMemory(int lanes, bool isPreprocessed = false) =>
        new(lanes, isPreprocessed ? null : Preprocessing?.CreateLanes(lanes), Module.CreateState(lanes));

    internal void Act(Columns observations, Columns actions, bool deterministic, LaneStreams? streams, IReadOnlyList<Info?>? infos, PolicyMemory memory)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var rows = observations.Lanes;
        if (actions.Lanes != rows)
        {
            throw new ArgumentException($"Got {Plural.Of(rows, "observation")} and room for {Plural.Of(actions.Lanes, "action")}; pass as many of each.", nameof(actions));
        }

        System.Array.Resize(ref _features, rows * Encoder.Features);
        Encoder.Encode(memory.Next(observations), _features);
        if (Finite.FirstBad(_features) is >= 0 and var at)
        {
            throw new NonFiniteException(string.Create(
                CultureInfo.InvariantCulture,
                $"The policy got an observation with {_features[at]} (element {at % Encoder.Features} of lane {at / Encoder.Features}); it can act on finite numbers alone. Mend where the observation comes from."));
        }

        using var input = Module.Input(_features, rows, Encoder.Features);
        var head = Module.Head;
        var chosen = head.IsContinuous
            ? new ActionSpan(default, new float[rows * head.Width])
            : new ActionSpan(new long[rows * head.Width], default);
        var used = streams ?? new LaneStreams(_seed, StreamPurpose.Policy, rows);
        if (memory.State is { } state)
        {
            Module.Act(input, deterministic, used, chosen, state);
        }
        else if (Module.UsesReference && infos is not null && ReferenceLogits.Read(infos, head) is { } logits)
        {
            using var reference = tensor(logits, [rows, head.Outputs], device: Module.Device);
            Module.ActFrom(reference, input, deterministic, used, chosen);
        }
        else if (infos is null || !Module.UsesMasks)
        {
            Module.Act(input, deterministic, used, chosen);
        }
        else
        {
            var masks = new bool[rows * head.Outputs];
            ActionMasks.Read(infos, head, masks);
            using var mask = tensor(masks, [rows, head.Outputs], device: Module.Device);
            Module.Act(input, deterministic, used, chosen, mask);
        }

        head.Write(chosen, actions);
    }

    /// <summary>Puts the policy into a checkpoint, or its weights out of one.</summary>
    internal void Exchange(StateArchive archive)
    {
        if (!archive.IsLoading)
        {
            archive.Json(PolicyEntry, Describe);
        }

        archive.Module("policy", Module);
        _mode.Exchange(archive);
    }

    /// <summary>Reads what a policy is, builds it and fills it.</summary>
    internal static Policy Read(StateArchive archive, CustomNetworks? networks)
    {
        var node = archive.Json(PolicyEntry, () => throw new InvalidOperationException("Bug: a policy is read while saving."));
        if (node["format"]?.GetValue<int>() is var format && format is not (PlainFormatVersion or FormatVersion))
        {
            throw new InvalidDataException($"it has format {format}, this version of GymBridge reads {PlainFormatVersion} and {FormatVersion}; use the version that wrote it ({node["version"]}).");
        }

        var names = node["custom_networks"]!.AsArray().Select(item => item!.GetValue<string>()).ToList();
        var given = (networks ?? new CustomNetworks()).Names;
        if (!names.SequenceEqual(given))
        {
            throw new ArgumentException(
                $"The policy was trained with custom networks [{string.Join(", ", names)}], whose code no file holds; got [{string.Join(", ", given)}]. Pass CustomNetworks of the same form.");
        }

        try
        {
            var spec = node["network"].Deserialize<NetworkSpec>(AlgorithmJson.Options) ?? throw new JsonException("'network' is missing.");
            var observations = SpaceJson.Read(node["observation_space"]);
            var policy = new Policy(
                node["algorithm"]!.GetValue<string>(),
                node["title"]!.GetValue<string>(),
                node["env_id"]?.GetValue<string>(),
                observations,
                SpaceJson.Read(node["action_space"]),
                spec,
                networks,
                default,
                ReadPreprocessing(node, observations));
            policy.Exchange(archive);
            return policy;
        }
        catch (Exception exception) when (exception is JsonException or NullReferenceException or InvalidOperationException or SnapshotException)
        {
            throw new InvalidDataException($"'{PolicyEntry}' is damaged: {exception.Message}", exception);
        }
    }

    /// <summary>Throws unless a run was trained on the same spaces, and through the same wrappers, as the environment has that it is to go on with.</summary>
    /// <exception cref="ArgumentException">Spaces or wrappers differ; the message names them.</exception>
    internal void ThrowIfTrainedOnOther(StateArchive archive)
    {
        var node = archive.Json(PolicyEntry, () => throw new InvalidOperationException("Bug: a policy is read while saving."));
        var (observations, actions) = (SpaceJson.Read(node["observation_space"]), SpaceJson.Read(node["action_space"]));
        if (!observations.Equals(ObservationSpace) || !actions.Equals(ActionSpace))
        {
            throw new ArgumentException(
                $"The run was trained on {observations} and {actions}, the environment has {ObservationSpace} and {ActionSpace}. Make it as it was; CopyWeightsFrom brings the weights alone into another run.");
        }

        var (saved, own) = (ReadPreprocessing(node, observations)?.ToString() ?? "none", Preprocessing?.ToString() ?? "none");
        if (saved != own)
        {
            throw new ArgumentException(
                $"The run was trained through the wrappers [{saved}], the environment has [{own}]. Wrap it as it was, for example MakeVec(...).NormalizeObservation().FrameStack(4).");
        }
    }

    private static ObservationPreprocessing? ReadPreprocessing(JsonNode node, Space observations) => node["preprocessing"] is { } saved
        ? ObservationPreprocessing.Load(observations, InfoJson.Read(saved) as Info ?? throw new InvalidDataException("what it does to observations is damaged."))
        : null;

    private PolicyMemory MemoryOf(int lanes) => _memory?.Lanes == lanes ? _memory : _memory = CreateMemory(lanes);

    private JsonObject Describe() => new()
    {
        ["format"] = Preprocessing is null ? PlainFormatVersion : FormatVersion,
        ["version"] = typeof(Policy).Assembly.GetName().Version!.ToString(3),
        ["engine"] = EngineIdentity.Current.ToString(),
        ["algorithm"] = Algorithm,
        ["title"] = Title,
        ["env_id"] = EnvId,
        ["observation_space"] = SpaceJson.Write(ObservationSpace),
        ["action_space"] = SpaceJson.Write(ActionSpace),
        ["preprocessing"] = Preprocessing is null ? null : InfoJson.Write(Preprocessing.Save()),
        ["network"] = JsonSerializer.SerializeToNode(_spec, AlgorithmJson.Options),
        ["custom_networks"] = new JsonArray([.. _custom.Select(name => JsonValue.Create(name))]),
    };
}
