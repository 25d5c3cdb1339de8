using System.Numerics;
using System.Runtime.ExceptionServices;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Client;

/// <summary>Several vector environments as one, their lanes one after the other, all stepped at the same time: lanes that live in several
/// processes.</summary>
/// <remarks>Steps through shared memory are sent to all parts and then waited for, on the caller's thread; for all else every part but the
/// first has a thread of its own. Each lane gives what it gives in one process, bit for bit, however
/// many parts there are. An error of a part is the caller's error once all parts have answered, that of the first part where there are
/// several; parts that answered have stepped. Not thread-safe.</remarks>
public sealed class ParallelVectorEnv : VectorEnv
{
    private readonly Part[] _parts;

    /// <summary>Joins vector environments, which it owns from now on.</summary>
    /// <param name="envs">At least one, with the same spaces and autoreset mode.</param>
    /// <exception cref="ArgumentException">There is none, or their spaces or modes differ; they are disposed.</exception>
    public ParallelVectorEnv(IReadOnlyList<VectorEnv> envs)
        : base(Checked(envs).Sum(env => env.NumEnvs), envs[0].SingleObservationSpace, envs[0].SingleActionSpace, envs[0].AutoresetMode)
    {
        var start = 0;
        _parts = new Part[envs.Count];
        for (var i = 0; i < _parts.Length; i++)
        {
            _parts[i] = new Part(envs[i], start, hasThread: i > 0);
            start += envs[i].NumEnvs;
        }
    }

    /// <summary>The environments, in the order of their lanes.</summary>
    public IReadOnlyList<VectorEnv> Parts => [.. _parts.Select(part => part.Env)];

    /// <inheritdoc/>
    public override EnvMetadata Metadata => _parts[0].Env.Metadata;

    /// <inheritdoc/>
    public override string? RenderMode => _parts[0].Env.RenderMode;

    /// <inheritdoc/>
    public override EnvSpec? Spec => _parts[0].Env.Spec;

    /// <inheritdoc/>
    public override PythonTypes PythonTypes => _parts[0].Env.PythonTypes;

    /// <inheritdoc/>
    public override DType? WidestActionDType => _parts[0].Env.WidestActionDType;

    /// <inheritdoc/>
    public override bool CanSaveState => _parts.All(part => part.Env.CanSaveState);

    /// <inheritdoc/>
    public override object? Render(int lane) => At(lane, (env, own) => env.Render(own));

    /// <inheritdoc/>
    public override (RngState State, BigInteger Seed) GetRng(int lane) => At(lane, (env, own) => env.GetRng(own));

    /// <inheritdoc/>
    public override void SetRng(int lane, RngState state) => At(lane, (env, own) =>
    {
        env.SetRng(own, state);
        return true;
    });

    /// <inheritdoc/>
    public override void MoveRng(int lane, RngState state) => At(lane, (env, own) =>
    {
        env.MoveRng(own, state);
        return true;
    });

    /// <inheritdoc/>
    public override object? GetAttribute(string name, int lane = 0) => At(lane, (env, own) => env.GetAttribute(name, own));

    /// <inheritdoc/>
    public override void SetAttribute(string name, object? value, int lane = 0) => At(lane, (env, own) =>
    {
        env.SetAttribute(name, value, own);
        return true;
    });

    /// <inheritdoc/>
    public override object? CallMethod(string name, IReadOnlyList<object?> arguments, Info? keywordArguments = null, int lane = 0) =>
        At(lane, (env, own) => env.CallMethod(name, arguments, keywordArguments, own));

    /// <inheritdoc/>
    protected override Info OnSaveLane(int lane) => At(lane, (env, own) => env.SaveLane(own));

    /// <inheritdoc/>
    protected override void OnRestoreLane(int lane, Info state) => At(lane, (env, own) =>
    {
        env.RestoreLane(own, state);
        return true;
    });

    /// <inheritdoc/>
    protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
    {
        foreach (var part in _parts)
        {
            var lanes = part.Env.NumEnvs;
            var ownMask = mask.IsEmpty ? [] : mask.Slice(part.Start, lanes).ToArray();
            var ownSeeds = seeds.IsEmpty ? [] : seeds.Slice(part.Start, lanes).ToArray();
            part.Result.WantsInfos = result.WantsInfos;
            part.Begin(ownMask.Length > 0 && !ownMask.Contains(true) ? null : env => env.Reset(part.Result, ownSeeds, ownMask, options));
        }

        End(result, mask);
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result) => Step(actions, result, isExact: false);

    /// <inheritdoc/>
    protected override void OnStepExact(Columns actions, VectorStep result) => Step(actions, result, isExact: true);

    /// <inheritdoc/>
    protected override void OnClose() => Each.All(_parts.Length, part => _parts[part].Close()?.Throw());

    private static IReadOnlyList<VectorEnv> Checked(IReadOnlyList<VectorEnv> envs)
    {
        ArgumentNullException.ThrowIfNull(envs);
        if (envs.Count == 0)
        {
            throw new ArgumentException("Lanes in parts need at least one part, got none.", nameof(envs));
        }

        var first = envs[0];
        if (envs.All(env => env.SingleObservationSpace.Equals(first.SingleObservationSpace)
            && env.SingleActionSpace.Equals(first.SingleActionSpace) && env.AutoresetMode == first.AutoresetMode))
        {
            return envs;
        }

        foreach (var env in envs)
        {
            env.Dispose();
        }

        throw new ArgumentException("The parts must have the same spaces and the same autoreset mode.", nameof(envs));
    }

