using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static AdamW AdamW(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0.0, bool amsgrad = false, bool maximize = false) => new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static AdamW AdamW(IEnumerable<(string name, Parameter parameter)> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0.0, bool amsgrad = false, bool maximize = false) => new(parameters.Select(p => p.parameter), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static AdamW AdamW(IEnumerable<AdamW.ParamGroup> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0.0, bool amsgrad = false, bool maximize = false) => new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    public class AdamW : OptimizerHelper, torch.optim.IBetas
    {
        public AdamW(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0.0, bool amsgrad = false, bool maximize = false)
            : this([new ParamGroup(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
        {
        }

        public AdamW(IEnumerable<ParamGroup> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0.0, bool amsgrad = false, bool maximize = false)
        {
            _defaults = new ParamGroup([], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize).Options;
            foreach (var group in parameters)
                add_param_group(group);
        }

        public (double, double) Betas
        {
            get => ((ParamGroup)_parameter_groups[0]).Betas;
            set
            {
                foreach (var group in _parameter_groups.Cast<ParamGroup>())
                    group.Betas = value;
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

        private unsafe void Update(ParamGroup group)
        {
            var options = group.Options;
            var lr = options.LearningRate!.Value;
            var beta1 = options.beta1!.Value;
            var beta2 = options.beta2!.Value;
            var decay = options.weight_decay!.Value;
            foreach (var p in group.Parameters)
            {
                if (p.Impl.Grad is not { } g)
                    continue;
                var state = (State)StateOf(p);
                state.step++;
                var bias1 = 1 - Math.Pow(beta1, state.step);
                var bias2 = 1 - Math.Pow(beta2, state.step);
                var x = p.Impl;
                if (x.DType == ScalarType.Float32 && x.Contiguous && g.Contiguous)
                {
                    var step = new AdamStep(
                        (float)(1 - beta1),
                        (float)beta2,
                        (float)(1 - beta2),
                        (float)(1 - (lr * decay)),
                        true,
                        (float)(lr / bias1),
                        (float)Math.Sqrt(bias2),
                        (float)options.eps!.Value,
                        options.maximize!.Value);
                    var max = state.max_exp_avg_sq is { } m ? m.Impl.Ptr<float>() : null;
                    FusedKernel.Adam(x.Ptr<float>(), g.Ptr<float>(), state.exp_avg.Impl.Ptr<float>(), state.exp_avg_sq.Impl.Ptr<float>(), max, x.Count, step);
                    x.Storage.Changed();
                    continue;
                }
                var grad = new torch.Tensor(g.AddReference());
                if (options.maximize!.Value)
                    grad = -grad;
                p.mul_(1 - (lr * decay));
                state.exp_avg.add_((grad - state.exp_avg) * (1 - beta1));
                state.exp_avg_sq.mul_(beta2).add_(grad * grad * (1 - beta2));
                var second = state.exp_avg_sq;
                if (state.max_exp_avg_sq is { } largest)
                {
                    largest.copy_(torch.maximum(largest, second));
                    second = largest;
                }
                p.sub_(state.exp_avg / ((second.sqrt() / Math.Sqrt(bias2)) + options.eps!.Value) * (lr / bias1));
            }
        }

        public class Options : OptimizerOptions
        {
            public double? beta1;
            public double? beta2;
            public double? eps;
            public double? weight_decay;
            public bool? amsgrad;
            public bool? maximize;

            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                writer.Write(beta1!.Value);
                writer.Write(beta2!.Value);
                writer.Write(eps!.Value);
                writer.Write(weight_decay!.Value);
                writer.Write(amsgrad!.Value);
                writer.Write(maximize!.Value);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                beta1 = reader.ReadDouble();
                beta2 = reader.ReadDouble();
                eps = reader.ReadDouble();
                weight_decay = reader.ReadDouble();
                amsgrad = reader.ReadBoolean();
                maximize = reader.ReadBoolean();
            }

            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                var other = (Options)source;
                beta1 = other.beta1;
                beta2 = other.beta2;
                eps = other.eps;
                weight_decay = other.weight_decay;
                amsgrad = other.amsgrad;
                maximize = other.maximize;
            }

            internal void Complete(Options defaults)
            {
                beta1 ??= defaults.beta1;
                beta2 ??= defaults.beta2;
                eps ??= defaults.eps;
                weight_decay ??= defaults.weight_decay;
                amsgrad ??= defaults.amsgrad;
                maximize ??= defaults.maximize;
            }
        }

        public sealed class State : OptimizerState, IDisposable
        {
            public long step;
            public torch.Tensor exp_avg = null!;
            public torch.Tensor exp_avg_sq = null!;
            public torch.Tensor? max_exp_avg_sq;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            public void Dispose()
            {
                exp_avg?.Dispose();
                exp_avg_sq?.Dispose();
                max_exp_avg_sq?.Dispose();
            }

            public override void to(torch.Device device) => torch.InitializeDevice(device);

            public override void SaveStateDict(BinaryWriter writer)
            {
                writer.Write(step);
                TensorFormat.Write(writer, exp_avg);
                TensorFormat.Write(writer, exp_avg_sq);
                SaveConditionalStateTensor(writer, max_exp_avg_sq);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                step = reader.ReadInt64();
                LoadTensor(reader, exp_avg);
                LoadTensor(reader, exp_avg_sq);
                LoadConditionalStateTensor(reader, ref max_exp_avg_sq, torch.CPU);
            }

            public override void LoadStateDict(OptimizerState source)
            {
                var other = (State)source;
                step = other.step;
                CopyTensor(other.exp_avg, exp_avg);
                CopyTensor(other.exp_avg_sq, exp_avg_sq);
                max_exp_avg_sq?.Dispose();
                max_exp_avg_sq = other.max_exp_avg_sq?.clone().DetachFromDisposeScope();
            }

            public override bool ApproximatelyEquals(OptimizerState other) =>
                other is State s && step == s.step && Close(exp_avg, s.exp_avg) && Close(exp_avg_sq, s.exp_avg_sq) && Close(max_exp_avg_sq, s.max_exp_avg_sq);

            public override void Initialize(OptimizerOptions options)
            {
                step = 0;
                exp_avg = ZerosLike(_parameter);
                exp_avg_sq = ZerosLike(_parameter);
                if (((Options)options).amsgrad == true)
                    max_exp_avg_sq = ZerosLike(_parameter);
            }
        }

        public class ParamGroup : ParamGroup<Options>, torch.optim.IBetas
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options)
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08, double weight_decay = 0.0, bool amsgrad = false, bool maximize = false)
                : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize })
            {
            }

            public (double, double) Betas
            {
                get => (Options.beta1!.Value, Options.beta2!.Value);
                set => (Options.beta1, Options.beta2) = (value.Item1, value.Item2);
            }
        }
    }
}
