using System.Runtime.InteropServices;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Collecting.Replay;
using GymBridge.Agents.Formulas;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Observations;
using GymBridge.Agents.Reproducibility;
using GymBridge.Shared;
using static TorchSharp.torch;

namespace GymBridge.Agents.Collecting;

/// <summary>What T steps of N lanes brought, time-major; filled again for every rollout, and grown where a rollout is longer.</summary>
public sealed partial class RolloutBuffer : IDisposable
{
    // Rows that go through the value network at once: as many as give matrix products their speed, and no image batch of gigabytes.
    private const int MostValueFloats = 1 << 22;

    private readonly ActionHead _head;
    private readonly List<float> _finalObservations = [];
    private readonly List<int> _finalIndices = [];
    private readonly bool _hasMasks;
    private readonly bool _hasReference;
    private readonly ObservationEncoder? _encoder;
    private readonly ObservationStore? _images;
    private readonly Columns? _decoded;
    private byte[] _keys = [];
    private int _keptRows;
    private int _capacity;

    /// <summary>A buffer for the lanes of an environment; images are kept as bytes, of stacks each frame once.</summary>
    /// <param name="driver">The environment.</param>
    /// <param name="head">Says how an action is stored.</param>
    /// <param name="hasMasks">Whether masks of allowed actions are kept.</param>
    /// <param name="hasReference">Whether a reference policy's logits are kept.</param>
    public RolloutBuffer(EnvDriver driver, ActionHead head, bool hasMasks = false, bool hasReference = false)
        : this(LanesOf(driver), driver.Encoder.Features, head, hasMasks, hasReference)
    {
        if (driver.Encoder.Parts.Any(part => part.Image is not null) && ObservationStore.HasFrames(driver.Env.SingleObservationSpace))
        {
            _encoder = driver.Encoder;
            _images = new ObservationStore(driver.Env.SingleObservationSpace, 0, null);
            _decoded = new Columns(driver.Env.SingleObservationSpace, driver.Env.NumEnvs);
            _keys = new byte[_images.KeyBytes * driver.Env.NumEnvs];
        }
    }

    /// <summary>A buffer for N lanes of F features.</summary>
    /// <param name="lanes">N.</param>
    /// <param name="features">F.</param>
    /// <param name="head">Says how an action is stored.</param>
    /// <param name="hasMasks">Whether masks of allowed actions are kept.</param>
    /// <param name="hasReference">Whether a reference policy's logits are kept.</param>
    public RolloutBuffer(int lanes, int features, ActionHead head, bool hasMasks = false, bool hasReference = false)
    {
        ArgumentNullException.ThrowIfNull(head);
        (Lanes, Features, _head, _hasMasks, _hasReference) = (lanes, features, head, hasMasks, hasReference);
        Masks = hasMasks ? new bool[lanes * head.Outputs] : [];
        Reference = hasReference ? new float[lanes * head.Outputs] : [];
        Observations = new float[lanes * features];
        Indices = [];
        Values = [];
        LogProbabilities = [];
        StateValues = [];
        NextStateValues = [];
        Rewards = [];
        Terminated = [];
        Truncated = [];
        IsTransition = [];
        Advantages = [];
        Returns = [];
    }

    /// <summary>T: steps that are filled.</summary>
    public int Steps { get; private set; }

    /// <summary>N: lanes of the environment.</summary>
    public int Lanes { get; }

    /// <summary>F: numbers that an observation is encoded into.</summary>
    public int Features { get; }

    /// <summary>T times N: rows, one for each step of each lane.</summary>
    public int Count => Steps * Lanes;

    /// <summary>Bytes of the observations that it holds.</summary>
    public long ObservationBytes =>
        _images is null ? (long)(Steps + 1) * Lanes * Features * sizeof(float) : ((long)_keptRows * _images.KeyBytes) + _images.FrameBytes;

    /// <summary>float32 [T + 1, N, F]; the observations that were acted on, and those after the last step. Where images are kept as frames,
    /// float32 [N, F]: the last of them alone.</summary>
    public float[] Observations { get; private set; }

    /// <summary>int64 [T, N, W]; actions of a discrete head, counted from 0.</summary>
    public long[] Indices { get; private set; }

    /// <summary>float32 [T, N, W]; actions of a continuous head, as sampled.</summary>
    public float[] Values { get; private set; }

    /// <summary>float32 [T, N]; log pi(a|s) under the policy that acted.</summary>
    public float[] LogProbabilities { get; private set; }

