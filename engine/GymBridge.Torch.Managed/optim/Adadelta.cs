using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static Adadelta Adadelta(
                IEnumerable<Parameter> parameters, double lr = 1, double rho = 0.9, double eps = 1E-06, double weight_decay = 0, bool maximize = false) =>
                new(parameters, lr, rho, eps, weight_decay, maximize);

            public static Adadelta Adadelta(
                IEnumerable<(string name, Parameter parameter)> parameters, double lr = 1, double rho = 0.9,
                double eps = 1E-06, double weight_decay = 0, bool maximize = false) =>
                new(parameters.Select(p => p.parameter), lr, rho, eps, weight_decay, maximize);

            public static Adadelta Adadelta(
                IEnumerable<Adadelta.ParamGroup> parameters, double lr = 1, double rho = 0.9, double eps = 1E-06,
                double weight_decay = 0, bool maximize = false) =>
                new(parameters, lr, rho, eps, weight_decay, maximize);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Adadelta (Zeiler 2012).</summary>
    public class Adadelta : OptimizerHelper
    {
        public Adadelta(IEnumerable<Parameter> parameters, double lr, double rho = 0.9, double eps = 1E-06, double weight_decay = 0, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, rho, eps, weight_decay, maximize)
        {
        }

        public Adadelta(IEnumerable<ParamGroup> parameters, double lr = 1, double rho = 0.9, double eps = 1E-06, double weight_decay = 0, bool maximize = false)
            : base(new Options { LearningRate = lr, rho = rho, eps = eps, weight_decay = weight_decay, maximize = maximize }, parameters)
        {
        }

        private protected override OptimizerState CreateState(Parameter parameter) => new State(parameter);

        private protected override void Update(Parameter parameter, TensorImpl gradient, OptimizerState state, OptimizerOptions options)
        {
            var s = (State)state;
            var o = (Options)options;
            var rho = o.rho!.Value;
            var eps = o.eps!.Value;
            var grad = Gradient(parameter, gradient, o.weight_decay!.Value, o.maximize!.Value);
            s.square_avg.mul_(rho).add_(grad * grad * (1 - rho));
            var delta = (s.acc_delta + eps).sqrt() / (s.square_avg + eps).sqrt() * grad;
            s.acc_delta.mul_(rho).add_(delta * delta * (1 - rho));
            parameter.sub_(delta * o.LearningRate!.Value);
        }

        public class Options : OptimizerOptions
        {
            public double? rho;
            public double? eps;
            public double? weight_decay;
            public bool? maximize;

            private protected override void Fields(StateFields fields)
            {
                fields.Value(ref rho);
                fields.Value(ref eps);
                fields.Value(ref weight_decay);
                fields.Value(ref maximize);
            }
        }

        public sealed class State : OptimizerState, IDisposable
        {
            // Upstream never counts it; it is in the file.
            public long step;
            public torch.Tensor square_avg = null!;
            public torch.Tensor acc_delta = null!;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            public void Dispose() => DisposeTensors();

            public override void Initialize(OptimizerOptions options)
            {
                step = 0;
                square_avg = Filled();
                acc_delta = Filled();
            }

            private protected override void Fields(StateFields fields)
            {
                fields.Value(ref step);
                fields.Tensor(ref square_avg);
                fields.Tensor(ref acc_delta);
            }
        }

        public class ParamGroup : ParamGroup<Options>
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options)
            {
            }

            public ParamGroup(
                IEnumerable<Parameter> parameters, double lr = 1, double rho = 0.9, double eps = 1E-06, double weight_decay = 0, bool maximize = false)
                : base(parameters, new Options { LearningRate = lr, rho = rho, eps = eps, weight_decay = weight_decay, maximize = maximize })
            {
            }
        }
    }
}
