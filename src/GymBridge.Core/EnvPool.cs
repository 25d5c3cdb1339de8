using System.Collections.Immutable;
using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Shared;
using GymBridge.Spaces;

namespace GymBridge;

/// <summary>Environments that are stepped independently: actions are sent to some lanes, and the first lanes that are ready are received,
/// so that a slow environment holds nobody up. Local and remote environments alike.</summary>
/// <remarks>
/// <para>The interface is EnvPool's asynchronous one: <see cref="Reset"/>, then <see cref="Receive"/> and <see cref="Send"/> in turns.
/// Each lane has a thread, and gives the same trajectory as alone: bit for bit what a <see cref="SyncVectorEnv"/> gives it for the same
/// seed and actions. Only the order in which lanes are received depends on time. A lane whose episode has ended starts the next one
/// by the autoreset mode.</para>
/// <para>Not thread-safe: one caller at a time.</para>
/// </remarks>
public sealed class EnvPool : IDisposable
{
    private readonly ImmutableArray<Lane> _lanes;
    private readonly Queue<Lane> _ready = new();
    private readonly object _gate = new();
    private int _inFlight;
    private bool _isClosed;

    /// <summary>A pool of environments, which it owns from now on.</summary>
    /// <param name="envs">At least one, with the same spaces, sharing nothing.</param>
    /// <param name="batchSize">How many lanes <see cref="Receive"/> waits for; 1 to their number.</param>
    /// <param name="autoresetMode">What happens to a lane whose episode has ended: NextStep or SameStep.</param>
    /// <exception cref="ArgumentException">There is no environment, or their spaces differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch or the mode is not possible.</exception>
    public EnvPool(IReadOnlyList<Env> envs, int batchSize, AutoresetMode autoresetMode = AutoresetMode.NextStep)
        : this(Lanes(envs, autoresetMode), batchSize)
    {
    }

    /// <summary>A pool of vector environments of one lane each, which it owns from now on: remote ones, or such as are made anew when they are lost.</summary>
    /// <param name="lanes">At least one, with the same spaces and autoreset mode, sharing nothing.</param>
    /// <param name="batchSize">How many lanes <see cref="Receive"/> waits for; 1 to their number.</param>
    /// <exception cref="ArgumentException">There is no environment, one has several lanes, or they differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch or the mode is not possible.</exception>
    public EnvPool(IReadOnlyList<VectorEnv> lanes, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(lanes);
        if (lanes.Count == 0)
        {
            throw new ArgumentException("A pool needs at least one environment, got none.", nameof(lanes));
        }

        if (batchSize < 1 || batchSize > lanes.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, $"The batch of a pool of {Plural.Of(lanes.Count, "environment")} is 1 to {Plural.Of(lanes.Count, "lane")}, got {batchSize}.");
        }

        var (observations, actions, mode) = (lanes[0].SingleObservationSpace, lanes[0].SingleActionSpace, lanes[0].AutoresetMode);
        CheckMode(mode, nameof(lanes));
        if (lanes.FirstOrDefault(env => env.NumEnvs != 1) is { } wide)
        {
            throw new ArgumentException($"Each environment of a pool is one lane; {wide.GetType().Name} has {wide.NumEnvs}.", nameof(lanes));
        }

        if (lanes.Any(env => !env.SingleObservationSpace.Equals(observations) || !env.SingleActionSpace.Equals(actions) || env.AutoresetMode != mode))
        {
            throw new ArgumentException("The environments of a pool have the same spaces and the same autoreset mode; these differ.", nameof(lanes));
        }

