using System.Globalization;
using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Wrappers.Vector;

/// <summary>Gives the last observations of each lane together.</summary>
internal sealed class VectorFrameStack : VectorWrapper, ISnapshot, IObservationStageOwner
{
    private readonly FrameStacking _stacking;
    private readonly VectorStep _inner;
    private readonly Columns _stack;
    private readonly bool[] _ended;

    public VectorFrameStack(VectorEnv env, int stackSize, bool padsWithZeros)
        : this(env, new FrameStacking(env.SingleObservationSpace, stackSize, padsWithZeros))
    {
    }

    private VectorFrameStack(VectorEnv env, FrameStacking stacking)
        : base(env, stacking.Space)
    {
        _stacking = stacking;
        _inner = env.CreateStep();
        _stack = new Columns(stacking.Space, NumEnvs);
        _ended = new bool[NumEnvs];
    }

    /// <inheritdoc/>
    public override PythonTypes PythonTypes => Inner.PythonTypes with { ObservationLeaves = [] };

    /// <inheritdoc/>
    public IObservationStage Stage => _stacking;

    Info ISnapshot.Save()
    {
        var state = new Info { ["ended"] = NDArray.From((bool[])_ended.Clone()) };
        for (var i = 0; i < _stack.Count; i++)
        {
            state[Frames(i)] = NDArray.From(_stack[i].Bytes.ToArray());
        }

        return state;
    }

    void ISnapshot.Restore(Info state)
    {
        SnapshotFields.Array<bool>(state, "ended", NumEnvs, ClassName).CopyTo(_ended);
        for (var i = 0; i < _stack.Count; i++)
        {
            SnapshotFields.Array<byte>(state, Frames(i), _stack[i].Bytes.Length, ClassName).CopyTo(_stack[i].Bytes);
        }
    }

    /// <inheritdoc/>
    protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
    {
        _inner.WantsInfos = result.WantsInfos;
        Inner.Reset(_inner, seeds, mask, options);
        result.CopyOutcomes(_inner);
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (mask.IsEmpty || mask[lane])
            {
                Push(result, lane, isStart: true);
                _ended[lane] = false;
            }
        }
    }

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result)
    {
        _inner.WantsInfos = result.WantsInfos;
        Inner.Step(actions, _inner);
        result.CopyOutcomes(_inner);
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (_inner.HasFinal[lane])
            {
                _stacking.Push(_inner.FinalObservations, _stack, lane, isStart: false);
                result.FinalObservations.CopyLane(_stack, lane, lane);
            }

            Push(result, lane, _inner.HasFinal[lane] || _ended[lane]);
            _ended[lane] = AutoresetMode == AutoresetMode.NextStep && (result.Terminated[lane] || result.Truncated[lane]);
        }
    }

    private void Push(VectorStep result, int lane, bool isStart)
    {
        _stacking.Push(_inner.Observations, _stack, lane, isStart);
        result.Observations.CopyLane(_stack, lane, lane);
    }

    private static string Frames(int leaf) => string.Create(CultureInfo.InvariantCulture, $"frames_{leaf}");
}