    /// <summary>float32 [T, N]; V(s_t) under the policy that acted.</summary>
    public float[] StateValues { get; private set; }

    /// <summary>float32 [T, N]; V(s_t+1), of the final observation where step t was truncated.</summary>
    public float[] NextStateValues { get; private set; }

    /// <summary>float64 [T, N]; the reward of step t, undiscounted.</summary>
    public double[] Rewards { get; private set; }

    /// <summary>[T, N]; whether step t ended its episode in a terminal state.</summary>
    public bool[] Terminated { get; private set; }

    /// <summary>[T, N]; whether the episode was cut after step t.</summary>
    public bool[] Truncated { get; private set; }

    /// <summary>[T, N]; false for steps to leave out of every loss: resets of NextStep, lanes that wait for others.</summary>
    public bool[] IsTransition { get; private set; }

    /// <summary>[T + 1, N, Outputs]; the actions that were allowed, where masks are used; else empty.</summary>
    public bool[] Masks { get; private set; }

    /// <summary>float32 [T + 1, N, Outputs]; the logits of a reference policy, where they are kept; zeros where the environment tells none.</summary>
    public float[] Reference { get; private set; }

    /// <summary>float32 [T, N]; see <see cref="GeneralizedAdvantage"/>.</summary>
    public float[] Advantages { get; private set; }

    /// <summary>float32 [T, N]; advantages + values.</summary>
    public float[] Returns { get; private set; }

    /// <summary>The features of step t, [N, F]; of step T the observations after the last one.</summary>
    /// <exception cref="InvalidOperationException">Images are kept as frames, and t is not T.</exception>
    public Span<float> ObservationsAt(int step) => _images is null ? Observations.AsSpan(step * Lanes * Features, Lanes * Features)
        : step == Steps ? Observations
        : throw new InvalidOperationException($"Images are kept as frames: of step {step} they are given by {nameof(ObservationRows)}.");

    /// <summary>The elements of step t of an array [T, N] of this buffer.</summary>
    public Span<T> At<T>(T[] values, int step) => values.AsSpan(step * Lanes, Lanes);

    /// <summary>The actions of step t.</summary>
    public ActionSpan ActionsAt(int step)
    {
        var (start, length) = (step * Lanes * _head.Width, Lanes * _head.Width);
        return _head.IsContinuous ? new ActionSpan(default, Values.AsSpan(start, length)) : new ActionSpan(Indices.AsSpan(start, length), default);
    }

    /// <summary>Takes a number of steps for filled whose numbers were written into the arrays: recorded data of another library.</summary>
    internal void Assume(int steps)
    {
        Reserve(steps);
        Steps = steps;
        Array.Fill(IsTransition, true);
    }

    /// <summary>Whether it can take over the columns of parts: images that are kept as frames have none.</summary>
    internal bool CanGather => _images is null;

    /// <summary>Takes over what parts of the lanes brought.</summary>
    /// <param name="parts">Buffers whose lanes, one after the other, are those of this one.</param>
    internal void Gather(IReadOnlyList<RolloutBuffer> parts)
    {
        Clear();
        var steps = parts[0].Steps;
        Reserve(steps);
        var finals = new List<(int At, float[] Features)>();
        var first = 0;
        foreach (var part in parts)
        {
            Copy(part.Observations, Observations, steps + 1, Features);
            Copy(part.Indices, Indices, steps, _head.Width);
            Copy(part.Values, Values, steps, _head.Width);
            Copy(part.LogProbabilities, LogProbabilities, steps, 1);
            Copy(part.Rewards, Rewards, steps, 1);
            Copy(part.Terminated, Terminated, steps, 1);
            Copy(part.Truncated, Truncated, steps, 1);
            Copy(part.IsTransition, IsTransition, steps, 1);
            Copy(part.Masks, Masks, steps + 1, _head.Outputs);
            Copy(part.Reference, Reference, steps + 1, _head.Outputs);
            for (var i = 0; i < part._finalIndices.Count; i++)
            {
                var (step, lane) = Math.DivRem(part._finalIndices[i], part.Lanes);
                finals.Add(((step * Lanes) + first + lane, [.. CollectionsMarshal.AsSpan(part._finalObservations).Slice(i * Features, Features)]));
            }

            first += part.Lanes;

            void Copy<T>(T[] source, T[] target, int rows, int width)
            {
                var (from, to) = (part.Lanes * width, Lanes * width);
                for (var row = 0; row < rows && target.Length > 0; row++)
                {
                    source.AsSpan(row * from, from).CopyTo(target.AsSpan((row * to) + (first * width)));
                }
            }
        }

        Steps = steps;
        foreach (var (at, features) in finals.OrderBy(final => final.At))
        {
            _finalIndices.Add(at);
            _finalObservations.AddRange(features);
        }
    }

