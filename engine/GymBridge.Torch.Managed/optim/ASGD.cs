using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static ASGD ASGD(
                IEnumerable<Parameter> parameters, double lr = 0.001, double lambd = 0.0001, double alpha = 0.75,
                double t0 = 1000000, double weight_decay = 0, bool maximize = false) =>
                new(parameters, lr, lambd, alpha, t0, weight_decay, maximize);

            public static ASGD ASGD(
                IEnumerable<(string name, Parameter parameter)> parameters, double lr = 0.001, double lambd = 0.0001,
                double alpha = 0.75, double t0 = 1000000, double weight_decay = 0, bool maximize = false) =>
                new(parameters.Select(p => p.parameter), lr, lambd, alpha, t0, weight_decay, maximize);

            public static ASGD ASGD(
                IEnumerable<ParamGroup<ASGD.Options>> parameters, double lr = 0.001, double lambd = 0.0001, double alpha = 0.75,
                double t0 = 1000000, double weight_decay = 0, bool maximize = false) =>
                new(parameters, lr, lambd, alpha, t0, weight_decay, maximize);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Averaged stochastic gradient descent (Polyak and Juditsky 1992).</summary>
    public class ASGD : OptimizerHelper
    {
        public ASGD(
            IEnumerable<Parameter> parameters, double lr = 0.01, double lambd = 0.0001, double alpha = 0.75,
            double t0 = 1000000, double weight_decay = 0, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, lambd, alpha, t0, weight_decay, maximize)
        {
        }

        public ASGD(
            IEnumerable<ParamGroup<Options>> parameters, double lr = 0.01, double lambd = 0.0001, double alpha = 0.75,
            double t0 = 1000000, double weight_decay = 0, bool maximize = false)
            : base(new Options { LearningRate = lr, maximize = maximize, lambd = lambd, alpha = alpha, weight_decay = weight_decay, t0 = t0 }, parameters)
        {
        }

        private protected override OptimizerState CreateState(Parameter parameter) => new State(parameter);

        private protected override void Update(Parameter parameter, TensorImpl gradient, OptimizerState state, OptimizerOptions options)
        {
            var s = (State)state;
            var o = (Options)options;
            var lr = o.LearningRate!.Value;
            var lambd = o.lambd!.Value;
            s.step++;
            var grad = Gradient(parameter, gradient, o.weight_decay!.Value, o.maximize!.Value);
            parameter.mul_(1 - (lambd * s.eta)).sub_(grad * s.eta);
            if (s.mu == 1)
                s.ax.copy_(parameter);
            else
                s.ax.add_((parameter - s.ax) * s.mu);
            s.eta = lr / Math.Pow(1 + (lambd * lr * s.step), o.alpha!.Value);
            s.mu = 1 / Math.Max(1, s.step - o.t0!.Value);
        }

        public class Options : OptimizerOptions
        {
            public double? lambd;
            public double? alpha;
            public double? t0;
            public double? weight_decay;
            public bool? maximize;

            private protected override void Fields(StateFields fields)
            {
                fields.Value(ref maximize);
                fields.Value(ref lambd);
                fields.Value(ref alpha);
                fields.Value(ref weight_decay);
                fields.Value(ref t0);
            }
        }

        public sealed class State : OptimizerState, IDisposable
        {
            public long step;
            public double eta;
            public double mu;
            public torch.Tensor ax = null!;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            public void Dispose() => DisposeTensors();

            public override void Initialize(OptimizerOptions options)
            {
                step = 0;
                eta = options.LearningRate!.Value;
                mu = 1;
                ax = Filled();
            }

            private protected override void Fields(StateFields fields)
            {
                fields.Value(ref step);
                fields.Value(ref eta);
                fields.Value(ref mu);
                fields.Tensor(ref ax);
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
                IEnumerable<Parameter> parameters, double lr = 0.01, double lambd = 0.0001, double alpha = 0.75, double t0 = 1000000, double weight_decay = 0)
                : base(parameters, new Options { LearningRate = lr, lambd = lambd, alpha = alpha, weight_decay = weight_decay, t0 = t0 })
            {
            }
        }
    }
}
