using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Collecting.Replay;
using GymBridge.Agents.Formulas;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Randomness;
using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Control with a table of action values and an epsilon-greedy policy: what all such algorithms share, which is all but the target.</summary>
/// <remarks>Every lane acts by the same table, and each transition is learnt from at once, in the order of the lanes.</remarks>
public abstract class TabularAlgorithm : Algorithm, ITraceable
{
    /// <summary>Stands for an action that is chosen when it is needed.</summary>
    internal const long Open = -1;

    private readonly TabularOptions _options;
    private readonly LaneStreams _streams;
    private readonly float[] _features;
    private readonly float[] _next;
    private readonly long[] _actions;
    private readonly long[] _planned;
    private readonly bool[] _resets;
    private readonly ReportProgress _progress = new();
    private readonly StepTrace _trace;

    private protected TabularAlgorithm(AlgorithmDescriptor descriptor, VectorEnv env, TabularOptions options, Seed? seed, CustomNetworks? custom)
        : base(descriptor, env, options, seed, new TableSpec(options.InitialValue, options.FinalEpsilon), custom)
    {
        _options = options;
        Table = (TableNetwork)Policy.Module;
        _streams = new LaneStreams(Seed, StreamPurpose.Exploration, env.NumEnvs);
        _features = new float[env.NumEnvs * Table.Features];
        _next = new float[Table.Features];
        _actions = new long[env.NumEnvs];
        _planned = new long[env.NumEnvs];
        Array.Fill(_planned, Open);
        _resets = new bool[env.NumEnvs];
        _trace = new StepTrace(env.NumEnvs, Table.Features, Table.Head);
    }

    /// <inheritdoc/>
    public RolloutTrace LastRollout => _trace.Trace();

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, optim.Optimizer Optimizer)> Optimizers => [];

    /// <summary>Share of random actions in the next step.</summary>
    public double Epsilon => ProgressAt(Timesteps) is var progress && progress >= _options.ExplorationFraction ? _options.FinalEpsilon
        : _options.InitialEpsilon + ((_options.FinalEpsilon - _options.InitialEpsilon) * progress / _options.ExplorationFraction);

    /// <summary>Q(s, a) of an observation, in the order of the actions.</summary>
    /// <param name="features">float32 [F]; the observation as the table reads it: one-hot where observations are Discrete.</param>
    public IReadOnlyList<double> ActionValues(ReadOnlySpan<float> features) => Table.Read(features).ToArray();

    /// <summary>Q(s, a) of every state, where observations are Discrete.</summary>
    /// <returns>float64 [S, A].</returns>
    public IReadOnlyList<double[]> ActionValues() => [.. Table.Values.ToArray().Chunk(Table.Actions)];

    private protected TableNetwork Table { get; }

    /// <summary>Learns from a transition.</summary>
    /// <returns>The TD error, and the action that is to be taken next, <see cref="Open"/> where it is chosen then.</returns>
    internal abstract (double Error, long Next) Learn(in TabularTransition transition);

    /// <summary>An action of the epsilon-greedy policy.</summary>
    private protected long Choose(int lane, ReadOnlySpan<float> state) => Table.Choose(state, Epsilon, _streams[lane]);

    /// <summary>sum_a pi(a | s) Q(s, a) of the epsilon-greedy policy: however ties are split, it is the same.</summary>
    private protected double Expected(ReadOnlySpan<float> state) => ActionValueTargets.Expected(Table.Read(state), Epsilon);

    /// <summary>Q(s, a) += alpha (target - Q(s, a)).</summary>
    /// <returns>target - Q(s, a), before.</returns>
    /// <exception cref="NonFiniteException">The error is no finite number.</exception>
    private protected double Move(ReadOnlySpan<float> state, long action, double target)
    {
        var values = Table.Read(state);
        var error = target - values[(int)action];
        NonFiniteException.ThrowIfNotFinite(error, Descriptor.Title, Timesteps);
        var alpha = _options.VisitDecay == 0
            ? _options.LearningRate
            : Math.Max(_options.LearningRate, 1 / (1 + (_options.VisitDecay * Math.Max(0, Table.Visits(state, action)))));
        Table.Add(state, action, alpha * error);
        return error;
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<KeyValuePair<string, double>> OnUpdate()
    {
        if (!Driver.HasStarted)
        {
            Driver.Start();
            Array.Fill(_planned, Open);
            Array.Clear(_resets);
            Restart();
        }

        if (_progress.Steps == 0)
        {
            _trace.Clear();
        }

        while (_progress.Steps < _options.StepsPerReport && !IsComplete)
        {
            Driver.PauseIfCancelled();
            Act();
            for (var lane = 0; lane < _actions.Length; lane++)
            {
                if (Driver.IsTransition(lane))
                {
                    _progress.Add(Math.Abs(Learn(lane)));
                }
                else
                {
                    (_planned[lane], _resets[lane]) = (Open, false);
                }
            }

            _progress.AddStep();
        }

        return [new("rollout/exploration_rate", Epsilon), new("train/td_error", _progress.End())];
    }

    /// <summary>Forgets the episodes that were going on.</summary>
    private protected virtual void Restart()
    {
    }

    /// <inheritdoc/>
    protected override void ExchangeState(StateArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        archive.Streams("exploration", _streams);
        archive.Array("planned", _planned);
        archive.Array("resets", _resets);
        _progress.Exchange(archive, !IsInUpdate);
    }

    private void Act()
    {
        Driver.Encode(_features);
        using (UpdateClock.Measure(UpdatePhase.Acting))
        {
            for (var lane = 0; lane < _actions.Length; lane++)
            {
                // The action of a step that only resets is ignored; it costs no draw.
                _actions[lane] = _resets[lane] ? 0 : _planned[lane] != Open ? _planned[lane] : Choose(lane, Row(lane));
            }
        }

        Table.Head.Write(new ActionSpan(_actions, default), Driver.Actions);
        Driver.StepAnyway();
        _trace.Add(_features, new ActionSpan(_actions, default), Driver);
    }

    private double Learn(int lane)
    {
        var (current, ended) = (Driver.Current, Driver.HasEnded(lane));
        if (ended)
        {
            Driver.EncodeFinal(lane, _next);
        }
        else
        {
            Driver.Encoder.EncodeLane(current.Observations, lane, _next);
        }

        var (error, planned) = Learn(new TabularTransition
        {
            Lane = lane,
            State = Row(lane),
            Action = _actions[lane],
            Reward = current.Rewards[lane],
            Next = _next,
            Terminated = current.Terminated[lane],
            Ended = ended,
        });
        _planned[lane] = ended ? Open : planned;
        _resets[lane] = ended && Env.AutoresetMode == AutoresetMode.NextStep;
        return error;
    }

    private ReadOnlySpan<float> Row(int lane) => _features.AsSpan(lane * Table.Features, Table.Features);
}