        (BatchSize, SingleObservationSpace, SingleActionSpace) = (batchSize, observations, actions);
        _lanes = [.. lanes.Select((env, lane) => new Lane(this, lane, env))];
    }

    /// <summary>Number of environments in the pool.</summary>
    public int NumEnvs => _lanes.Length;

    /// <summary>How many lanes <see cref="Receive"/> waits for.</summary>
    public int BatchSize { get; }

    /// <summary>The observations of one lane.</summary>
    public Space SingleObservationSpace { get; }

    /// <summary>The actions of one lane.</summary>
    public Space SingleActionSpace { get; }

    /// <summary>Columns for the actions of a batch.</summary>
    public Columns CreateActions() => new(SingleActionSpace, BatchSize);

    /// <summary>Buffers for what a batch brings.</summary>
    public VectorStep CreateStep() => new(SingleObservationSpace, BatchSize);

    /// <summary>Begins an episode in every lane; results of earlier calls that were not received are given up.</summary>
    /// <param name="seed">Lane i is seeded with <c>seed + i</c>; null lets the generators run on.</param>
    /// <param name="options">Passed to every environment.</param>
    public void Reset(Seed? seed = null, Info? options = null)
    {
        ThrowIfClosed(nameof(Reset));
        lock (_gate)
        {
            while (_inFlight > _ready.Count)
            {
                Monitor.Wait(_gate);
            }

            _ready.Clear();
            _inFlight = _lanes.Length;
        }

        foreach (var lane in _lanes)
        {
            lane.Start(seed is { } first ? first + lane.Number : null, options);
        }
    }

    /// <summary>Begins a step in some lanes.</summary>
    /// <param name="actions">Row k is for <c>lanes[k]</c>.</param>
    /// <param name="lanes">Lanes that were received since they were last sent to.</param>
    /// <exception cref="InvalidOperationException">A lane is still on its way; no lane was sent to.</exception>
    /// <exception cref="ArgumentException">A lane does not exist or comes twice, or there are more lanes than actions.</exception>
    public void Send(Columns actions, ReadOnlySpan<int> lanes)
    {
        ArgumentNullException.ThrowIfNull(actions);
        ThrowIfClosed(nameof(Send));
        if (lanes.Length > actions.Lanes || (!ReferenceEquals(actions.Space, SingleActionSpace) && !actions.Space.Equals(SingleActionSpace)))
        {
            throw new ArgumentException(
                $"Expected {Plural.Of(lanes.Length, "action")} of {SingleActionSpace}, got {actions.Lanes} of {actions.Space}.", nameof(actions));
        }

        for (var k = 0; k < lanes.Length; k++)
        {
            CheckIdle(lanes[k], lanes[..k]);
        }

        lock (_gate)
        {
            _inFlight += lanes.Length;
        }

        for (var k = 0; k < lanes.Length; k++)
        {
            _lanes[lanes[k]].Start(actions, k);
        }
    }

    /// <summary>Waits until <see cref="BatchSize"/> lanes are ready, the first ones, and brings their results.</summary>
    /// <param name="result">Row k is that of <c>lanes[k]</c>; after a reset rewards are 0 and flags false.</param>
    /// <param name="lanes">Filled with the lanes, in the order in which they became ready; as long as the batch.</param>
    /// <param name="timeout">Longest time to wait; null for no limit.</param>
    /// <exception cref="NoAsyncCallException">Fewer lanes than a batch are on their way.</exception>
    /// <exception cref="CallTimeoutException">The time is over; a later call may bring the lanes.</exception>
    /// <exception cref="ArgumentException">A length is not that of the batch.</exception>
    /// <remarks>An exception of an environment is thrown here, with the lane in <c>Data["lane"]</c>; that lane is received, the others
    /// of the batch stay ready.</remarks>
    public void Receive(VectorStep result, Span<int> lanes, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        ThrowIfClosed(nameof(Receive));
        if (result.Lanes != BatchSize || lanes.Length != BatchSize)
        {
            throw new ArgumentException($"A batch has {Plural.Of(BatchSize, "lane")}; buffers of {result.Lanes} and {lanes.Length} were given.", nameof(result));
        }

        lock (_gate)
        {
            if (_inFlight < BatchSize)
            {
                throw new NoAsyncCallException(nameof(Receive), nameof(Send));
            }

            WaitForBatch(timeout);
            ThrowIfOneFailed();
            for (var k = 0; k < BatchSize; k++)
            {
                var lane = _ready.Dequeue();
                _inFlight--;
                lane.CopyTo(result, k);
                lanes[k] = lane.Number;
            }
        }
    }

    /// <summary>Waits for the calls that run, and closes the environments. Closing twice is fine.</summary>
    public void Dispose()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        foreach (var lane in _lanes)
        {
            lane.Dispose();
        }
    }

    private static IReadOnlyList<VectorEnv> Lanes(IReadOnlyList<Env> envs, AutoresetMode autoresetMode)
    {
        ArgumentNullException.ThrowIfNull(envs);
        CheckMode(autoresetMode, nameof(autoresetMode));
        return [.. envs.Select(env => SyncVectorEnv.OfOne(env, autoresetMode))];
    }

    private static void CheckMode(AutoresetMode mode, string parameter)
    {
        if (mode is not (AutoresetMode.NextStep or AutoresetMode.SameStep))
        {
            throw new ArgumentOutOfRangeException(parameter, mode, "A pool starts the next episode by itself; use NextStep or SameStep.");
        }
    }

    private void WaitForBatch(TimeSpan? timeout)
    {
        var deadline = timeout is { } limit ? Environment.TickCount64 + (long)limit.TotalMilliseconds : long.MaxValue;
        while (_ready.Count < BatchSize)
        {
            var left = deadline - Environment.TickCount64;
            if (left <= 0)
            {
                throw new CallTimeoutException($"{_ready.Count} of {BatchSize} lanes were ready after {timeout!.Value.TotalSeconds:0.###} s.");
            }

            Monitor.Wait(_gate, (int)Math.Min(left, int.MaxValue));
        }
    }

    private void ThrowIfOneFailed()
    {
        if (!_ready.Any(lane => lane.Error is not null))
        {
            return;
        }

        Lane? failed = null;
        for (var left = _ready.Count; left > 0; left--)
        {
            var lane = _ready.Dequeue();
            if (failed is null && lane.Error is not null)
            {
                failed = lane;
            }
            else
            {
                _ready.Enqueue(lane);
            }
        }

        _inFlight--;
        failed!.Fail();
    }

    private void CheckIdle(int lane, ReadOnlySpan<int> before)
    {
        if ((uint)lane >= (uint)_lanes.Length)
        {
            throw new ArgumentException($"Lane {lane} does not exist; the lanes are 0 to {_lanes.Length - 1}.", nameof(lane));
        }

        if (before.Contains(lane))
        {
            throw new ArgumentException($"Lane {lane} is named twice.", nameof(lane));
        }

        if (_lanes[lane].IsPending)
        {
            throw new InvalidOperationException($"Lane {lane} was sent to and not received since; call Receive first.");
        }
    }

    private void ThrowIfClosed(string operation)
    {
        if (_isClosed)
        {
            throw new ClosedEnvironmentException(operation, nameof(EnvPool));
        }
    }

    private void NoteReady(Lane lane)
    {
        lock (_gate)
        {
            _ready.Enqueue(lane);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>One environment with its thread and its buffers.</summary>
    private sealed class Lane : IDisposable
    {
        private readonly EnvPool _pool;
        private readonly VectorEnv _env;
        private readonly Columns _actions;
        private readonly VectorStep _step;
        private readonly SemaphoreSlim _work = new(0);
        private readonly Thread _thread;
        private Seed? _seed;
        private Info? _options;
        private bool _isReset;
        private bool _isStopped;

        public Lane(EnvPool pool, int number, VectorEnv env)
        {
            (_pool, Number, _env) = (pool, number, env);
            (_actions, _step) = (env.CreateActions(), env.CreateStep());
            _thread = new Thread(Run) { IsBackground = true, Name = $"gymbridge pool {number}" };
            _thread.Start();
        }

        public int Number { get; }

        public Exception? Error { get; private set; }

        /// <summary>Whether a call runs, or its result was not received.</summary>
        public bool IsPending { get; private set; }

        public void Start(Seed? seed, Info? options)
        {
            (_isReset, _seed, _options) = (true, seed, options);
            Begin();
        }

        public void Start(Columns actions, int row)
        {
            _actions.CopyLane(actions, row, 0);
            _isReset = false;
            Begin();
        }

        public void CopyTo(VectorStep result, int row)
        {
            IsPending = false;
            result.Observations.CopyLane(_step.Observations, 0, row);
            (result.Rewards[row], result.Terminated[row], result.Truncated[row]) = (_step.Rewards[0], _step.Terminated[0], _step.Truncated[0]);
            (result.HasFinal[row], result.Infos[row], result.FinalInfos[row]) = (_step.HasFinal[0], _step.Infos[0], _step.FinalInfos[0]);
            if (_step.HasFinal[0])
            {
                result.FinalObservations.CopyLane(_step.FinalObservations, 0, row);
            }
        }

        /// <summary>Throws what the environment has thrown.</summary>
        public void Fail()
        {
            IsPending = false;
            Error!.Data["lane"] = Number;
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(Error);
        }

        public void Dispose()
        {
            _isStopped = true;
            _work.Release();
            _thread.Join();
            _work.Dispose();
            _env.Dispose();
        }

        private void Begin()
        {
            (IsPending, Error) = (true, null);
            _work.Release();
        }

        private void Run()
        {
            while (true)
            {
                _work.Wait();
                if (_isStopped)
                {
                    return;
                }

                Call();
                _pool.NoteReady(this);
            }
        }

        private void Call()
        {
            try
            {
                if (_isReset)
                {
                    _env.Reset(_step, [_seed], default, _options);
                }
                else
                {
                    _env.Step(_actions, _step);
                }
            }
            catch (Exception exception)
            {
                Error = exception; // thrown where the lane is received
            }
        }
    }
}
