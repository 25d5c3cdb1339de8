using System.Runtime.ExceptionServices;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Networks;
using GymBridge.Seeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Asynchronous advantage actor-critic: workers with a thread, an environment and a copy of the network each send their gradients
/// to common weights, as they come.</summary>
/// <remarks>Not deterministic with several workers: the order in which gradients come in is that of the threads. With one worker it is A2C
/// to the bit. Source: Mnih et al. 2016, arXiv:1602.01783, algorithm S3, with the optimizer's averages shared. Departure: weights are read
/// and moved under a lock, not while others write. See docs/algorithms/a3c.md.</remarks>
public sealed class A3c : Algorithm
{
    private readonly A3cOptions _options;
    private readonly Parameter[] _parameters;
    private readonly optim.Optimizer _optimizer;
    private readonly A3cWorker[] _workers;
    private readonly Lock _weights = new();
    private int _taken;
    private long _timesteps;
    private (A3cWorker Worker, double LearningRate, A2cLosses Losses)? _last;

    /// <summary>Starts a run with fresh weights.</summary>
    /// <param name="env">Single environments side by side (<see cref="SyncVectorEnv"/>), a worker for each; or one lane of any environment. Stays the caller's.</param>
    /// <param name="options">Hyperparameters; null for the defaults.</param>
    /// <param name="seed">Seed of the run; null draws one from the operating system.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the environment does not reset lanes.</exception>
    /// <exception cref="NotSupportedException">A3C cannot read the observations or act in the action space, or the lanes cannot be stepped apart.</exception>
    public A3c(VectorEnv env, A3cOptions? options = null, Seed? seed = null)
        : this(env, options ?? new A3cOptions(), seed, (CustomNetworks?)null)
    {
    }

    private A3c(VectorEnv env, A3cOptions options, Seed? seed, CustomNetworks? networks)
        : base(Descriptor, env, options, seed, SpecOf(options), networks)
    {
        if (networks?.Names.Count > 0)
        {
            throw new NotSupportedException("A3C copies its network for each worker, which cannot be done with networks of your own; use A2C.");
        }

        _options = options;
        _parameters = [.. Policy.Module.parameters()];
        _optimizer = A2cLearning.CreateOptimizer(_parameters, options);
        _workers = [.. Apart(env).Select((lane, i) => new A3cWorker(lane, (ActorCriticNetwork)Policy.CreateNetwork(), options, Seed, i, Policy.Encoder))];
    }

    /// <summary>What is known of A3C.</summary>
    public static new AlgorithmDescriptor<A3cOptions> Descriptor { get; } = new()
    {
        Name = "a3c",
        Title = "A3C",
        Summary = "Asynchronous advantage actor-critic: workers in threads of their own send gradients to common weights; not deterministic with several.",
        ActionSpaces = ActionSpaces.All,
        IsDeterministic = false,
        StepsLanesApart = true,
        Factory = (env, options, seed, networks) => new A3c(env, options, seed, networks),
    };

    /// <summary>Number of workers, one for each lane of the environment.</summary>
    public int Workers => _workers.Length;

    /// <inheritdoc cref="Algorithm.Load{T}"/>
    public static new A3c Load(string path, VectorEnv env, CustomNetworks? networks = null, Action<string>? warn = null) =>
        Load<A3c>(path, env, networks, warn);

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        (_taken, _timesteps, _last) = (0, Timesteps, null);
        foreach (var worker in _workers)
        {
            worker.Driver.Cancellation = Cancellation;
        }

        var errors = new Exception?[_workers.Length];
        var threads = _workers.Skip(1).Select((worker, i) => new Thread(() => errors[i + 1] = Work(worker)) { IsBackground = true, Name = $"A3C worker {i + 1}" }).ToList();
        threads.ForEach(thread => thread.Start());
        errors[0] = Work(_workers[0]);
        threads.ForEach(thread => thread.Join());
        foreach (var worker in _workers)
        {
            Driver.Absorb(worker.Driver, worker.Ended);
        }

        if (errors.FirstOrDefault(error => error is not null) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }

        return _last is { } last ? A2cLearning.Metrics(last.Worker.Rollout, last.LearningRate, last.Losses) : [];
    }

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Optimizer("optimizer", _optimizer);
        for (var i = 0; i < _workers.Length; i++)
        {
            archive.Within($"workers/{i}/", () => _workers[i].Exchange(archive, !IsInUpdate));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var worker in _workers)
            {
                worker.Dispose();
            }

            _optimizer.Dispose();
        }

        base.Dispose(disposing);
    }

    private static ActorCriticSpec SpecOf(A3cOptions options) =>
        new(options.HiddenSizes, options.Activation, InitialLogDeviation: options.InitialLogDeviation) { StartsOrthogonal = options.StartsOrthogonal };

    private static IEnumerable<VectorEnv> Apart(VectorEnv env) => env switch
    {
        { NumEnvs: 1 } => [env],
        SyncVectorEnv lanes => Enumerable.Range(0, lanes.NumEnvs).Select(lane => SyncVectorEnv.OfOne(lanes[lane], env.AutoresetMode)),
        _ => throw new NotSupportedException(
            $"A3C steps each of its {env.NumEnvs} lanes by itself, in a thread of its own, which {env.GetType().Name} cannot do; make the environment as a SyncVectorEnv of single ones (MakeOptions.StepsSomeLanes) without wrappers around all lanes, or with one lane."),
    };

    // Until so many rollouts were taken, or the run is complete: copies the weights, collects, sends the gradient.
    private Exception? Work(A3cWorker worker)
    {
        try
        {
            while (true)
            {
                double learningRate;
                lock (_weights)
                {
                    if (_taken >= _options.RolloutsPerUpdate || _timesteps >= TotalTimesteps)
                    {
                        return null;
                    }

                    _taken++;
                    learningRate = _options.LearningRate.At(ProgressAt(_timesteps));
                    Copy(_parameters, worker.Network.parameters());
                }

                var before = worker.Driver.Timesteps;
                var losses = worker.Run();
                lock (_weights)
                {
                    _timesteps += worker.Driver.Timesteps - before;
                    if (losses is { } made)
                    {
                        Send(worker.Network.parameters());
                        A2cLearning.Step(_optimizer, learningRate);
                        _last = (worker, learningRate, made);
                    }
                }
            }
        }
        catch (Exception exception)
        {
            // The others come to their end; the first error is thrown where the update was called.
            lock (_weights)
            {
                _taken = int.MaxValue;
            }

            return exception;
        }
    }

    private static void Copy(IEnumerable<Parameter> source, IEnumerable<Parameter> target)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (from, to) in source.Zip(target))
        {
            to.copy_(from);
        }
    }

    private void Send(IEnumerable<Parameter> source)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        foreach (var (from, to) in source.Zip(_parameters))
        {
            if (from.grad is { } gradient)
            {
                to.grad = gradient.clone().MoveToOuterDisposeScope();
            }
        }
    }
}
