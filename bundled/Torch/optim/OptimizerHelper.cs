using TorchSharp.Utils;

namespace TorchSharp.Modules;

/// <summary>Parameters that share options.</summary>
public class ParamGroup : torch.optim.ILearningRateController
{
    private OptimizerOptions _options = null!;

    public IEnumerable<Parameter> Parameters { get; set; } = [];

    public OptimizerOptions Options
    {
        get => _options;
        set => _options = value;
    }

    public double LearningRate
    {
        get => Options.LearningRate ?? 0;
        set => Options.LearningRate = value;
    }

    public double InitialLearningRate
    {
        get => Options.InitialLearningRate;
        set => Options.InitialLearningRate = value;
    }
}

public class ParamGroup<TOptions> : ParamGroup
    where TOptions : OptimizerOptions
{
    public ParamGroup()
    {
    }

    public ParamGroup(IEnumerable<Parameter> parameters, TOptions? options = null)
    {
        base.Parameters = parameters;
        base.Options = options!;
    }

    public new TOptions Options
    {
        get => (TOptions)base.Options;
        set => base.Options = value;
    }
}

public class OptimizerOptions
{
    public double? LearningRate { get; set; }

    public double InitialLearningRate { get; set; }

    public virtual void SaveStateDict(BinaryWriter writer)
    {
        writer.Write(InitialLearningRate);
        writer.Write(LearningRate ?? InitialLearningRate);
    }

    public virtual void LoadStateDict(BinaryReader reader)
    {
        InitialLearningRate = reader.ReadDouble();
        LearningRate = reader.ReadDouble();
    }

    public virtual void LoadStateDict(OptimizerOptions source)
    {
        InitialLearningRate = source.InitialLearningRate;
        LearningRate = source.LearningRate;
    }

    internal OptimizerOptions Copy() => (OptimizerOptions)MemberwiseClone();
}

/// <summary>What an optimizer remembers of one parameter.</summary>
public abstract class OptimizerState
{
    protected Parameter _parameter;

    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    internal Parameter Owner => _parameter;

    public abstract void SaveStateDict(BinaryWriter writer);

    public abstract void LoadStateDict(BinaryReader reader);

    public abstract void LoadStateDict(OptimizerState source);

    public virtual bool ApproximatelyEquals(OptimizerState other) => false;

    public abstract void Initialize(OptimizerOptions options);

    public virtual void to(torch.Device device) => torch.InitializeDevice(device);

    protected static void LoadConditionalStateTensor(BinaryReader reader, ref torch.Tensor? result, torch.Device device)
    {
        if (!reader.ReadBoolean())
        {
            result?.Dispose();
            result = null;
            return;
        }
        var loaded = TensorFormat.Read(reader, expected: result?.Impl)!.DetachFromDisposeScope();
        result?.Dispose();
        result = loaded;
    }

    protected static void SaveConditionalStateTensor(BinaryWriter writer, torch.Tensor? tensor)
    {
        writer.Write(tensor is not null);
        if (tensor is not null)
            TensorFormat.Write(writer, tensor);
    }

    /// <summary>Reads a tensor of the parameter's shape over an old one.</summary>
    internal static void LoadTensor(BinaryReader reader, torch.Tensor target)
    {
        using var loaded = TensorFormat.Read(reader, expected: target.Impl)!;
        using var _ = torch.no_grad();
        target.copy_(loaded);
    }

    internal static void CopyTensor(torch.Tensor? source, torch.Tensor? target)
    {
        if (source is null || target is null)
            return;
        using var _ = torch.no_grad();
        target.copy_(source);
    }

    /// <summary>State outlives every scope: a zero tensor that none owns.</summary>
    internal static torch.Tensor ZerosLike(torch.Tensor t) => torch.zeros_like(t).DetachFromDisposeScope();

    internal static bool Close(torch.Tensor? a, torch.Tensor? b) => a is null ? b is null : b is not null && a.allclose(b);
}

/// <summary>What the optimizers share: groups, state by parameter, and files.</summary>
public class OptimizerHelper : torch.optim.Optimizer
{
    protected OptimizerOptions _defaults = null!;
    protected OrderedDict<IntPtr, OptimizerState> _state = new();
    private readonly Dictionary<Parameter, OptimizerState> _byParameter = new(ReferenceEqualityComparer.Instance);

    public OptimizerHelper()
        : base(IntPtr.Zero)
    {
    }

    public void save_state_dict(string location)
    {
        using var stream = File.Create(location);
        using var writer = new BinaryWriter(stream);
        save_state_dict(writer);
    }

    public void load_state_dict(string location)
    {
        using var stream = File.OpenRead(location);
        using var reader = new BinaryReader(stream);
        load_state_dict(reader);
    }

