using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static LSTM LSTM(
                long inputSize, long hiddenSize, long numLayers = 1, bool bias = true, bool batchFirst = false, double dropout = 0.0,
                bool bidirectional = false, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, device, dtype);

            public static GRU GRU(
                long inputSize, long hiddenSize, long numLayers = 1, bool bias = true, bool batchFirst = false, double dropout = 0.0,
                bool bidirectional = false, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, device, dtype);

            /// <summary>The plain recurrent network, h = tanh or relu of W x + b + V h + c.</summary>
            public static RNN RNN(
                long inputSize, long hiddenSize, long numLayers = 1, NonLinearities nonLinearity = NonLinearities.Tanh, bool bias = true,
                bool batchFirst = false, double dropout = 0.0, bool bidirectional = false, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, hiddenSize, numLayers, nonLinearity, bias, batchFirst, dropout, bidirectional, device, dtype);

            public static RNNCell RNNCell(
                long inputSize, long hiddenSize, NonLinearities nonLinearity = NonLinearities.Tanh, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, hiddenSize, nonLinearity, bias, device, dtype);

            public enum NonLinearities
            {
                ReLU,
                Tanh,
            }

            public static LSTMCell LSTMCell(long inputSize, long hiddenSize, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, hiddenSize, bias, device, dtype);

            public static GRUCell GRUCell(long inputSize, long hiddenSize, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, hiddenSize, bias, device, dtype);
        }
    }
}

namespace GymBridge.Torch.Managed
{
    /// <summary>What LSTM, GRU and RNN have in common: named weights of layers and directions, and the walk over time.</summary>
    internal sealed class Recurrence
    {
        private readonly long _width;
        private readonly long _hidden;
        private readonly int _layers;
        private readonly int _directions;
        private readonly bool _batchFirst;
        private readonly double _dropout;
        private readonly Dictionary<string, Parameter> _weights = [];

        public Recurrence(
            torch.nn.Module owner, long gates, long input, long hidden, long layers, bool bias, bool batchFirst,
            double dropout, bool bidirectional, Device? device, ScalarType? dtype)
        {
            _width = input;
            _hidden = hidden;
            _layers = (int)layers;
            _directions = bidirectional ? 2 : 1;
            _batchFirst = batchFirst;
            _dropout = dropout;
            var bound = 1 / Math.Sqrt(hidden);
            for (var layer = 0; layer < _layers; layer++)
            {
                for (var d = 0; d < _directions; d++)
                {
                    var width = layer == 0 ? input : hidden * _directions;
                    Add($"weight_ih_{Suffix(layer, d)}", [gates * hidden, width]);
                    Add($"weight_hh_{Suffix(layer, d)}", [gates * hidden, hidden]);
                    if (!bias)
                        continue;
                    Add($"bias_ih_{Suffix(layer, d)}", [gates * hidden]);
                    Add($"bias_hh_{Suffix(layer, d)}", [gates * hidden]);
                }
            }

            void Add(string name, long[] shape)
            {
                var p = new Parameter(torch.empty(shape, dtype, device));
                torch.nn.init.uniform_(p, -bound, bound);
                _weights[name] = p;
                owner.register_parameter(name, p);
            }
        }

        /// <summary>One step of a cell: from the input's share of the gates (already computed), the recurrent weights and the state.</summary>
        public delegate Tensor[] Cell(Tensor gates, Tensor w, Tensor? b, Tensor[] state);

        public Parameter Weight(string name, long index) =>
            _weights.GetValueOrDefault($"{name}_{Suffix((int)index / _directions, (int)index % _directions)}")
            ?? throw new ArgumentException($"There is no {name} {index}: the network has {_layers} layers of {_directions} directions.", nameof(index));

