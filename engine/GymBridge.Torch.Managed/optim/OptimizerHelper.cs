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
        Fields(new FieldWriter(writer));
    }

    public virtual void LoadStateDict(BinaryReader reader)
    {
        InitialLearningRate = reader.ReadDouble();
        LearningRate = reader.ReadDouble();
        Fields(new FieldReader(reader));
    }

    public virtual void LoadStateDict(OptimizerOptions source)
    {
        InitialLearningRate = source.InitialLearningRate;
        LearningRate = source.LearningRate;
        Fields(new FieldCopier(source.Values(), onlyMissing: false));
    }

    /// <summary>Gives what is not set its default.</summary>
    internal void Complete(OptimizerOptions defaults)
    {
        LearningRate ??= defaults.LearningRate;
        Fields(new FieldCopier(defaults.Values(), onlyMissing: true));
    }

    internal OptimizerOptions Copy() => (OptimizerOptions)MemberwiseClone();

    private protected virtual void Fields(StateFields fields)
    {
    }

    private FieldList Values()
    {
        var list = new FieldList();
        Fields(list);
        return list;
    }
}

/// <summary>What an optimizer remembers of one parameter.</summary>
/// <remarks>Upstream declares the files' methods abstract and each optimizer writes them out; here they follow from <see cref="Fields"/>.</remarks>
public abstract class OptimizerState
{
    protected Parameter _parameter;

    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    public virtual void SaveStateDict(BinaryWriter writer) => Fields(new FieldWriter(writer));

    public virtual void LoadStateDict(BinaryReader reader) => Fields(new FieldReader(reader));

    public virtual void LoadStateDict(OptimizerState source) => Fields(new FieldCopier(source.Values(), onlyMissing: false));

    public virtual bool ApproximatelyEquals(OptimizerState other) => other.GetType() == GetType() && Values().Close(other.Values());

    public abstract void Initialize(OptimizerOptions options);

    public virtual void to(torch.Device device) => torch.InitializeDevice(device);

    protected static void LoadConditionalStateTensor(BinaryReader reader, ref torch.Tensor? result, torch.Device device) => ReadOptional(reader, ref result);

    protected static void SaveConditionalStateTensor(BinaryWriter writer, torch.Tensor? tensor) => WriteOptional(writer, tensor);

    internal static void ReadOptional(BinaryReader reader, ref torch.Tensor? result)
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

    internal static void WriteOptional(BinaryWriter writer, torch.Tensor? tensor)
    {
        writer.Write(tensor is not null);
        if (tensor is not null)
            TensorFormat.Write(writer, tensor);
    }

    private protected virtual void Fields(StateFields fields)
    {
    }

    private protected void DisposeTensors() => Fields(new FieldDisposer());

    /// <summary>State outlives every scope: a tensor of the parameter's shape that none owns.</summary>
    private protected torch.Tensor Filled(double value = 0) => torch.full_like(_parameter, value).DetachFromDisposeScope();

    private FieldList Values()
    {
        var list = new FieldList();
        Fields(list);
        return list;
    }
}

/// <summary>What the optimizers share: groups, state by parameter, and files.</summary>
public abstract class OptimizerHelper : torch.optim.Optimizer
{
    protected OptimizerOptions _defaults = null!;
    protected OrderedDict<IntPtr, OptimizerState> _state = new();
    private readonly Dictionary<Parameter, OptimizerState> _byParameter = new(ReferenceEqualityComparer.Instance);
    private Action<ParamGroup>? _update;

    public OptimizerHelper()
        : base(IntPtr.Zero)
    {
    }

    private protected OptimizerHelper(OptimizerOptions defaults, IEnumerable<ParamGroup> groups)
        : this()
    {
        if (!(defaults.LearningRate >= 0))
            throw new ArgumentException($"Invalid learning rate: {defaults.LearningRate}");
        _defaults = defaults;
        foreach (var group in groups)
            add_param_group(group);
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

    /// <summary>One step of every parameter that has a gradient.</summary>
    public override torch.Tensor step(Func<torch.Tensor>? closure = null) => _step<ParamGroup>(_update ??= Update, closure)!;

    public override void add_param_group(ParamGroup param_group)
    {
        // An array, so that the parameters of an iterator are the same at every step.
        Parameter[] parameters = [.. param_group.Parameters];
        if (parameters.Length == 0 && _parameter_groups.Count == 0)
            throw new ArgumentException("optimizer got an empty parameter list");
        param_group.Parameters = parameters;
        param_group.Options ??= _defaults.Copy();
        param_group.Options.Complete(_defaults);
        param_group.Options.InitialLearningRate = param_group.Options.LearningRate ?? 0;
        _parameter_groups.Add(param_group);
        foreach (var parameter in parameters)
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

    /// <summary>A group's parameters as the array that <see cref="add_param_group"/> made of them: going over it allocates nothing.</summary>
    internal static Parameter[] Array(ParamGroup group) => group.Parameters as Parameter[] ?? [.. group.Parameters];

    private protected virtual OptimizerState CreateState(Parameter parameter) => throw Errors.NotSupported($"{GetType().Name} without a state of its own");

    /// <summary>The rule: moves one parameter by its gradient.</summary>
    private protected virtual void Update(Parameter parameter, TensorImpl gradient, OptimizerState state, OptimizerOptions options) =>
        throw Errors.NotSupported($"{GetType().Name} without a rule of its own");

    /// <summary>The gradient with its sign turned for ascent and the weight decay added, as most rules start.</summary>
    private protected static torch.Tensor Gradient(Parameter parameter, TensorImpl gradient, double weightDecay, bool maximize)
    {
        var grad = new torch.Tensor(gradient.AddReference());
        if (maximize)
            grad = -grad;
        return weightDecay != 0 ? grad + (parameter * weightDecay) : grad;
    }

    /// <summary>The betas of the first group; set, those of all.</summary>
    private protected (double, double) GroupBetas
    {
        get => ((torch.optim.IBetas)_parameter_groups[0]).Betas;
        set
        {
            foreach (var group in _parameter_groups)
                ((torch.optim.IBetas)group).Betas = value;
        }
    }

    /// <summary>The momentum of the first group; set, that of all.</summary>
    private protected double GroupMomentum
    {
        get => ((torch.optim.IMomentum)_parameter_groups[0]).Momentum;
        set
        {
            foreach (var group in _parameter_groups)
                ((torch.optim.IMomentum)group).Momentum = value;
        }
    }

    private void Update(ParamGroup group)
    {
        foreach (var parameter in Array(group))
        {
            if (parameter.Impl.Grad is { } gradient)
                Update(parameter, gradient, _byParameter[parameter], group.Options);
        }
    }

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
