using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static RMSProp RMSProp(
                IEnumerable<Parameter> parameters, double lr = 0.01, double alpha = 0.99, double eps = 1E-08, double weight_decay = 0.0,
                double momentum = 0.0, bool centered = false, bool maximize = false) =>
                new(parameters, lr, alpha, eps, weight_decay, momentum, centered, maximize);

            public static RMSProp RMSProp(
                IEnumerable<(string name, Parameter parameter)> parameters, double lr = 0.01, double alpha = 0.99, double eps = 1E-08,
                double weight_decay = 0.0, double momentum = 0.0, bool centered = false, bool maximize = false) =>
                new(parameters.Select(p => p.parameter), lr, alpha, eps, weight_decay, momentum, centered, maximize);

            public static RMSProp RMSProp(
                IEnumerable<RMSProp.ParamGroup> parameters, double lr = 0.01, double alpha = 0.99, double eps = 1E-08,
                double weight_decay = 0.0, double momentum = 0.0, bool centered = false, bool maximize = false) =>
                new(parameters, lr, alpha, eps, weight_decay, momentum, centered, maximize);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>RMSprop (Tieleman and Hinton 2012), centered as an option.</summary>
    public class RMSProp : OptimizerHelper, torch.optim.IMomentum
    {
        public RMSProp(
            IEnumerable<Parameter> parameters, double lr = 0.001, double alpha = 0.99, double eps = 1E-08,
            double weight_decay = 0.0, double momentum = 0.0, bool centered = false, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, alpha, eps, weight_decay, momentum, centered, maximize)
        {
        }

        public RMSProp(
            IEnumerable<ParamGroup> parameters, double lr = 0.001, double alpha = 0.99, double eps = 1E-08,
            double weight_decay = 0.0, double momentum = 0.0, bool centered = false, bool maximize = false)
            : base(
                new Options
                {
                    LearningRate = lr,
                    momentum = momentum,
                    alpha = alpha,
                    eps = eps,
                    weight_decay = weight_decay,
                    centered = centered,
                    maximize = maximize,
                },
                parameters)
        {
        }

        public double Momentum
        {
            get => GroupMomentum;
            set => GroupMomentum = value;
        }

        private protected override OptimizerState CreateState(Parameter parameter) => new State(parameter);

        private protected override void Update(Parameter parameter, TensorImpl gradient, OptimizerState state, OptimizerOptions options)
        {
            var s = (State)state;
            var o = (Options)options;
            var lr = o.LearningRate!.Value;
            var alpha = o.alpha!.Value;
            s.step++;
            var grad = Gradient(parameter, gradient, o.weight_decay!.Value, o.maximize!.Value);
            s.square_avg.mul_(alpha).add_(grad * grad * (1 - alpha));
            var average = s.square_avg;
            if (o.centered!.Value)
            {
                s.grad_avg ??= s.Zeros();
                s.grad_avg.add_((grad - s.grad_avg) * (1 - alpha));
                average = s.square_avg - (s.grad_avg * s.grad_avg);
            }
            average = average.sqrt() + o.eps!.Value;
            if (o.momentum!.Value > 0)
            {
                s.momentum_buffer ??= s.Zeros();
                s.momentum_buffer.mul_(o.momentum.Value).add_(grad / average);
                parameter.sub_(s.momentum_buffer * lr);
            }
            else
            {
                parameter.sub_(grad / average * lr);
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

            private protected override void Fields(StateFields fields)
            {
                fields.Value(ref momentum);
                fields.Value(ref alpha);
                fields.Value(ref eps);
                fields.Value(ref weight_decay);
                fields.Value(ref centered);
                fields.Value(ref maximize);
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

            public void Dispose() => DisposeTensors();

            public override void Initialize(OptimizerOptions options)
            {
                step = 0;
                square_avg = Filled();
                if (((Options)options).momentum > 0)
                    momentum_buffer = Filled();
                if (((Options)options).centered == true)
                    grad_avg = Filled();
            }

            // Momentum or centering may be switched on later.
            internal torch.Tensor Zeros() => Filled();

            private protected override void Fields(StateFields fields)
            {
                fields.Value(ref step);
                fields.Tensor(ref square_avg);
                fields.Optional(ref momentum_buffer);
                fields.Optional(ref grad_avg);
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

            public ParamGroup(
                IEnumerable<Parameter> parameters, double lr = 0.001, double eps = 1E-08, double alpha = 0.99,
                double weight_decay = 0.0, double momentum = 0.0, bool centered = false)
                : base(
                    parameters,
                    new Options
                    {
                        LearningRate = lr,
                        momentum = momentum,
                        alpha = alpha,
                        eps = eps,
                        weight_decay = weight_decay,
                        centered = centered,
                        maximize = false,
                    })
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