        /// <summary>Over sequences of unequal length: a step has as many rows as sequences that are that long.</summary>
        public (torch.nn.utils.rnn.PackedSequence Output, Tensor[] State) Run(
            torch.nn.utils.rnn.PackedSequence input, Tensor?[] initial, Cell cell, bool training)
        {
            using var scope = torch.NewDisposeScope();
            var sizes = input.Sizes;
            var batch = sizes[0];
            CheckWidth(input.data);
            foreach (var s in initial)
                CheckState(s, batch);
            if (!input.sorted_indices.IsInvalid)
                initial = Array.ConvertAll(initial, s => s?.index_select(1, input.sorted_indices));
            var x = input.data;
            var finals = initial.Select(_ => new List<Tensor>()).ToArray();
            for (var layer = 0; layer < _layers; layer++)
            {
                var outputs = new Tensor[_directions];
                for (var d = 0; d < _directions; d++)
                {
                    var row = (layer * _directions) + d;
                    var first = Array.ConvertAll(initial, s => s is null ? torch.zeros([batch, _hidden], x.dtype) : s.select(0, row));
                    var (hidden, last) = Walk(x, sizes, Suffix(layer, d), first, cell, reverse: d == 1);
                    outputs[d] = hidden;
                    for (var k = 0; k < finals.Length; k++)
                        finals[k].Add(last[k]);
                }
                x = _directions == 1 ? outputs[0] : torch.cat(outputs, 1);
                if (_dropout > 0 && training && layer < _layers - 1)
                    x = torch.nn.functional.dropout(x, _dropout);
            }
            var state = Array.ConvertAll(finals, f =>
            {
                var s = torch.stack(f);
                return (input.unsorted_indices.IsInvalid ? s : s.index_select(1, input.unsorted_indices)).MoveToOuterDisposeScope();
            });
            return (input.With(x).MoveToOuterDisposeScope(), state);
        }

        private (Tensor Output, Tensor[] Last) Walk(Tensor x, long[] sizes, string suffix, Tensor[] first, Cell cell, bool reverse)
        {
            var gates = Products.Linear(x, _weights[$"weight_ih_{suffix}"], _weights.GetValueOrDefault($"bias_ih_{suffix}")).split(sizes);
            var w = _weights[$"weight_hh_{suffix}"];
            var b = _weights.GetValueOrDefault($"bias_hh_{suffix}");
            var hidden = new Tensor[sizes.Length];
            // Forwards the shortest sequences end first, and their states are put aside; backwards they start last.
            var state = Array.ConvertAll(first, s => reverse ? s.narrow(0, 0, sizes[^1]) : s);
            var ended = first.Select(_ => new List<Tensor>()).ToArray();
            for (var step = 0; step < sizes.Length; step++)
            {
                var t = reverse ? sizes.Length - 1 - step : step;
                var rows = state[0].size(0);
                for (var k = 0; k < state.Length; k++)
                {
                    if (rows > sizes[t])
                    {
                        ended[k].Add(state[k].narrow(0, sizes[t], rows - sizes[t]));
                        state[k] = state[k].narrow(0, 0, sizes[t]);
                    }
                    else if (rows < sizes[t])
                    {
                        state[k] = torch.cat([state[k], first[k].narrow(0, rows, sizes[t] - rows)]);
                    }
                }
                state = cell(gates[t], w, b, state);
                hidden[t] = state[0];
            }
            var last = new Tensor[state.Length];
            for (var k = 0; k < state.Length; k++)
            {
                ended[k].Add(state[k]);
                ended[k].Reverse();
                last[k] = torch.cat(ended[k]);
            }
            return (torch.cat(hidden), last);
        }

        private void CheckWidth(Tensor input)
        {
            if (input.Impl.Shape[^1] != _width)
                throw Errors.Libtorch($"input.size(-1) must be equal to input_size. Expected {_width}, got {input.Impl.Shape[^1]}");
        }

        private void CheckState(Tensor? state, long batch)
        {
            long[] expected = [_layers * _directions, batch, _hidden];
            if (state is not null && !Shapes.Same(state.Impl.Shape, expected))
                throw Errors.Libtorch($"Expected hidden size {string.Join(' ', expected)}, got {Errors.Shape(state.Impl.Shape)}");
        }

