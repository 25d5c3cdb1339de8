using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static Rprop Rprop(
                IEnumerable<Parameter> parameters, double lr = 0.01, double etaminus = 0.5, double etaplus = 1.2,
                double min_step = 1E-06, double max_step = 50, bool maximize = false) =>
                new(parameters, lr, etaminus, etaplus, min_step, max_step, maximize);

            public static Rprop Rprop(
                IEnumerable<(string name, Parameter parameter)> parameters, double lr = 0.01, double etaminus = 0.5, double etaplus = 1.2,
                double min_step = 1E-06, double max_step = 50, bool maximize = false) =>
                new(parameters.Select(p => p.parameter), lr, etaminus, etaplus, min_step, max_step, maximize);

            public static Rprop Rprop(
                IEnumerable<Rprop.ParamGroup> parameters, double lr = 0.01, double etaminus = 0.5, double etaplus = 1.2,
                double min_step = 1E-06, double max_step = 50, bool maximize = false) =>
                new(parameters, lr, etaminus, etaplus, min_step, max_step, maximize);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Resilient backpropagation (Riedmiller and Braun 1993): only the sign of the gradient counts.</summary>
    public class Rprop : OptimizerHelper
    {
        public Rprop(
            IEnumerable<Parameter> parameters, double lr = 0.01, double etaminus = 0.5, double etaplus = 1.2,
            double min_step = 1E-06, double max_step = 50, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, etaminus, etaplus, min_step, max_step, maximize)
        {
        }

        public Rprop(
            IEnumerable<ParamGroup> parameters, double lr = 0.01, double etaminus = 0.5, double etaplus = 1.2,
            double min_step = 1E-06, double max_step = 50, bool maximize = false)
            : base(
                new Options { LearningRate = lr, maximize = maximize, etaminus = etaminus, etaplus = etaplus, min_step = min_step, max_step = max_step },
                parameters)
        {
        }

        private protected override OptimizerState CreateState(Parameter parameter) => new State(parameter);

        private protected override void Update(Parameter parameter, TensorImpl gradient, OptimizerState state, OptimizerOptions options)
        {
            var s = (State)state;
            var o = (Options)options;
            s.step++;
            var grad = Gradient(parameter, gradient, weightDecay: 0, o.maximize!.Value);
            var agreement = grad * s.prev;
            var turned = agreement.lt(0);
            var factor = torch.ones_like(grad).masked_fill(agreement.gt(0), o.etaplus!.Value).masked_fill(turned, o.etaminus!.Value);
            s.step_size.mul_(factor).clamp_(o.min_step!.Value, o.max_step!.Value);
            grad = grad.masked_fill(turned, 0);
            parameter.sub_(grad.sign() * s.step_size);
            s.prev.copy_(grad);
        }

        public class Options : OptimizerOptions
        {
            public double? etaminus;
            public double? etaplus;
            public double? min_step;
            public double? max_step;
            public bool? maximize;

            private protected override void Fields(StateFields fields)
            {
                fields.Value(ref maximize);
                fields.Value(ref etaminus);
                fields.Value(ref etaplus);
                fields.Value(ref min_step);
                fields.Value(ref max_step);
            }
        }

        public sealed class State : OptimizerState, IDisposable
        {
            public long step;
            public torch.Tensor prev = null!;
            public torch.Tensor step_size = null!;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            public void Dispose() => DisposeTensors();

            public override void Initialize(OptimizerOptions options)
            {
                step = 0;
                prev = Filled();
                step_size = Filled(options.LearningRate!.Value);
            }

            private protected override void Fields(StateFields fields)
            {
                fields.Value(ref step);
                fields.Tensor(ref prev);
                fields.Tensor(ref step_size);
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
                IEnumerable<Parameter> parameters, double lr = 0.01, double etaminus = 0.5, double etaplus = 1.2,
                double min_step = 1E-06, double max_step = 50, bool maximize = false)
                : base(
                    parameters,
                    new Options { LearningRate = lr, maximize = maximize, etaminus = etaminus, etaplus = etaplus, min_step = min_step, max_step = max_step })
            {
            }
        }
    }
}