    /// <summary>Frees the frames of images.</summary>
    public void Dispose() => _images?.Dispose();

    /// <summary>Empties the buffer; its memory stays for the next rollout.</summary>
    public void Clear()
    {
        Steps = 0;
        LetGo(0);
        _finalObservations.Clear();
        _finalIndices.Clear();
    }

    /// <summary>Makes room for T steps, keeping what is there.</summary>
    /// <exception cref="ArgumentException">They would not fit in memory.</exception>
    public void Reserve(int steps)
    {
        if (steps <= _capacity)
        {
            return;
        }

        var floats = (steps + 1L) * Lanes * ((_images is null ? Features : _images.KeyBytes / sizeof(float)) + _head.Width + 8L);
        if (floats > int.MaxValue || floats * sizeof(float) > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
        {
            throw new ArgumentException(
                $"A rollout of {Plural.Of(steps, "step")} of {Plural.Of(Lanes, "lane")} with {Features} features would take {floats * sizeof(float) >> 20} MiB; choose fewer steps or lanes.");
        }

        _capacity = steps;
        var count = steps * Lanes;
        if (_images is null)
        {
            Observations = Grown(Observations, (steps + 1) * Lanes * Features);
        }
        else
        {
            _keys = Grown(_keys, (steps + 1) * Lanes * _images.KeyBytes);
        }

        Indices = Grown(Indices, _head.IsContinuous ? 0 : count * _head.Width);
        Values = Grown(Values, _head.IsContinuous ? count * _head.Width : 0);
        LogProbabilities = Grown(LogProbabilities, count);
        StateValues = Grown(StateValues, count);
        NextStateValues = Grown(NextStateValues, count);
        Rewards = Grown(Rewards, count);
        Terminated = Grown(Terminated, count);
        Truncated = Grown(Truncated, count);
        IsTransition = Grown(IsTransition, count);
        Masks = Grown(Masks, _hasMasks ? (steps + 1) * Lanes * _head.Outputs : 0);
        Reference = Grown(Reference, _hasReference ? (steps + 1) * Lanes * _head.Outputs : 0);
        Advantages = Grown(Advantages, count);
        Returns = Grown(Returns, count);
    }

    /// <summary>Completes step T with what the environment answered, and counts it.</summary>
    /// <param name="driver">The environment, just stepped.</param>
    /// <param name="counts">[N]; lanes that count; empty for all.</param>
    public void Append(EnvDriver driver, ReadOnlySpan<bool> counts = default)
    {
        ArgumentNullException.ThrowIfNull(driver);
        var outcome = driver.Current;
        for (var lane = 0; lane < Lanes; lane++)
        {
            var at = (Steps * Lanes) + lane;
            IsTransition[at] = driver.IsTransition(lane) && (counts.IsEmpty || counts[lane]);
            Rewards[at] = outcome.Rewards[lane];
            Terminated[at] = outcome.Terminated[lane];
            Truncated[at] = outcome.Truncated[lane];
            if (Truncated[at] && !Terminated[at] && outcome.HasFinal[lane])
            {
                AddFinal(driver, at, lane);
            }
        }

        Steps++;
        ReadState(driver);
    }

    /// <summary>Takes over the present observations, and masks where they are used, as what step T acts on.</summary>
    public void ReadState(EnvDriver driver)
    {
        ArgumentNullException.ThrowIfNull(driver);
        driver.Encode(ObservationsAt(Steps));
        Keep(driver);
        if (_hasMasks)
        {
            ActionMasks.Read(driver.Current.Infos, _head, MasksAt(Steps));
        }

        if (_hasReference)
        {
            ReferenceLogits.Read(driver.Current.Infos, _head, ReferenceAt(Steps));
        }
    }

    /// <summary>The masks of step t, [N, Outputs]; empty without masks.</summary>
    public Span<bool> MasksAt(int step) => _hasMasks ? Masks.AsSpan(step * Lanes * _head.Outputs, Lanes * _head.Outputs) : default;

    /// <summary>The reference policy's logits of step t, [N, Outputs]; empty where they are not kept.</summary>
    public Span<float> ReferenceAt(int step) => _hasReference ? Reference.AsSpan(step * Lanes * _head.Outputs, Lanes * _head.Outputs) : default;

    /// <summary>float32 [T N, Outputs]; a copy of the reference policy's logits; null where they are not kept.</summary>
    public Tensor? ReferenceTensor() => _hasReference ? tensor(Reference.AsSpan(0, Count * _head.Outputs).ToArray(), [Count, _head.Outputs]) : null;

    /// <summary>bool [T N, Outputs]; a copy of the masks; null without masks.</summary>
    public Tensor? MaskTensor() => _hasMasks ? tensor(Masks.AsSpan(0, Count * _head.Outputs).ToArray(), [Count, _head.Outputs]) : null;

    /// <summary>Fills <see cref="StateValues"/> and <see cref="NextStateValues"/>, all rows in one pass through the network.</summary>
    /// <remarks>With SameStep a truncated step is followed by the first observation of the next episode: its next value is that of the
    /// final observation, which is evaluated apart. With NextStep the final observation stands in the next row by itself.</remarks>
    public void EvaluateStates(ActorCriticNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var all = new float[(Steps + 1) * Lanes];
        if (_images is null)
        {
            Evaluate(network, Observations.AsSpan(0, all.Length * Features), all);
        }
        else
        {
            var most = Math.Max(1, MostValueFloats / Math.Max(1, Features));
            var rows = new long[Math.Min(most, all.Length)];
            for (var start = 0; start < all.Length; start += rows.Length)
            {
                using var scope = NewDisposeScope();
                var count = Math.Min(rows.Length, all.Length - start);
                for (var i = 0; i < count; i++)
                {
                    rows[i] = start + i;
                }

                Evaluate(network, ObservationRows(rows.AsSpan(0, count)), all.AsSpan(start, count));
            }
        }

        all.AsSpan(0, Count).CopyTo(StateValues);
        all.AsSpan(Lanes, Count).CopyTo(NextStateValues);
        var finals = new float[_finalIndices.Count];
        Evaluate(network, CollectionsMarshal.AsSpan(_finalObservations), finals);
        for (var i = 0; i < finals.Length; i++)
        {
            NextStateValues[_finalIndices[i]] = finals[i];
        }
    }

    /// <summary>Fills <see cref="Advantages"/> and <see cref="Returns"/>.</summary>
    public void ComputeAdvantages(double gamma, double lambda) => GeneralizedAdvantage.Compute(
        Rewards.AsSpan(0, Count),
        StateValues.AsSpan(0, Count),
        NextStateValues.AsSpan(0, Count),
        Terminated.AsSpan(0, Count),
        Truncated.AsSpan(0, Count),
        Lanes,
        gamma,
        lambda,
        Advantages.AsSpan(0, Count),
        Returns.AsSpan(0, Count));

    /// <summary>Share of the variance of the returns that the values explain: 1 - Var(R - V) / Var(R).</summary>
    internal double ExplainedVariance() => Statistics.ExplainedVariance(StateValues.AsSpan(0, Count), Returns.AsSpan(0, Count));

    /// <summary>The discounted reward-to-go of each step, cut where an episode ends.</summary>
    /// <returns>[T, N]; of steps that are no transitions without meaning.</returns>
    public double[] RewardToGo(double gamma)
    {
        var returns = new double[Count];
        DiscountedReturns.RewardToGo(Rewards.AsSpan(0, Count), Ends(), gamma, returns, Lanes);
        return returns;
    }

    /// <summary>[T, N]; whether the step ended its episode, either way.</summary>
    public bool[] Ends()
    {
        var ends = new bool[Count];
        for (var i = 0; i < ends.Length; i++)
        {
            ends[i] = Terminated[i] || Truncated[i];
        }

        return ends;
    }

    /// <summary>The flat time-major indices of the transitions, in ascending order: what a loss is computed of.</summary>
    public long[] TransitionIndices()
    {
        var indices = new List<long>(Count);
        for (var i = 0; i < Count; i++)
        {
            if (IsTransition[i])
            {
                indices.Add(i);
            }
        }

        return [.. indices];
    }

    /// <summary>float32 [T N, F]; a copy of the observations that were acted on.</summary>
    public Tensor ObservationTensor()
    {
        if (_images is null)
        {
            return tensor(Observations.AsSpan(0, Count * Features).ToArray(), [Count, Features]);
        }

        var rows = new long[Count];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
        }

        return ObservationRows(rows);
    }