        public (Tensor Output, Tensor[] State) Run(Tensor input, Tensor?[] initial, Cell cell, bool training)
        {
            if (input.Impl.Rank != 3)
                throw Errors.Libtorch($"input must have 3 dimensions, got {input.Impl.Rank}");
            CheckWidth(input);
            var x = _batchFirst ? input.transpose(0, 1) : input;
            var steps = x.Impl.Shape[0];
            var batch = x.Impl.Shape[1];
            foreach (var s in initial)
                CheckState(s, batch);
            var finals = initial.Select(_ => new List<Tensor>()).ToArray();
            for (var layer = 0; layer < _layers; layer++)
            {
                var outputs = new Tensor[_directions];
                for (var d = 0; d < _directions; d++)
                {
                    var suffix = Suffix(layer, d);
                    var row = (layer * _directions) + d;
                    var state = Array.ConvertAll(initial, s => s is null ? torch.zeros([batch, _hidden], x.dtype) : s.select(0, row));
                    // The input's share for all steps is one product.
                    var gates = Products.Linear(x, _weights[$"weight_ih_{suffix}"], _weights.GetValueOrDefault($"bias_ih_{suffix}"));
                    var w = _weights[$"weight_hh_{suffix}"];
                    var b = _weights.GetValueOrDefault($"bias_hh_{suffix}");
                    var hidden = new Tensor[steps];
                    for (long t = 0; t < steps; t++)
                    {
                        var at = d == 0 ? t : steps - 1 - t;
                        state = cell(gates.select(0, at), w, b, state);
                        hidden[at] = state[0];
                    }
                    outputs[d] = torch.stack(hidden);
                    for (var k = 0; k < finals.Length; k++)
                        finals[k].Add(state[k]);
                }
                x = _directions == 1 ? outputs[0] : torch.cat(outputs, 2);
                if (_dropout > 0 && training && layer < _layers - 1)
                    x = torch.nn.functional.dropout(x, _dropout);
            }
            return (_batchFirst ? x.transpose(0, 1) : x, Array.ConvertAll(finals, f => torch.stack(f)));
        }

        public static Tensor[] Lstm(Tensor gates, Tensor w, Tensor? b, Tensor[] state)
        {
            var all = (gates + Products.Linear(state[0], w, b)).chunk(4, -1);
            var c = (all[1].sigmoid() * state[1]) + (all[0].sigmoid() * all[2].tanh());
            return [all[3].sigmoid() * c.tanh(), c];
        }

        public static Tensor[] Gru(Tensor gates, Tensor w, Tensor? b, Tensor[] state)
        {
            var i = gates.chunk(3, -1);
            var h = Products.Linear(state[0], w, b).chunk(3, -1);
            var r = (i[0] + h[0]).sigmoid();
            var z = (i[1] + h[1]).sigmoid();
            var n = (i[2] + (r * h[2])).tanh();
            return [n + (z * (state[0] - n))];
        }

        public static Tensor[] Tanh(Tensor gates, Tensor w, Tensor? b, Tensor[] state) => [(gates + Products.Linear(state[0], w, b)).tanh()];

        public static Tensor[] Relu(Tensor gates, Tensor w, Tensor? b, Tensor[] state) => [(gates + Products.Linear(state[0], w, b)).relu()];

        private static string Suffix(int layer, int direction) => direction == 0 ? $"l{layer}" : $"l{layer}_reverse";
    }
}

namespace TorchSharp.Modules
{
    public sealed class LSTM : torch.nn.Module<torch.Tensor, (torch.Tensor, torch.Tensor)?, (torch.Tensor, torch.Tensor, torch.Tensor)>
    {
        private readonly Recurrence _recurrence;

        internal LSTM(
            long inputSize, long hiddenSize, long numLayers, bool bias, bool batchFirst, double dropout,
            bool bidirectional, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(LSTM)) =>
                _recurrence = new Recurrence(this, 4, inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, device, dtype);

        public override (torch.Tensor, torch.Tensor, torch.Tensor) forward(torch.Tensor input, (torch.Tensor, torch.Tensor)? h0_c0 = null)
        {
            var (output, state) = _recurrence.Run(input, [h0_c0?.Item1, h0_c0?.Item2], Recurrence.Lstm, training);
            return (output, state[0], state[1]);
        }

