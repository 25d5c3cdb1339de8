using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static RMSProp RMSProp(IEnumerable<Parameter> parameters, double lr = 0.01, double alpha = 0.99, double eps = 1E-08, double weight_decay = 0.0, double momentum = 0.0, bool centered = false, bool maximize = false) => new(parameters, lr, alpha, eps, weight_decay, momentum, centered, maximize);

            public static RMSProp RMSProp(IEnumerable<(string name, Parameter parameter)> parameters, double lr = 0.01, double alpha = 0.99, double eps = 1E-08, double weight_decay = 0.0, double momentum = 0.0, bool centered = false, bool maximize = false) => new(parameters.Select(p => p.parameter), lr, alpha, eps, weight_decay, momentum, centered, maximize);

            public static RMSProp RMSProp(IEnumerable<RMSProp.ParamGroup> parameters, double lr = 0.01, double alpha = 0.99, double eps = 1E-08, double weight_decay = 0.0, double momentum = 0.0, bool centered = false, bool maximize = false) => new(parameters, lr, alpha, eps, weight_decay, momentum, centered, maximize);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>RMSprop (Tieleman and Hinton 2012), centered as an option.</summary>
    public class RMSProp : OptimizerHelper, torch.optim.IMomentum
    {
        public RMSProp(IEnumerable<Parameter> parameters, double lr = 0.001, double alpha = 0.99, double eps = 1E-08, double weight_decay = 0.0, double momentum = 0.0, bool centered = false, bool maximize = false)
            : this([new ParamGroup(parameters, new Options { LearningRate = lr, momentum = momentum, alpha = alpha, eps = eps, weight_decay = weight_decay, centered = centered, maximize = maximize })], lr, alpha, eps, weight_decay, momentum, centered, maximize)
        {
        }

        public RMSProp(IEnumerable<ParamGroup> parameters, double lr = 0.001, double alpha = 0.99, double eps = 1E-08, double weight_decay = 0.0, double momentum = 0.0, bool centered = false, bool maximize = false)
        {
            _defaults = new Options { LearningRate = lr, momentum = momentum, alpha = alpha, eps = eps, weight_decay = weight_decay, centered = centered, maximize = maximize };
            foreach (var group in parameters)
                add_param_group(group);
        }

        public double Momentum
        {
            get => ((ParamGroup)_parameter_groups[0]).Momentum;
            set
            {
                foreach (var group in _parameter_groups.Cast<ParamGroup>())
                    group.Momentum = value;
            }
        }

        public override torch.Tensor step(Func<torch.Tensor>? closure = null) => _step<ParamGroup>(Update, closure)!;

        public override void add_param_group(Modules.ParamGroup param_group)
        {
            if (param_group is ParamGroup { Options: { } options })
                options.Complete((Options)_defaults);
            base.add_param_group(param_group);
        }

        private protected override OptimizerState CreateState(Parameter parameter) => new State(parameter);

        protected override void Dispose(bool disposing) => base.Dispose(disposing);

        private void Update(ParamGroup group)
        {
            var options = group.Options;
            var lr = options.LearningRate!.Value;
            var alpha = options.alpha!.Value;
            foreach (var p in group.Parameters)
            {
                if (p.Impl.Grad is not { } g)
                    continue;
                var state = (State)StateOf(p);
                state.step++;
                var grad = new torch.Tensor(g.AddReference());
                if (options.maximize!.Value)
                    grad = -grad;
                if (options.weight_decay!.Value != 0)
                    grad = grad + (p * options.weight_decay.Value);
                state.square_avg.mul_(alpha).add_(grad * grad * (1 - alpha));
                torch.Tensor average;
                if (options.centered!.Value)
                {
                    state.grad_avg ??= State.ZerosLike(p);
                    state.grad_avg.add_((grad - state.grad_avg) * (1 - alpha));
                    average = (state.square_avg - (state.grad_avg * state.grad_avg)).sqrt() + options.eps!.Value;
                }
                else
                {
                    average = state.square_avg.sqrt() + options.eps!.Value;
                }
                if (options.momentum!.Value > 0)
                {
                    state.momentum_buffer ??= State.ZerosLike(p);
                    state.momentum_buffer.mul_(options.momentum.Value).add_(grad / average);
                    p.sub_(state.momentum_buffer * lr);
                }
                else
                {
                    p.sub_(grad / average * lr);
                }
            }
        }

        public class Options : OptimizerOptions
        {
            public double? momentum;
            public double? alpha;
            public double? eps;
            public double? weight_decay;
            public bool? centered;
            public bool? maximize;

            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                writer.Write(momentum!.Value);
                writer.Write(alpha!.Value);
                writer.Write(eps!.Value);
                writer.Write(weight_decay!.Value);
                writer.Write(centered!.Value);
                writer.Write(maximize!.Value);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                momentum = reader.ReadDouble();
                alpha = reader.ReadDouble();
                eps = reader.ReadDouble();
                weight_decay = reader.ReadDouble();
                centered = reader.ReadBoolean();
                maximize = reader.ReadBoolean();
            }

            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                var other = (Options)source;
                momentum = other.momentum;
                alpha = other.alpha;
                eps = other.eps;
                weight_decay = other.weight_decay;
                centered = other.centered;
                maximize = other.maximize;
            }

            internal void Complete(Options defaults)
            {
                momentum ??= defaults.momentum;
                alpha ??= defaults.alpha;
                eps ??= defaults.eps;
                weight_decay ??= defaults.weight_decay;
                centered ??= defaults.centered;
                maximize ??= defaults.maximize;
            }
        }

        public sealed class State : OptimizerState, IDisposable
        {
            public long step;
            public torch.Tensor square_avg = null!;
            public torch.Tensor? momentum_buffer;
            public torch.Tensor? grad_avg;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            public void Dispose()
            {
                square_avg?.Dispose();
                momentum_buffer?.Dispose();
                grad_avg?.Dispose();
            }

            public override void to(torch.Device device) => torch.InitializeDevice(device);

            public override void SaveStateDict(BinaryWriter writer)
            {
                writer.Write(step);
                TensorFormat.Write(writer, square_avg);
                SaveConditionalStateTensor(writer, momentum_buffer);
                SaveConditionalStateTensor(writer, grad_avg);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                step = reader.ReadInt64();
                LoadTensor(reader, square_avg);
                LoadConditionalStateTensor(reader, ref momentum_buffer, torch.CPU);
                LoadConditionalStateTensor(reader, ref grad_avg, torch.CPU);
            }

            public override void LoadStateDict(OptimizerState source)
            {
                var other = (State)source;
                step = other.step;
                CopyTensor(other.square_avg, square_avg);
                momentum_buffer?.Dispose();
                momentum_buffer = other.momentum_buffer?.clone().DetachFromDisposeScope();
                grad_avg?.Dispose();
                grad_avg = other.grad_avg?.clone().DetachFromDisposeScope();
            }

            public override bool ApproximatelyEquals(OptimizerState other) =>
                other is State s && step == s.step && Close(square_avg, s.square_avg) && Close(momentum_buffer, s.momentum_buffer) && Close(grad_avg, s.grad_avg);

            public override void Initialize(OptimizerOptions options)
            {
                step = 0;
                square_avg = ZerosLike(_parameter);
                if (((Options)options).momentum > 0)
                    momentum_buffer = ZerosLike(_parameter);
                if (((Options)options).centered == true)
                    grad_avg = ZerosLike(_parameter);
            }
        }

        public class ParamGroup : ParamGroup<Options>, torch.optim.IMomentum
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options)
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.001, double eps = 1E-08, double alpha = 0.99, double weight_decay = 0.0, double momentum = 0.0, bool centered = false)
                : base(parameters, new Options { LearningRate = lr, momentum = momentum, alpha = alpha, eps = eps, weight_decay = weight_decay, centered = centered, maximize = false })
            {
            }

            public double Momentum
            {
                get => Options.momentum!.Value;
                set => Options.momentum = value;
            }
        }
    }
}
