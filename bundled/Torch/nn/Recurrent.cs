using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static LSTM LSTM(long inputSize, long hiddenSize, long numLayers = 1, bool bias = true, bool batchFirst = false, double dropout = 0.0, bool bidirectional = false, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, device, dtype);

            public static GRU GRU(long inputSize, long hiddenSize, long numLayers = 1, bool bias = true, bool batchFirst = false, double dropout = 0.0, bool bidirectional = false, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, device, dtype);

            public static LSTMCell LSTMCell(long inputSize, long hiddenSize, bool bias = true, Device? device = null, ScalarType? dtype = null) => new(inputSize, hiddenSize, bias, device, dtype);

            public static GRUCell GRUCell(long inputSize, long hiddenSize, bool bias = true, Device? device = null, ScalarType? dtype = null) => new(inputSize, hiddenSize, bias, device, dtype);
        }
    }
}

namespace TorchSharp.Engine
{
    /// <summary>What LSTM and GRU have in common: named weights of layers and directions, and the walk over time.</summary>
    internal sealed class Recurrence
    {
        private readonly long _hidden;
        private readonly int _layers;
        private readonly int _directions;
        private readonly bool _batchFirst;
        private readonly double _dropout;
        private readonly Dictionary<string, Parameter> _weights = [];

        public Recurrence(torch.nn.Module owner, long gates, long input, long hidden, long layers, bool bias, bool batchFirst, double dropout, bool bidirectional, Device? device, ScalarType? dtype)
        {
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

        public (Tensor Output, Tensor[] State) Run(Tensor input, Tensor?[] initial, Cell cell, bool training)
        {
            if (input.Impl.Rank is not (2 or 3))
                throw Errors.Libtorch($"RNN: Expected input to be 2D or 3D, got {input.Impl.Rank}D instead");
            var batched = input.Impl.Rank == 3;
            var x = batched ? (_batchFirst ? input.transpose(0, 1) : input) : input.unsqueeze(1);
            var steps = x.Impl.Shape[0];
            var batch = x.Impl.Shape[1];
            var finals = initial.Select(_ => new List<Tensor>()).ToArray();
            for (var layer = 0; layer < _layers; layer++)
            {
                var outputs = new Tensor[_directions];
                for (var d = 0; d < _directions; d++)
                {
                    var suffix = Suffix(layer, d);
                    var row = (layer * _directions) + d;
                    var state = Array.ConvertAll(initial, s => s is null ? torch.zeros([batch, _hidden], x.dtype) : (batched ? s : s.unsqueeze(1)).select(0, row));
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
            var output = batched ? (_batchFirst ? x.transpose(0, 1) : x) : x.squeeze(1);
            var last = Array.ConvertAll(finals, f =>
            {
                var s = torch.stack(f);
                return batched ? s : s.squeeze(1);
            });
            return (output, last);
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

        private static string Suffix(int layer, int direction) => direction == 0 ? $"l{layer}" : $"l{layer}_reverse";
    }
}

namespace TorchSharp.Modules
{
    public sealed class LSTM : torch.nn.Module<torch.Tensor, (torch.Tensor, torch.Tensor)?, (torch.Tensor, torch.Tensor, torch.Tensor)>
    {
        private readonly Recurrence _recurrence;

        internal LSTM(long inputSize, long hiddenSize, long numLayers, bool bias, bool batchFirst, double dropout, bool bidirectional, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(LSTM)) => _recurrence = new Recurrence(this, 4, inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, device, dtype);

        public override (torch.Tensor, torch.Tensor, torch.Tensor) forward(torch.Tensor input, (torch.Tensor, torch.Tensor)? h0_c0 = null)
        {
            var (output, state) = _recurrence.Run(input, [h0_c0?.Item1, h0_c0?.Item2], Recurrence.Lstm, training);
            return (output, state[0], state[1]);
        }

        public new (torch.Tensor, torch.Tensor, torch.Tensor) call(torch.Tensor input, (torch.Tensor, torch.Tensor)? h0_c0 = null) => base.call(input, h0_c0);

        public void flatten_parameters()
        {
        }
    }

    public sealed class GRU : torch.nn.Module<torch.Tensor, torch.Tensor?, (torch.Tensor, torch.Tensor)>
    {
        private readonly Recurrence _recurrence;

        internal GRU(long inputSize, long hiddenSize, long numLayers, bool bias, bool batchFirst, double dropout, bool bidirectional, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(GRU)) => _recurrence = new Recurrence(this, 3, inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, device, dtype);

        public override (torch.Tensor, torch.Tensor) forward(torch.Tensor input, torch.Tensor? h0 = null)
        {
            var (output, state) = _recurrence.Run(input, [h0], Recurrence.Gru, training);
            return (output, state[0]);
        }

        public new (torch.Tensor, torch.Tensor) call(torch.Tensor input, torch.Tensor? h0 = null) => base.call(input, h0);

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

    internal static class CellWeights
    {
        public static (Parameter Ih, Parameter Hh, Parameter? BiasIh, Parameter? BiasHh) Make(long gates, long input, long hidden, bool bias, torch.Device? device, torch.ScalarType? dtype)
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

        public static torch.Tensor Zero(torch.Tensor input, torch.Tensor weight) => torch.zeros([.. input.Impl.Shape.AsSpan(0, input.Impl.Rank - 1), weight.Impl.Shape[1]], input.dtype);
    }
}