        public new (torch.Tensor, torch.Tensor, torch.Tensor) call(torch.Tensor input, (torch.Tensor, torch.Tensor)? h0_c0 = null) => base.call(input, h0_c0);

        public (torch.nn.utils.rnn.PackedSequence, torch.Tensor, torch.Tensor) call(
            torch.nn.utils.rnn.PackedSequence input, (torch.Tensor, torch.Tensor)? h0_c0 = null)
        {
            var (output, state) = _recurrence.Run(input, [h0_c0?.Item1, h0_c0?.Item2], Recurrence.Lstm, training);
            return (output, state[0], state[1]);
        }

        public void flatten_parameters()
        {
        }
    }

    public sealed class RNN : torch.nn.Module<torch.Tensor, torch.Tensor?, (torch.Tensor, torch.Tensor)>
    {
        private readonly Recurrence _recurrence;
        private readonly Recurrence.Cell _cell;

        internal RNN(
            long inputSize, long hiddenSize, long numLayers, torch.nn.NonLinearities nonLinearity, bool bias, bool batchFirst,
            double dropout, bool bidirectional, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(RNN))
        {
            _cell = nonLinearity == torch.nn.NonLinearities.Tanh ? Recurrence.Tanh : Recurrence.Relu;
            _recurrence = new Recurrence(this, 1, inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, device, dtype);
        }

        public override (torch.Tensor, torch.Tensor) forward(torch.Tensor input, torch.Tensor? h0 = null)
        {
            var (output, state) = _recurrence.Run(input, [h0], _cell, training);
            return (output, state[0]);
        }

        public new (torch.Tensor, torch.Tensor) call(torch.Tensor input, torch.Tensor? h0 = null) => base.call(input, h0);

        public (torch.nn.utils.rnn.PackedSequence, torch.Tensor) call(torch.nn.utils.rnn.PackedSequence input, torch.Tensor? h0 = null)
        {
            var (output, state) = _recurrence.Run(input, [h0], _cell, training);
            return (output, state[0]);
        }

        public void flatten_parameters()
        {
        }

        public Parameter? get_bias_ih(long idx) => _recurrence.Weight("bias_ih", idx);

        public Parameter? get_bias_hh(long idx) => _recurrence.Weight("bias_hh", idx);

        public Parameter? get_weight_ih(long idx) => _recurrence.Weight("weight_ih", idx);

        public Parameter? get_weight_hh(long idx) => _recurrence.Weight("weight_hh", idx);
    }

    public sealed class GRU : torch.nn.Module<torch.Tensor, torch.Tensor?, (torch.Tensor, torch.Tensor)>
    {
        private readonly Recurrence _recurrence;

        internal GRU(
            long inputSize, long hiddenSize, long numLayers, bool bias, bool batchFirst, double dropout,
            bool bidirectional, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(GRU)) =>
                _recurrence = new Recurrence(this, 3, inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, device, dtype);

        public override (torch.Tensor, torch.Tensor) forward(torch.Tensor input, torch.Tensor? h0 = null)
        {
            var (output, state) = _recurrence.Run(input, [h0], Recurrence.Gru, training);
            return (output, state[0]);
        }

        public new (torch.Tensor, torch.Tensor) call(torch.Tensor input, torch.Tensor? h0 = null) => base.call(input, h0);

        public (torch.nn.utils.rnn.PackedSequence, torch.Tensor) call(torch.nn.utils.rnn.PackedSequence input, torch.Tensor? h0 = null)
        {
            var (output, state) = _recurrence.Run(input, [h0], Recurrence.Gru, training);
            return (output, state[0]);
        }

        public void flatten_parameters()
        {
        }
    }

    public sealed class LSTMCell : torch.nn.Module<torch.Tensor, (torch.Tensor, torch.Tensor)?, (torch.Tensor, torch.Tensor)>
    {
        internal LSTMCell(long inputSize, long hiddenSize, bool bias, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(LSTMCell))
        {
            (weight_ih, weight_hh, bias_ih, bias_hh) = CellWeights.Make(4, inputSize, hiddenSize, bias, device, dtype);
        }

