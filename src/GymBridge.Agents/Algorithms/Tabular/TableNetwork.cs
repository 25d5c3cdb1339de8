using System.Runtime.InteropServices;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Randomness;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>Q(s, a) as a table, float64, kept as buffers of a module, so that it is saved, compared and loaded as weights are.</summary>
/// <remarks>Q(s, a) is the sum over the features x of the observation of x_i w[i, a]. Discrete observations are one-hot, so that w[s, a] is
/// the value itself; any other observations make it linear.</remarks>
internal sealed class TableNetwork : PolicyNetwork
{
    private readonly Tensor _values;
    private readonly Tensor _visits;
    private readonly double[] _read;
    private readonly double _epsilon;

    public TableNetwork(TableSpec spec, int features, CategoricalHead head)
        : base(nameof(TableNetwork), head)
    {
        (Features, Actions, _epsilon) = (features, head.Outputs, spec.Epsilon);
        _read = new double[Actions];
        _values = full([features, Actions], spec.InitialValue, ScalarType.Float64);
        _visits = zeros([features, Actions], ScalarType.Float64);
        register_buffer("values", _values);
        register_buffer("visits", _visits);
    }

    public int Features { get; }

    public int Actions { get; }

    /// <summary>float64 [F, A]; the values, in place.</summary>
    public Span<double> Values => MemoryMarshal.Cast<byte, double>(_values.bytes);

    /// <summary>Q(s, a) of one observation.</summary>
    /// <param name="state">float32 [F]; its features.</param>
    /// <returns>float64 [A]; the same array at every call.</returns>
    public ReadOnlySpan<double> Read(ReadOnlySpan<float> state)
    {
        var table = Values;
        var target = _read.AsSpan();
        target.Clear();
        for (var i = Feature(state, 0); i < state.Length; i = Feature(state, i + 1))
        {
            for (var action = 0; action < Actions; action++)
            {
                target[action] += state[i] * table[(i * Actions) + action];
            }
        }

        return target;
    }

    /// <summary>w[i, a] += amount x_i, and counts the visit.</summary>
    public void Add(ReadOnlySpan<float> state, long action, double amount)
    {
        var values = Values;
        var visits = MemoryMarshal.Cast<byte, double>(_visits.bytes);
        for (var i = Feature(state, 0); i < state.Length; i = Feature(state, i + 1))
        {
            var at = (i * Actions) + (int)action;
            values[at] += amount * state[i];
            visits[at] += state[i];
        }
    }

    /// <summary>How often an action was learnt from in a state.</summary>
    public double Visits(ReadOnlySpan<float> state, long action)
    {
        var visits = MemoryMarshal.Cast<byte, double>(_visits.bytes);
        var count = 0.0;
        for (var i = Feature(state, 0); i < state.Length; i = Feature(state, i + 1))
        {
            count += state[i] * visits[(i * Actions) + (int)action];
        }

        return count;
    }

    /// <summary>The best action of an observation, or at the rate epsilon any; among equally good ones each is as likely.</summary>
    public long Choose(ReadOnlySpan<float> state, double epsilon, Rng stream)
    {
        if (stream.Random() < epsilon)
        {
            return stream.Integers((long)Actions);
        }

        var values = Read(state);
        var (best, ties) = (values[0], 0L);
        foreach (var value in values)
        {
            (best, ties) = value > best ? (value, 1) : (best, ties + (value == best ? 1 : 0));
        }

        var chosen = ties > 1 ? stream.Integers(ties) : 0;
        for (var action = 0; action < Actions; action++)
        {
            if (values[action] == best && chosen-- == 0)
            {
                return action;
            }
        }

        // Only of values that are no numbers; learning ends with them.
        return 0;
    }

    /// <inheritdoc/>
    public override void Act(Tensor features, bool deterministic, LaneStreams streams, ActionSpan actions)
    {
        var states = MemoryMarshal.Cast<byte, float>(features.bytes);
        for (var row = 0; row < actions.Indices.Length; row++)
        {
            var state = states.Slice(row * Features, Features);
            if (!deterministic)
            {
                actions.Indices[row] = Choose(state, _epsilon, streams[row]);
                continue;
            }

            var values = Read(state);
            var best = 0;
            for (var action = 1; action < Actions; action++)
            {
                best = values[action] > values[best] ? action : best;
            }

            actions.Indices[row] = best;
        }
    }

    /// <summary>The first feature from a place on that is not 0; the length where there is none. As bits, since only integers are searched many at
    /// a time: of a one-hot state it is one in thousands.</summary>
    private static int Feature(ReadOnlySpan<float> state, int from)
    {
        var offset = MemoryMarshal.Cast<float, int>(state[from..]).IndexOfAnyExcept(0);
        return offset < 0 ? state.Length : from + offset;
    }
}