    private void Step(Columns actions, VectorStep result, bool isExact)
    {
        foreach (var part in _parts)
        {
            part.Result.WantsInfos = result.WantsInfos;
            part.BeginStep(actions, isExact);
        }

        End(result, []);
    }

    private void End(VectorStep result, ReadOnlySpan<bool> mask)
    {
        // The first part's work is done here, while the others do theirs.
        ExceptionDispatchInfo? failure = null;
        foreach (var part in _parts)
        {
            var error = part.End();
            failure ??= error;
        }

        failure?.Throw();
        foreach (var part in _parts)
        {
            part.CopyTo(result, mask);
        }
    }

    private T At<T>(int lane, Func<VectorEnv, int, T> use)
    {
        CheckLane(lane);
        var part = _parts.Last(candidate => candidate.Start <= lane);
        return use(part.Env, lane - part.Start);
    }

    private sealed class Part : IDisposable
    {
        private readonly Thread? _thread;
        private readonly SemaphoreSlim _begin = new(0);
        private readonly SemaphoreSlim _end = new(0);
        private readonly Columns _ownActions;
        private readonly Action<VectorEnv> _step;
        private Columns? _exactActions;
        private Columns _actions;
        private Action<VectorEnv>? _work;
        private ExceptionDispatchInfo? _failure;
        private bool _isClosed;
        private bool _isSent;

        public Part(VectorEnv env, int start, bool hasThread)
        {
            (Env, Start, Result, _ownActions) = (env, start, env.CreateStep(), env.CreateActions());
            _actions = _ownActions;
            _step = own => own.Step(_actions, Result);
            if (hasThread)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = $"lanes from {start}" };
                _thread.Start();
            }
        }

        public VectorEnv Env { get; }

        public int Start { get; }

        public VectorStep Result { get; }

        /// <summary>Starts a step with this part's actions, which may be of another element type than the action space's.</summary>
        public void BeginStep(Columns actions, bool isExact)
        {
            _actions = isExact ? ExactActions(actions.Space) : _ownActions;
            for (var lane = 0; lane < Env.NumEnvs; lane++)
            {
                _actions.CopyLane(actions, Start + lane, lane);
            }

            _isSent = Env is RemoteVectorEnv remote && remote.TryBeginStep(_actions);
            Begin(_step);
        }

        /// <summary>Starts work; null is none.</summary>
        public void Begin(Action<VectorEnv>? work)
        {
            (_work, _failure) = (work, null);
            if (_thread is not null && !_isSent && work is not null)
            {
                _begin.Release();
            }
        }

        /// <summary>Waits for the work; returns what it threw.</summary>
        public ExceptionDispatchInfo? End()
        {
            if (_work is null)
            {
                return null;
            }

            if (_thread is null || _isSent)
            {
                _isSent = false;
                Work();
            }
            else
            {
                _end.Wait();
            }

            return _failure;
        }

        public void CopyTo(VectorStep result, ReadOnlySpan<bool> mask)
        {
            for (var own = 0; own < Env.NumEnvs; own++)
            {
                var lane = Start + own;
                if (!mask.IsEmpty && !mask[lane])
                {
                    continue;
                }

                result.Observations.CopyLane(Result.Observations, own, lane);
                result.Rewards[lane] = Result.Rewards[own];
                result.Terminated[lane] = Result.Terminated[own];
                result.Truncated[lane] = Result.Truncated[own];
                result.Infos[lane] = Result.Infos[own];
                result.FinalInfos[lane] = Result.FinalInfos[own];
                result.HasFinal[lane] = Result.HasFinal[own];
                if (Result.HasFinal[own])
                {
                    result.FinalObservations.CopyLane(Result.FinalObservations, own, lane);
                }
            }
        }

        /// <summary>Ends the thread and closes the lanes; returns what that threw.</summary>
        public ExceptionDispatchInfo? Close()
        {
            Dispose();
            try
            {
                Env.Close();
                return null;
            }
            catch (Exception exception)
            {
                return ExceptionDispatchInfo.Capture(exception);
            }
        }

        /// <summary>Ends the thread.</summary>
        public void Dispose()
        {
            _isClosed = true;
            _begin.Release();
            _thread?.Join();
            _begin.Dispose();
            _end.Dispose();
        }

        private Columns ExactActions(Space space)
        {
            if (!ReferenceEquals(_exactActions?.Space, space))
            {
                _exactActions = new Columns(space, Env.NumEnvs);
            }

            return _exactActions!;
        }

        private void Run()
        {
            while (true)
            {
                _begin.Wait();
                if (_isClosed)
                {
                    return;
                }

                Work();
                _end.Release();
            }
        }

        private void Work()
        {
            try
            {
                _work!(Env);
            }
            catch (Exception exception)
            {
                _failure = ExceptionDispatchInfo.Capture(exception);
            }
        }
    }
}