        public Parameter? weight_ih
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(weight_ih), value);
            }
        }

        public Parameter? weight_hh
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(weight_hh), value);
            }
        }

        public Parameter? bias_ih
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(bias_ih), value);
            }
        }

        public Parameter? bias_hh
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(bias_hh), value);
            }
        }

        public override (torch.Tensor, torch.Tensor) forward(torch.Tensor input, (torch.Tensor, torch.Tensor)? h0_c0)
        {
            var (h, c) = h0_c0 ?? (CellWeights.Zero(input, weight_hh!), CellWeights.Zero(input, weight_hh!));
            var next = Recurrence.Lstm(Products.Linear(input, weight_ih!, bias_ih), weight_hh!, bias_hh, [h, c]);
            return (next[0], next[1]);
        }

        public new (torch.Tensor, torch.Tensor) call(torch.Tensor input, (torch.Tensor, torch.Tensor)? h0_c0 = null) => base.call(input, h0_c0);
    }

    public sealed class GRUCell : torch.nn.Module<torch.Tensor, torch.Tensor?, torch.Tensor>
    {
        internal GRUCell(long inputSize, long hiddenSize, bool bias, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(GRUCell))
        {
            (weight_ih, weight_hh, bias_ih, bias_hh) = CellWeights.Make(3, inputSize, hiddenSize, bias, device, dtype);
        }

        public Parameter? weight_ih
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(weight_ih), value);
            }
        }

        public Parameter? weight_hh
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(weight_hh), value);
            }
        }

        public Parameter? bias_ih
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(bias_ih), value);
            }
        }

        public Parameter? bias_hh
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(bias_hh), value);
            }
        }

        public override torch.Tensor forward(torch.Tensor input, torch.Tensor? h0 = null) =>
            Recurrence.Gru(Products.Linear(input, weight_ih!, bias_ih), weight_hh!, bias_hh, [h0 ?? CellWeights.Zero(input, weight_hh!)])[0];
    }

    public sealed class RNNCell : torch.nn.Module<torch.Tensor, torch.Tensor?, torch.Tensor>
    {
        private readonly Recurrence.Cell _cell;

        internal RNNCell(long inputSize, long hiddenSize, torch.nn.NonLinearities nonLinearity, bool bias, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(RNNCell))
        {
            _cell = nonLinearity == torch.nn.NonLinearities.Tanh ? Recurrence.Tanh : Recurrence.Relu;
            (weight_ih, weight_hh, bias_ih, bias_hh) = CellWeights.Make(1, inputSize, hiddenSize, bias, device, dtype);
        }

        public Parameter? weight_ih
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(weight_ih), value);
            }
        }

        public Parameter? weight_hh
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(weight_hh), value);
            }
        }

        public Parameter? bias_ih
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(bias_ih), value);
            }
        }

        public Parameter? bias_hh
        {
            get;
            set
            {
                field = value;
                ConditionallyRegisterParameter(nameof(bias_hh), value);
            }
        }

        public override torch.Tensor forward(torch.Tensor input, torch.Tensor? h0 = null) =>
            _cell(Products.Linear(input, weight_ih!, bias_ih), weight_hh!, bias_hh, [h0 ?? CellWeights.Zero(input, weight_hh!)])[0];
    }

    internal static class CellWeights
    {
        public static (Parameter Ih, Parameter Hh, Parameter? BiasIh, Parameter? BiasHh) Make(
            long gates, long input, long hidden, bool bias, torch.Device? device, torch.ScalarType? dtype)
        {
            var bound = 1 / Math.Sqrt(hidden);
            Parameter One(params long[] shape)
            {
                var p = new Parameter(torch.empty(shape, dtype, device));
                torch.nn.init.uniform_(p, -bound, bound);
                return p;
            }
            return (One(gates * hidden, input), One(gates * hidden, hidden), bias ? One(gates * hidden) : null, bias ? One(gates * hidden) : null);
        }

        public static torch.Tensor Zero(torch.Tensor input, torch.Tensor weight) =>
            torch.zeros([.. input.Impl.Shape.AsSpan(0, input.Impl.Rank - 1), weight.Impl.Shape[1]], input.dtype);
    }
}
