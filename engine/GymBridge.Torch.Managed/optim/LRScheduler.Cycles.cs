namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static LRScheduler CyclicLR(
                Optimizer optimizer, double base_lr, double max_lr, int step_size_up = 2000, int step_size_down = -1,
                impl.CyclicLR.Mode mode = impl.CyclicLR.Mode.Triangular, double gamma = 1.0, Func<double, double>? scale_fn = null,
                impl.CyclicLR.ScaleMode scale_mode = impl.CyclicLR.ScaleMode.Cycle, bool cycle_momentum = true, double base_momentum = 0.8,
                double max_momentum = 0.9, int last_epoch = -1, bool verbose = false) =>
                new impl.CyclicLR(
                    optimizer, base_lr, max_lr, step_size_up, step_size_down, mode, gamma, scale_fn, scale_mode,
                    cycle_momentum, base_momentum, max_momentum, last_epoch, verbose);

            public static LRScheduler CyclicLR(
                Optimizer optimizer, IEnumerable<double> base_lr, IEnumerable<double> max_lr, int step_size_up = 2000, int step_size_down = -1,
                impl.CyclicLR.Mode mode = impl.CyclicLR.Mode.Triangular, double gamma = 1.0, Func<double, double>? scale_fn = null,
                impl.CyclicLR.ScaleMode scale_mode = impl.CyclicLR.ScaleMode.Cycle, bool cycle_momentum = true, IEnumerable<double>? base_momentum = null,
                IEnumerable<double>? max_momentum = null, int last_epoch = -1, bool verbose = false) =>
                new impl.CyclicLR(
                    optimizer, base_lr, max_lr, step_size_up, step_size_down, mode, gamma, scale_fn, scale_mode,
                    cycle_momentum, base_momentum, max_momentum, last_epoch, verbose);

            public static LRScheduler OneCycleLR(
                Optimizer optimizer,
                double max_lr,
                int total_steps = -1,
                int epochs = -1,
                int steps_per_epoch = -1,
                double pct_start = 0.3,
                impl.OneCycleLR.AnnealStrategy anneal_strategy = impl.OneCycleLR.AnnealStrategy.Cos,
                bool cycle_momentum = true,
                double base_momentum = 0.85,
                double max_momentum = 0.95,
                double div_factor = 25,
                double final_div_factor = 1e4,
                bool three_phase = false,
                int last_epoch = -1,
                bool verbose = false) =>
                new impl.OneCycleLR(
                    optimizer, max_lr, total_steps, epochs, steps_per_epoch, pct_start, anneal_strategy, cycle_momentum, base_momentum,
                    max_momentum, div_factor, final_div_factor, three_phase, last_epoch, verbose);

            public static LRScheduler OneCycleLR(
                Optimizer optimizer,
                IEnumerable<double> max_lr,
                int total_steps = -1,
                int epochs = -1,
                int steps_per_epoch = -1,
                double pct_start = 0.3,
                impl.OneCycleLR.AnnealStrategy anneal_strategy = impl.OneCycleLR.AnnealStrategy.Cos,
                bool cycle_momentum = true,
                IEnumerable<double>? base_momentum = null,
                IEnumerable<double>? max_momentum = null,
                double div_factor = 25,
                double final_div_factor = 1e4,
                bool three_phase = false,
                int last_epoch = -1,
                bool verbose = false) =>
                new impl.OneCycleLR(
                    optimizer, max_lr, total_steps, epochs, steps_per_epoch, pct_start, anneal_strategy, cycle_momentum, base_momentum,
                    max_momentum, div_factor, final_div_factor, three_phase, last_epoch, verbose);

            public static partial class impl
            {
                /// <summary>Up and down between two rates (Smith 2017), the momentum the other way round.</summary>
                /// <remarks>PyTorch's numbers; TorchSharp 0.107.0 raises the momentum above its maximum and counts cycles in whole epochs.</remarks>
                public class CyclicLR : LRScheduler
                {
                    private readonly double[] _max_lrs;
                    private readonly double[] _base_momentum;
                    private readonly double[] _max_momentum;
                    private readonly double _total;
                    private readonly double _ratio;
                    private readonly Func<double, double> _scale;
                    private readonly ScaleMode _scale_mode;
                    private readonly bool _cycle_momentum;

                    public CyclicLR(
                        Optimizer optimizer, double base_lr, double max_lr, int step_size_up = 2000, int step_size_down = -1, Mode mode = Mode.Triangular,
                        double gamma = 1.0, Func<double, double>? scale_fn = null, ScaleMode scale_mode = ScaleMode.Cycle, bool cycle_momentum = true,
                        double base_momentum = 0.8, double max_momentum = 0.9, int last_epoch = -1, bool verbose = false)
                        : this(
                            optimizer, PerGroup(optimizer, nameof(base_lr), null, base_lr), PerGroup(optimizer, nameof(max_lr), null, max_lr), step_size_up,
                            step_size_down, mode, gamma, scale_fn, scale_mode, cycle_momentum, PerGroup(optimizer, nameof(base_momentum), null, base_momentum),
                            PerGroup(optimizer, nameof(max_momentum), null, max_momentum), last_epoch, verbose)
                    {
                    }

                    public CyclicLR(
                        Optimizer optimizer, IEnumerable<double> base_lr, IEnumerable<double> max_lr, int step_size_up = 2000, int step_size_down = -1,
                        Mode mode = Mode.Triangular, double gamma = 1.0, Func<double, double>? scale_fn = null, ScaleMode scale_mode = ScaleMode.Cycle,
                        bool cycle_momentum = true, IEnumerable<double>? base_momentum = null, IEnumerable<double>? max_momentum = null,
                        int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _base_lrs = PerGroup(optimizer, nameof(base_lr), base_lr);
                        _max_lrs = PerGroup(optimizer, nameof(max_lr), max_lr);
                        _base_momentum = PerGroup(optimizer, nameof(base_momentum), base_momentum, 0.8);
                        _max_momentum = PerGroup(optimizer, nameof(max_momentum), max_momentum, 0.9);
                        var down = step_size_down == -1 ? step_size_up : step_size_down;
                        _total = step_size_up + down;
                        _ratio = step_size_up / _total;
                        _scale = scale_fn ?? (mode switch
                        {
                            Mode.Triangular => static x => 1,
                            Mode.Triangular2 => static x => 1 / Math.Pow(2, x - 1),
                            _ => x => Math.Pow(gamma, x),
                        });
                        _scale_mode = scale_fn is not null ? scale_mode : mode == Mode.ExpRange ? ScaleMode.Iterations : ScaleMode.Cycle;
                        _cycle_momentum = cycle_momentum;
                        if (cycle_momentum)
                            CycledMomentum.Require(optimizer);
                        if (last_epoch == -1)
                        {
                            foreach (var (group, lr) in optimizer.ParamGroups.Zip(_base_lrs))
                                group.LearningRate = lr;
                        }
                        step();
                    }

                    public enum Mode
                    {
                        Triangular,
                        Triangular2,
                        ExpRange,
                    }

                    public enum ScaleMode
                    {
                        Cycle,
                        Iterations,
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        var cycle = Math.Floor(1 + (_last_epoch / _total));
                        var x = 1 + (_last_epoch / _total) - cycle;
                        var height = x <= _ratio ? x / _ratio : (x - 1) / (_ratio - 1);
                        var scale = height * _scale(_scale_mode == ScaleMode.Cycle ? cycle : _last_epoch);
                        if (_cycle_momentum)
                            CycledMomentum.Set(_optimizer, i => _max_momentum[i] - ((_max_momentum[i] - _base_momentum[i]) * scale));
                        return _base_lrs.Select((lr, i) => lr + ((_max_lrs[i] - lr) * scale));
                    }
                }

                /// <summary>One rise and fall of the rate over the whole training (Smith and Topin 2019), the momentum the other way round.</summary>
                public class OneCycleLR : LRScheduler
                {
                    private readonly double[] _max_lrs;
                    private readonly double[] _base_momentum;
                    private readonly double[] _max_momentum;
                    private readonly double[] _initial_lrs;
                    private readonly double[] _min_lrs;
                    private readonly int _total;
                    private readonly double[] _ends;
                    private readonly AnnealStrategy _strategy;
                    private readonly bool _cycle_momentum;

                    public OneCycleLR(
                        Optimizer optimizer, double max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1, double pct_start = 0.3,
                        AnnealStrategy anneal_strategy = AnnealStrategy.Cos, bool cycle_momentum = true, double base_momentum = 0.85,
                        double max_momentum = 0.95, double div_factor = 25, double final_div_factor = 1e4, bool three_phase = false, int last_epoch = -1,
                        bool verbose = false)
                        : this(
                            optimizer, PerGroup(optimizer, nameof(max_lr), null, max_lr), total_steps, epochs, steps_per_epoch, pct_start, anneal_strategy,
                            cycle_momentum, PerGroup(optimizer, nameof(base_momentum), null, base_momentum),
                            PerGroup(optimizer, nameof(max_momentum), null, max_momentum), div_factor, final_div_factor, three_phase, last_epoch, verbose)
                    {
                    }

                    public OneCycleLR(
                        Optimizer optimizer, IEnumerable<double> max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1,
                        double pct_start = 0.3, AnnealStrategy anneal_strategy = AnnealStrategy.Cos, bool cycle_momentum = true,
                        IEnumerable<double>? base_momentum = null, IEnumerable<double>? max_momentum = null, double div_factor = 25,
                        double final_div_factor = 1e4, bool three_phase = false, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        if (!(pct_start >= 0 && pct_start <= 1))
                            throw new ArgumentException($"Expected float between 0 and 1 for pct_start, but got {pct_start}");
                        _total = Steps(total_steps, epochs, steps_per_epoch);
                        _max_lrs = PerGroup(optimizer, nameof(max_lr), max_lr);
                        _base_momentum = PerGroup(optimizer, nameof(base_momentum), base_momentum, 0.85);
                        _max_momentum = PerGroup(optimizer, nameof(max_momentum), max_momentum, 0.95);
                        _initial_lrs = Array.ConvertAll(_max_lrs, lr => lr / div_factor);
                        _min_lrs = Array.ConvertAll(_initial_lrs, lr => lr / final_div_factor);
                        var top = (pct_start * _total) - 1;
                        _ends = three_phase ? [top, (2 * pct_start * _total) - 2, _total - 1] : [top, _total - 1];
                        _strategy = anneal_strategy;
                        _cycle_momentum = cycle_momentum;
                        if (cycle_momentum)
                            CycledMomentum.Require(optimizer);
                        step();
                    }

                    public enum AnnealStrategy
                    {
                        Cos,
                        Linear,
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (_last_epoch > _total)
                            throw new InvalidOperationException($"Tried to step {_last_epoch} times. The specified number of total steps is {_total}");
                        var phase = 0;
                        while (phase < _ends.Length - 1 && _last_epoch > _ends[phase])
                            phase++;
                        var start = phase == 0 ? 0 : _ends[phase - 1];
                        var part = (_last_epoch - start) / (_ends[phase] - start);
                        if (_cycle_momentum)
                            CycledMomentum.Set(_optimizer, i => Between(Momentum(phase, i), Momentum(phase + 1, i), part));
                        return _max_lrs.Select((_, i) => Between(Rate(phase, i), Rate(phase + 1, i), part));
                    }

                    private static int Steps(int total_steps, int epochs, int steps_per_epoch)
                    {
                        if (total_steps == -1 && epochs == -1 && steps_per_epoch == -1)
                            throw new ArgumentException("You must define either total_steps OR (epochs AND steps_per_epoch)");
                        if (total_steps != -1)
                            return total_steps > 0 ? total_steps : throw new ArgumentException($"Expected positive integer total_steps, but got {total_steps}");
                        if (epochs <= 0)
                            throw new ArgumentException($"Expected positive integer epochs, but got {epochs}");
                        if (steps_per_epoch <= 0)
                            throw new ArgumentException($"Expected positive integer steps_per_epoch, but got {steps_per_epoch}");
                        return epochs * steps_per_epoch;
                    }

                    private double Between(double from, double to, double part) =>
                        _strategy == AnnealStrategy.Cos ? to + ((from - to) / 2 * (Math.Cos(Math.PI * part) + 1)) : ((to - from) * part) + from;

                    /// <summary>The rate at the start of a phase: up to the maximum, back (in three phases) to where it began, down to the minimum.</summary>
                    private double Rate(int phase, int group) =>
                        phase == _ends.Length ? _min_lrs[group] : phase == 1 ? _max_lrs[group] : _initial_lrs[group];

                    private double Momentum(int phase, int group) => phase == 1 ? _base_momentum[group] : _max_momentum[group];
                }

                /// <summary>The momentum of a group, or the first of its betas.</summary>
                private static class CycledMomentum
                {
                    public static void Require(Optimizer optimizer)
                    {
                        if (!optimizer.ParamGroups.All(group => group is IMomentum or IBetas))
                            throw new ArgumentException("optimizer must support momentum with `cycle_momentum` option enabled");
                    }

                    public static void Set(Optimizer optimizer, Func<int, double> value)
                    {
                        var i = 0;
                        foreach (var group in optimizer.ParamGroups)
                        {
                            if (group is IBetas betas)
                                betas.Betas = (value(i), betas.Betas.Item2);
                            else
                                ((IMomentum)group).Momentum = value(i);
                            i++;
                        }
                    }
                }
            }
        }
    }
}
