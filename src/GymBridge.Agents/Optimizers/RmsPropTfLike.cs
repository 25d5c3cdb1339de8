using TorchSharp;
using TorchSharp.Modules;

namespace GymBridge.Agents.Optimizers;

/// <summary>
/// RMSprop as TensorFlow has it: the squared average starts at one, and epsilon is added inside the root. A2C is steadier with it.
/// </summary>
/// <remarks>
/// TorchSharp's RMSProp has no such switch. Source: stable_baselines3/common/sb2_compat/rmsprop_tf_like.py. The update is
/// v = alpha v + (1 - alpha) g^2; p -= lr g / sqrt(v + eps), with g the gradient plus weight_decay p; centered, the squared average of
/// the gradient is taken off v; with momentum, b = momentum b + g / sqrt(v + eps); p -= lr b.
/// </remarks>
public sealed class RmsPropTfLike : torch.optim.Optimizer
{
    private readonly double _alpha;
    private readonly double _eps;
    private readonly double _weightDecay;
    private readonly double _momentum;
    private readonly bool _centered;
    private readonly List<State> _states = [];

    /// <summary>An optimizer of the given parameters, as one group.</summary>
    /// <param name="parameters">At least one.</param>
    /// <param name="lr">Learning rate, at least 0; later in <c>ParamGroups</c>.</param>
    /// <param name="alpha">How much of the old averages is kept, in [0, 1].</param>
    /// <param name="eps">Added to the squared average inside the root, at least 0.</param>
    /// <param name="weightDecay">Multiple of the parameter that is added to its gradient, at least 0.</param>
    /// <param name="momentum">Momentum factor, at least 0; 0 is none.</param>
    /// <param name="centered">Whether to divide by an estimate of the gradient's standard deviation instead of its root mean square.</param>
    /// <exception cref="ArgumentException">There are no parameters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public RmsPropTfLike(
        IEnumerable<Parameter> parameters, double lr = 1e-2, double alpha = 0.99, double eps = 1e-8,
        double weightDecay = 0, double momentum = 0, bool centered = false)
        : base(IntPtr.Zero)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lr);
        ArgumentOutOfRangeException.ThrowIfNegative(alpha);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(alpha, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(eps);
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        ArgumentOutOfRangeException.ThrowIfNegative(momentum);
        _alpha = alpha;
        _eps = eps;
        _weightDecay = weightDecay;
        _momentum = momentum;
        _centered = centered;
        Parameter[] all = [.. parameters];
        if (all.Length == 0)
        {
            throw new ArgumentException("RmsPropTfLike got an empty list of parameters; pass those of a module, such as net.parameters().", nameof(parameters));
        }

        _parameter_groups = [new ParamGroup { Parameters = all, Options = new OptimizerOptions { LearningRate = lr, InitialLearningRate = lr } }];
        foreach (var parameter in all)
        {
            _states.Add(new State(parameter, momentum > 0, centered));
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Parameter> parameters() => _states.Select(state => state.Parameter);

    /// <summary>One group only: another one is refused.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void add_param_group(ParamGroup param_group) =>
        throw new NotSupportedException("RmsPropTfLike has one group of parameters; build another optimizer for the others.");

    /// <inheritdoc/>
    public override void zero_grad()
    {
        foreach (var state in _states)
        {
            using var grad = state.Parameter.grad;
            grad?.zero_();
        }
    }

    /// <summary>Moves every parameter that has a gradient.</summary>
    /// <param name="closure">Computes the loss again, with gradients, before the step; its value is returned.</param>
    /// <returns>What the closure returned; null without one.</returns>
    public override torch.Tensor step(Func<torch.Tensor>? closure = null)
    {
        torch.Tensor? loss = null;
        if (closure is not null)
        {
            using var enabled = torch.enable_grad();
            loss = closure();
        }

        using var scope = torch.NewDisposeScope();
        using var disabled = torch.no_grad();
        foreach (var state in _states)
        {
            var grad = state.Parameter.grad;
            if (grad is not null)
            {
                Update(state, grad, _parameter_groups[0].LearningRate);
            }
        }

        return loss!;
    }

    /// <summary>Writes the learning rate and the averages.</summary>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_parameter_groups[0].LearningRate);
        foreach (var tensor in _states.SelectMany(state => state.Tensors))
        {
            tensor.Save(writer);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote, from an optimizer of the same parameters and options.</summary>
    public void Load(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _parameter_groups[0].LearningRate = reader.ReadDouble();
        foreach (var tensor in _states.SelectMany(state => state.Tensors))
        {
            tensor.Load(reader);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var tensor in _states.SelectMany(state => state.Tensors))
            {
                tensor.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private void Update(State state, torch.Tensor grad, double lr)
    {
        if (_weightDecay != 0)
        {
            grad = grad + (state.Parameter * _weightDecay);
        }

        state.SquareAverage.mul_(_alpha).add_(grad * grad * (1 - _alpha));
        var average = state.SquareAverage;
        if (_centered)
        {
            state.Average!.mul_(_alpha).add_(grad * (1 - _alpha));
            average = average - (state.Average * state.Average);
        }

        var direction = grad / (average + _eps).sqrt();
        if (_momentum > 0)
        {
            direction = state.Momentum!.mul_(_momentum).add_(direction);
        }

        state.Parameter.sub_(direction * lr);
    }

    private sealed class State(Parameter parameter, bool momentum, bool centered)
    {
        public Parameter Parameter { get; } = parameter;

        public torch.Tensor SquareAverage { get; } = torch.ones_like(parameter).DetachFromDisposeScope();

        public torch.Tensor? Momentum { get; } = momentum ? torch.zeros_like(parameter).DetachFromDisposeScope() : null;

        public torch.Tensor? Average { get; } = centered ? torch.zeros_like(parameter).DetachFromDisposeScope() : null;

        public IEnumerable<torch.Tensor> Tensors => new[] { SquareAverage, Momentum, Average }.OfType<torch.Tensor>();
    }
}