    public void save_state_dict(BinaryWriter writer)
    {
        writer.Write(GetType().Name);
        var dict = state_dict();
        TensorFormat.WriteLeb128(writer, dict.Options.Count);
        TensorFormat.WriteLeb128(writer, dict.State.Count);
        foreach (var options in dict.Options)
            options.SaveStateDict(writer);
        foreach (var state in dict.State)
            state.SaveStateDict(writer);
    }

    public void load_state_dict(BinaryReader reader)
    {
        var type = TensorFormat.ReadName(reader);
        if (type != GetType().Name)
            throw new InvalidDataException($"Mismatched optimizer type: expected '{GetType().Name}', but found '{type}' in the loaded stream.");
        var dict = state_dict();
        var groups = TensorFormat.ReadLeb128(reader);
        if (groups != dict.Options.Count)
            throw new ArgumentException($"Mismatched number of parameter groups: expected {dict.Options.Count}, but found {groups} in the loaded stream.");
        var states = TensorFormat.ReadLeb128(reader);
        if (states != dict.State.Count)
            throw new ArgumentException($"Mismatched number of states: expected {dict.State.Count}, but found {states} in the loaded stream.");
        foreach (var options in dict.Options)
            options.LoadStateDict(reader);
        foreach (var state in dict.State)
            state.LoadStateDict(reader);
    }

    public virtual void load_state_dict(StateDictionary state_dict)
    {
        var mine = this.state_dict();
        if (mine.Options.Count != state_dict.Options.Count || mine.State.Count != state_dict.State.Count)
            throw new ArgumentException($"Mismatched state dictionary: {state_dict.Options.Count} groups and {state_dict.State.Count} states for {mine.Options.Count} and {mine.State.Count}.");
        for (var i = 0; i < mine.Options.Count; i++)
            mine.Options[i].LoadStateDict(state_dict.Options[i]);
        for (var i = 0; i < mine.State.Count; i++)
            mine.State[i].LoadStateDict(state_dict.State[i]);
    }

    public virtual StateDictionary state_dict()
    {
        var dict = new StateDictionary();
        foreach (var group in _parameter_groups)
        {
            dict.Options.Add(group.Options);
            var refs = new List<int>();
            foreach (var parameter in group.Parameters)
            {
                refs.Add(dict.State.Count);
                dict.State.Add(_byParameter[parameter]);
            }
            dict.StateIndexRef.Add(refs);
        }
        return dict;
    }

    public void to(torch.Device device)
    {
        foreach (var state in _byParameter.Values)
            state.to(device);
    }

    public override void zero_grad() => base.zero_grad();

    public override IEnumerable<Parameter> parameters() => _parameter_groups.SelectMany(g => g.Parameters);

    public override void add_param_group(ParamGroup param_group)
    {
        // A list, so that the parameters of an iterator are the same at every step.
        param_group.Parameters = [.. param_group.Parameters];
        if (param_group.Parameters is ICollection<Parameter> { Count: 0 } && _parameter_groups.Count == 0)
            throw new ArgumentException("optimizer got an empty parameter list");
        param_group.Options ??= _defaults.Copy();
        param_group.Options.LearningRate ??= _defaults.LearningRate;
        param_group.Options.InitialLearningRate = param_group.Options.LearningRate ?? 0;
        _parameter_groups.Add(param_group);
        foreach (var parameter in param_group.Parameters)
        {
            if (_byParameter.ContainsKey(parameter))
                throw new ArgumentException("some parameters appear in more than one parameter group");
            var state = CreateState(parameter);
            _byParameter[parameter] = state;
            _state[System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(parameter) + ((IntPtr)_byParameter.Count << 32)] = state;
            state.Initialize(param_group.Options);
        }
    }

    internal static void Zero(TensorImpl grad)
    {
        if (grad.NeedsGrad)
            grad.SetGradFn(null);
        grad.Clear();
        grad.Storage.Changed();
    }

    internal OptimizerState StateOf(Parameter parameter) => _byParameter[parameter];

    private protected virtual OptimizerState CreateState(Parameter parameter) => throw Errors.NotSupported($"{GetType().Name} without a state of its own");

    protected torch.Tensor? _step<T>(Action<T> body, Func<torch.Tensor>? loss_closure = null)
        where T : ParamGroup
    {
        torch.Tensor? loss = null;
        if (loss_closure is not null)
        {
            using var enabled = torch.enable_grad();
            loss = loss_closure();
        }
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        foreach (var group in _parameter_groups)
            body((T)group);
        return loss;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        foreach (var state in _byParameter.Values)
            (state as IDisposable)?.Dispose();
        _byParameter.Clear();
        _state.Clear();
    }
}
