using System.Numerics;
using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Wrappers;

/// <summary>A vector environment around another that passes everything on; override what should differ.</summary>
/// <remarks>Source: <c>gymnasium/vector/vector_env.py</c> 1.4.0.</remarks>
public abstract class VectorWrapper : VectorEnv
{
    private readonly bool _changesObservations;

    /// <summary>Wraps <paramref name="env"/> and owns it from now on.</summary>
    /// <param name="env">The vector environment inside.</param>
    /// <param name="singleObservationSpace">The observations of one lane outside; null for those inside.</param>
    /// <param name="singleActionSpace">The actions of one lane outside; null for those inside.</param>
    protected VectorWrapper(VectorEnv env, Space? singleObservationSpace = null, Space? singleActionSpace = null)
        : base(
            env.NumEnvs,
            singleObservationSpace ?? env.SingleObservationSpace,
            singleActionSpace ?? env.SingleActionSpace,
            env.AutoresetMode)
    {
        Inner = env;
        _changesObservations = singleObservationSpace is not null;
    }

    /// <summary>The vector environment directly inside.</summary>
    public VectorEnv Inner { get; }

    /// <inheritdoc/>
    public override Space ObservationSpace => _changesObservations ? base.ObservationSpace : Inner.ObservationSpace;

    /// <inheritdoc/>
    public override EnvMetadata Metadata => Inner.Metadata;

    /// <inheritdoc/>
    public override string? RenderMode => Inner.RenderMode;

    /// <inheritdoc/>
    public override EnvSpec? Spec
    {
        get => Inner.Spec;
        internal set => Inner.Spec = value;
    }

    /// <inheritdoc/>
    public override PythonTypes PythonTypes => Inner.PythonTypes;

    /// <inheritdoc/>
    public override DType? WidestActionDType => Inner.WidestActionDType;

    /// <inheritdoc/>
    public override object? Render(int lane) => Inner.Render(lane);

    /// <inheritdoc/>
    public override (RngState State, BigInteger Seed) GetRng(int lane) => Inner.GetRng(lane);

    /// <inheritdoc/>
    public override void SetRng(int lane, RngState state) => Inner.SetRng(lane, state);

    /// <inheritdoc/>
    public override void MoveRng(int lane, RngState state) => Inner.MoveRng(lane, state);

    /// <inheritdoc/>
    public override bool CanSaveState => Inner.CanSaveState && (IsStateless || this is ISnapshot { CanSave: true });

    /// <summary>Whether nothing is kept from step to step.</summary>
    internal virtual bool IsStateless => false;

    /// <summary>Whether observations pass as they are.</summary>
    internal virtual bool KeepsObservations => false;

    /// <inheritdoc/>
    public override object? GetAttribute(string name, int lane = 0) => Inner.GetAttribute(name, lane);

    /// <inheritdoc/>
    public override void SetAttribute(string name, object? value, int lane = 0) => Inner.SetAttribute(name, value, lane);

    /// <inheritdoc/>
    public override object? CallMethod(string name, IReadOnlyList<object?> arguments, Info? keywordArguments = null, int lane = 0) =>
        Inner.CallMethod(name, arguments, keywordArguments, lane);

    /// <inheritdoc/>
    protected override Info OnSave()
    {
        var state = new Info { ["class"] = ClassName, ["inner"] = Inner.SaveState() };
        if (this is ISnapshot snapshot)
        {
            state["own"] = snapshot.Save();
        }

        return state;
    }

    /// <inheritdoc/>
    protected override void OnRestore(Info state)
    {
        if (SnapshotFields.Get<string>(state, "class", ClassName) != ClassName)
        {
            throw SnapshotFields.Unfit("class", ClassName);
        }

        Inner.RestoreState(SnapshotFields.Info(state, "inner", ClassName));
        if (this is ISnapshot snapshot)
        {
            snapshot.Restore(SnapshotFields.Info(state, "own", ClassName));
        }
    }

    /// <inheritdoc/>
    protected override Info OnSaveLane(int lane) => IsStateless ? Inner.SaveLane(lane) : throw NoLanes();

    /// <inheritdoc/>
    protected override void OnRestoreLane(int lane, Info state)
    {
        if (!IsStateless)
        {
            throw NoLanes();
        }

        Inner.RestoreLane(lane, state);
    }

    /// <inheritdoc/>
    protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options) =>
        Inner.Reset(result, seeds, mask, options);

    /// <inheritdoc/>
    protected override void OnStep(Columns actions, VectorStep result) => Inner.Step(actions, result);

    /// <inheritdoc/>
    protected override void OnStepExact(Columns actions, VectorStep result) => OnStep(actions, result);

    /// <inheritdoc/>
    protected override void OnClose() => Inner.Close();

    /// <summary>Name in states and messages; the class's.</summary>
    private protected virtual string ClassName => GetType().Name.Split('`')[0];

    private SnapshotException NoLanes() =>
        new($"'{ClassName}' keeps what belongs to all lanes together, so that no single one can be saved; save all of them with SaveState.");
}
