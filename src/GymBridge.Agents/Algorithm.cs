using System.Text.Json.Nodes;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Options;
using GymBridge.Seeding;
using GymBridge.Shared;
using GymBridge.Torch;

namespace GymBridge.Agents;

/// <summary>Trains a policy on a vector environment.</summary>
/// <remarks>A run is a pure function of environment, seed and options: weights, optimizer state and metrics come out equal bit for bit,
/// on the C# environment and on its Python twin, in one go or saved and loaded in between. Not thread-safe; one thread from start to
/// end, because the tensor library's scopes belong to a thread.</remarks>
public abstract class Algorithm : IDisposable
{
    private const string AlgorithmEntry = "algorithm.json";

    private long _updateStart;
    private bool _isInUpdate;
    private bool _isDisposed;
    private bool _isBusy;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="descriptor">What is known of the algorithm.</param>
    /// <param name="env">The environment, autoreset SameStep or NextStep; stays the caller's.</param>
    /// <param name="options">Hyperparameters.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <param name="network">Form of the policy's networks.</param>
    /// <param name="networks">Networks of the user's own.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the environment does not reset lanes, or a network does not fit.</exception>
    /// <exception cref="NotSupportedException">The algorithm cannot read the observations or act in the action space.</exception>
    protected Algorithm(
        AlgorithmDescriptor descriptor, VectorEnv env, AlgorithmOptions options, Seed? seed, NetworkSpec network, CustomNetworks? networks)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Descriptor = descriptor;
        Seed = seed ?? Seed.FromEntropy();
        Hyperparameters = options;
        var preprocessing = Wrappers.ObservationPreprocessing.Of(env);
        Policy = new Policy(
            descriptor.Name,
            descriptor.Title,
            (env.Spec ?? (env as SyncVectorEnv)?[0].Spec)?.Id.ToString(),
            preprocessing?.Source ?? env.SingleObservationSpace,
            env.SingleActionSpace,
            network with { Features = options.Network, ScalesBytes = true },
            networks,
            Seed,
            preprocessing);
        Policy.Driver = Driver = new EnvDriver(env, Seed, Policy.Encoder);
    }

    /// <summary>What is known of the algorithm: its name and options.</summary>
    public AlgorithmDescriptor Descriptor { get; }

    /// <summary>The environment; the caller owns it.</summary>
    public VectorEnv Env => Driver.Env;

    /// <summary>The policy in training; disposed with the algorithm.</summary>
    public Policy Policy { get; }

    /// <summary>Seed of the run: of the weights, the environment and every stream of random numbers.</summary>
    public Seed Seed { get; }

    /// <summary>The options of the run.</summary>
    public AlgorithmOptions Hyperparameters { get; }

    /// <summary>Environment steps so far, over all lanes.</summary>
    public long Timesteps => Driver.Timesteps;

    /// <summary>Environment steps that the run is to make in all: what schedules are stretched over, and <see cref="Learn(long, ReadOnlySpan{TrainingCallback})"/> sets.</summary>
    /// <value>Null before the first <c>Learn</c>: schedules stay at their start.</value>
    public long? TotalTimesteps { get; set; }

    /// <summary>Ends an update between two of its steps, with an <see cref="OperationCanceledException"/>; the run goes on from there bit for
    /// bit, saved or not, by the next <see cref="Update"/>.</summary>
    /// <value>None. Steps are those of the environment; in <see cref="Ppo"/>, <see cref="RecurrentPpo"/>, <see cref="Dqn"/> and <see cref="Sac"/> those
    /// of the optimizer too. <see cref="A3c"/> loses the rollouts that its workers were collecting. <see cref="StopWhenCancelled"/> ends a run
    /// between two updates.</value>
    public CancellationToken Cancellation
    {
        get => Driver.Cancellation;
        set => Driver.Cancellation = value;
    }

    /// <summary>Measures where the time of updates goes.</summary>
    /// <value>Null: nothing is measured.</value>
    public UpdateClock? Clock { get; set; }

    /// <summary>Environment steps, over all lanes, that are made before the run may end: it goes beyond <see cref="TotalTimesteps"/> by fewer than these.</summary>
    /// <value>A step of each lane; a rollout of each where the algorithm learns from rollouts. Those that learn from whole episodes go on
    /// to the ends of these.</value>
    public virtual long TimestepsAtOnce => Env.NumEnvs;

    /// <summary>Whether <see cref="TotalTimesteps"/> is reached.</summary>
    public bool IsComplete => Timesteps >= TotalTimesteps && !Driver.IsPaused;

    /// <summary>Updates made so far, those before a checkpoint was loaded included.</summary>
    public int Updates { get; private set; }

    /// <summary>Returns and lengths of the episodes that have ended, of which logs show the last 100.</summary>
    public EpisodeTracker Episodes => Driver.Episodes;

    /// <summary>Share of <see cref="TotalTimesteps"/> that lay behind when this update began, in [0, 1]: what schedules are evaluated at.</summary>
    /// <remarks>Counted before the experience of an update is collected, as CleanRL does, so that the first update has the schedule's
    /// start; Stable-Baselines3 counts after it. Methods that learn while they collect take <see cref="ProgressAt"/> of the present timestep.</remarks>
    protected double Progress => ProgressAt(_updateStart);

    /// <summary>Whether an update is being made, or has thrown; false where it was cancelled at a moment from which it goes on.</summary>
    protected bool IsInUpdate => _isInUpdate && !Driver.IsPaused;

    /// <summary>Steps the environment, and counts its steps and episodes.</summary>
    protected EnvDriver Driver { get; }

    /// <summary>Loads a run from a checkpoint and brings the environment to where it was: it goes on as if it had not been stopped.</summary>
    /// <param name="path">What <see cref="Save"/> wrote.</param>
    /// <param name="env">An environment made as the one that the run had.</param>
    /// <param name="networks">Networks of the same form, where the run had networks of the user's own.</param>
    /// <param name="warn">Told what is not as it was; null drops it.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or no checkpoint.</exception>
    /// <exception cref="ArgumentException">The environment has other spaces or lanes than the run's.</exception>
    public static Algorithm Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(env);
        return Load(path, env, AlgorithmCatalog.Get, networks, warn);
    }

    /// <summary>As the other one, for algorithms that something else than the catalog finds by their names.</summary>
    internal static Algorithm Load(
        string path, VectorEnv env, Func<string, AlgorithmDescriptor> find, CustomNetworks? networks, Action<string>? warn) =>
        CheckpointFile.Load(path, warn ?? (_ => { }), archive => Read(archive, env, find, networks));

    /// <summary>As <see cref="Load(string, VectorEnv, CustomNetworks?, Action{string}?)"/>, for a run of a known algorithm.</summary>
    /// <exception cref="InvalidDataException">It is a run of another algorithm.</exception>
    public static T Load<T>(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null)
        where T : Algorithm
    {
        var algorithm = Load(path, env, networks, warn);
        if (algorithm is T typed)
        {
            return typed;
        }

        algorithm.Dispose();
        throw new InvalidDataException($"'{path}' is a run of {algorithm.Descriptor.Name}, not of {typeof(T).Name}.");
    }

    /// <summary>Reads what a checkpoint says of its run, without loading it.</summary>
    /// <param name="path">What <see cref="Save"/> wrote.</param>
    /// <param name="everyPart">Whether the whole file is read, and each part held against the digest that was written with it.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or no checkpoint.</exception>
    public static CheckpointInfo Inspect(string path, bool everyPart = false) => CheckpointFile.Load(path, _ => { }, archive =>
    {
        if (everyPart)
        {
            archive.CheckEveryPart();
        }

        return CheckpointInfo.Of(ReadHeader(archive));
    });

    /// <summary>Trains until <paramref name="totalTimesteps"/> are reached, or a callback says to stop.</summary>
    /// <param name="totalTimesteps">Environment steps of the whole run, with those already made; the last update may go beyond.</param>
    /// <param name="callbacks">Called after every update, in order.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is nothing to train.</exception>
    /// <exception cref="InvalidOperationException">The run has so many timesteps already.</exception>
    public void Learn(long totalTimesteps, params ReadOnlySpan<TrainingCallback> callbacks)
    {
        if (totalTimesteps < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(totalTimesteps), totalTimesteps, $"Total timesteps must be positive, got {totalTimesteps}.");
        }

        var all = callbacks.ToArray();
        foreach (var callback in all)
        {
            ArgumentNullException.ThrowIfNull(callback, nameof(callbacks));
        }

        TotalTimesteps = totalTimesteps;
        ThrowIfComplete();
        var started = 0;

        // An error of the run comes before one of a callback that ends, and none keeps a callback from its end.
        Each.All(1 + all.Length, part =>
        {
            if (part == 0)
            {
                Run();
            }
            else if (part <= started)
            {
                all[part - 1].OnEnd(this);
            }
        });

        void Run()
        {
            foreach (var callback in all)
            {
                callback.OnStart(this);
                started++;
            }

            var goesOn = true;
            while (goesOn && !IsComplete)
            {
                var report = Update();
                foreach (var callback in all)
                {
                    goesOn &= callback.OnUpdate(this, report);
                }
            }
        }
    }

    /// <summary>Makes one update: collects experience and learns from it.</summary>
    /// <exception cref="InvalidOperationException">The run is complete, another thread is in an update, or an evaluation has stepped the environment, which has no snapshot.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    /// <exception cref="NonFiniteException">The environment gave NaN or infinity, or the loss became it.</exception>
    public UpdateReport Update()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ThrowIfComplete();
        if (Driver.HasLostEpisodes)
        {
            throw new InvalidOperationException(
                $"The environment of {Descriptor.Title} was stepped by Evaluate in the midst of its episodes, and has no snapshot to go back by. Evaluate in another one, made in the same way; Save and Load go on with what was learned, in new episodes.");
        }

        if (Interlocked.Exchange(ref _isBusy, true))
        {
            throw new InvalidOperationException($"{Descriptor.Title} is in an update on another thread; let one thread at a time train it.");
        }

        IReadOnlyList<KeyValuePair<string, double>> metrics;
        try
        {
            _updateStart = Driver.IsPaused ? _updateStart : Timesteps;
            (_isInUpdate, Driver.IsPaused) = (true, false);
            metrics = UpdateClock.Run(Clock, OnUpdate);
            _isInUpdate = false;
            Updates++;
        }
        finally
        {
            _isBusy = false;
        }

        return new UpdateReport(
            Updates,
            Timesteps,
            [new("rollout/ep_rew_mean", Episodes.MeanReturn), new("rollout/ep_len_mean", Episodes.MeanLength), .. metrics]);
    }

    /// <summary>Saves the whole run to one file: options, weights, optimizer, random streams, statistics, and where the environment is.</summary>
    /// <param name="path">The file, <c>.gym</c> by custom. It is written aside and renamed: a kill or a full disk loses nothing that was there.</param>
    /// <remarks>After an update that threw, the file holds the weights, but episodes begin anew when it is loaded.</remarks>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public void Save(string path)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        CheckpointFile.Save(path, archive =>
        {
            archive.Json(AlgorithmEntry, Describe);
            Exchange(archive);
        });
    }

    /// <summary>Frees the policy and the optimizers; the environment stays the caller's.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes one update: collects, computes targets and changes the weights.</summary>
    /// <returns>What to log, under Stable-Baselines3's names.</returns>
    protected abstract IReadOnlyList<KeyValuePair<string, double>> OnUpdate();

    /// <summary>Share of <see cref="TotalTimesteps"/> that lies behind at a timestep.</summary>
    protected double ProgressAt(long timesteps) => TotalTimesteps is { } total ? Math.Min(1.0, (double)timesteps / total) : 0;

    /// <summary>Names every part of the algorithm's own state: optimizers, random streams, buffers. The environment is in its place by then.</summary>
    protected abstract void ExchangeState(StateArchive archive);

    /// <summary>Frees what the algorithm holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Policy.Dispose();
        }
    }

    private static Algorithm Read(StateArchive archive, VectorEnv env, Func<string, AlgorithmDescriptor> find, CustomNetworks? networks)
    {
        var header = ReadHeader(archive);
        var info = CheckpointInfo.Of(header);
        var descriptor = find(info.Algorithm);
        if (env.NumEnvs != info.NumEnvs)
        {
            throw new ArgumentException($"The run has {Plural.Of(info.NumEnvs, "lane")}, the environment {env.NumEnvs}; make it with {info.NumEnvs}.", nameof(env));
        }

        var algorithm = descriptor.Create(env, descriptor.ReadOptions(header["options"]!), info.Seed, networks);
        try
        {
            algorithm.TotalTimesteps = info.TotalTimesteps;
            algorithm.Policy.ThrowIfTrainedOnOther(archive);
            algorithm.Exchange(archive);
            return algorithm;
        }
        catch
        {
            algorithm.Dispose();
            throw;
        }
    }

    private static JsonNode ReadHeader(StateArchive archive)
    {
        if (!archive.Has(AlgorithmEntry))
        {
            throw new InvalidDataException("it holds a policy alone, not a run; Policy.Load reads it.");
        }

        return archive.Json(AlgorithmEntry, () => throw new InvalidOperationException("Bug: a run is read while saving."));
    }

    private void Exchange(StateArchive archive)
    {
        Policy.Exchange(archive);
        Updates = checked((int)archive.Number("updates", Updates));
        Driver.IsPaused = archive.Number("update/is_paused", Driver.IsPaused ? 1 : 0, older: 0) == 1;
        Driver.Exchange(archive, !IsInUpdate);
        _updateStart = archive.Number("update/start", _updateStart, older: Timesteps);
        ExchangeState(archive);
    }

    private JsonObject Describe() => new()
    {
        ["algorithm"] = Descriptor.Name,
        ["seed"] = Seed.ToString(),
        ["timesteps"] = Timesteps,
        ["total_timesteps"] = TotalTimesteps,
        ["is_paused"] = Driver.IsPaused,
        ["num_envs"] = Env.NumEnvs,
        ["env_id"] = Policy.EnvId,
        ["engine"] = EngineIdentity.Current.ToString(),
        ["options"] = Descriptor.WriteOptions(Hyperparameters),
    };

    private void ThrowIfComplete()
    {
        if (IsComplete)
        {
            throw new InvalidOperationException(
                $"Training is complete at {Timesteps} of {TotalTimesteps} timesteps; ask for more in all to go on.");
        }
    }
}