    /// <summary>float32 [B, F]; a copy of some of the observations, by their flat time-major indices.</summary>
    public Tensor ObservationRows(ReadOnlySpan<long> indices)
    {
        var features = new float[indices.Length * Features];
        for (var i = 0; i < indices.Length; i++)
        {
            var row = features.AsSpan(i * Features, Features);
            if (_images is null)
            {
                Observations.AsSpan(checked((int)indices[i]) * Features, Features).CopyTo(row);
            }
            else
            {
                _images.Get(Key(indices[i]), _decoded!, 0);
                _encoder!.EncodeLane(_decoded!, 0, row);
            }
        }

        return tensor(features, [indices.Length, Features]);
    }

    /// <summary>int64 or float32 [T N, W]; a copy of the actions.</summary>
    public Tensor ActionTensor() => _head.IsContinuous
        ? tensor(Values.AsSpan(0, Count * _head.Width).ToArray(), [Count, _head.Width])
        : tensor(Indices.AsSpan(0, Count * _head.Width).ToArray(), [Count, _head.Width]);

    /// <summary>float32 [T N]; a copy of an array of this buffer.</summary>
    public Tensor TensorOf(float[] values) => tensor(values.AsSpan(0, Count).ToArray());

    /// <summary>The buffer as a trace.</summary>
    public RolloutTrace Trace() => new(
    [
        TraceField.Of("observation", TracedObservations(), Steps, Lanes, Features),
        _head.IsContinuous
            ? TraceField.Of("action", Values, Steps, Lanes, _head.Width)
            : TraceField.Of("action", Indices, Steps, Lanes, _head.Width),
        TraceField.Of("log_probability", LogProbabilities, Steps, Lanes),
        TraceField.Of("reward", Rewards, Steps, Lanes),
        TraceField.Of("terminated", Terminated, Steps, Lanes),
        TraceField.Of("truncated", Truncated, Steps, Lanes),
        TraceField.Of("is_transition", IsTransition, Steps, Lanes),
        TraceField.Of("value", StateValues, Steps, Lanes),
        TraceField.Of("next_value", NextStateValues, Steps, Lanes),
        TraceField.Of("advantage", Advantages, Steps, Lanes),
    ]);

    private static T[] Grown<T>(T[] values, int length)
    {
        Array.Resize(ref values, length);
        return values;
    }

    private static int LanesOf(EnvDriver driver)
    {
        ArgumentNullException.ThrowIfNull(driver);
        return driver.Env.NumEnvs;
    }

    private Span<byte> Key(long row) => _keys.AsSpan(checked((int)row * _images!.KeyBytes), _images.KeyBytes);

    private void Keep(EnvDriver driver)
    {
        if (_images is null)
        {
            return;
        }

        // The present state may be read again: after a restart.
        LetGo(Steps * Lanes);
        for (var lane = 0; lane < Lanes; lane++)
        {
            _images.Put(driver.Current.Observations, lane, Key(_keptRows++));
        }
    }

    private void LetGo(int firstRow)
    {
        while (_keptRows > firstRow)
        {
            _images!.Release(Key(--_keptRows));
        }
    }

    private float[] TracedObservations()
    {
        if (_images is null)
        {
            return Observations;
        }

        using var all = ObservationTensor();
        return all.data<float>().ToArray();
    }

    private void AddFinal(EnvDriver driver, int at, int lane)
    {
        var start = _finalObservations.Count;
        CollectionsMarshal.SetCount(_finalObservations, start + Features);
        driver.EncodeFinal(lane, CollectionsMarshal.AsSpan(_finalObservations)[start..]);
        _finalIndices.Add(at);
    }

    private static void Evaluate(ActorCriticNetwork network, Tensor features, Span<float> values)
    {
        using var noGrad = no_grad();
        var output = network.Values(network.Extract(features)).cpu().contiguous();
        MemoryMarshal.Cast<byte, float>(output.bytes).CopyTo(values);
    }

    private void Evaluate(ActorCriticNetwork network, ReadOnlySpan<float> features, Span<float> values)
    {
        using var noGrad = no_grad();
        var most = Math.Max(1, MostValueFloats / Math.Max(1, Features));
        for (var start = 0; start < values.Length; start += most)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(most, values.Length - start);
            var input = tensor(features.Slice(start * Features, rows * Features).ToArray(), [rows, Features]);
            var output = network.Values(network.Extract(input)).cpu().contiguous();
            MemoryMarshal.Cast<byte, float>(output.bytes).CopyTo(values.Slice(start, rows));
        }
    }
}
