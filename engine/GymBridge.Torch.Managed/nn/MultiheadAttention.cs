using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static MultiheadAttention MultiheadAttention(
                long embedded_dim, long num_heads, double dropout = 0.0, bool bias = true, bool add_bias_kv = false,
                bool add_zero_attn = false, long? kdim = null, long? vdim = null) =>
                new(embedded_dim, num_heads, dropout, bias, add_bias_kv, add_zero_attn, kdim ?? embedded_dim, vdim ?? embedded_dim);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Attention of several heads over sequences of shape (length, batch, features).</summary>
    public sealed class MultiheadAttention
        : torch.nn.Module<torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor?, bool, torch.Tensor?, Tuple<torch.Tensor, torch.Tensor>>
    {
        private readonly long _embedding;
        private readonly long _heads;
        private readonly double _dropout;
        private readonly bool _addZero;

        internal MultiheadAttention(long embedding, long heads, double dropout, bool bias, bool addBias, bool addZero, long keys, long values)
            : base(nameof(MultiheadAttention))
        {
            if (heads <= 0 || embedding % heads != 0)
                throw Errors.Libtorch($"embed_dim must be divisible by num_heads, but they are {embedding} and {heads}");
            _embedding = embedding;
            _heads = heads;
            _dropout = dropout;
            _addZero = addZero;
            if (keys == embedding && values == embedding)
            {
                InProjWeight = Add("in_proj_weight", 3 * embedding, embedding);
            }
            else
            {
                QueryWeight = Add("q_proj_weight", embedding, embedding);
                KeyWeight = Add("k_proj_weight", embedding, keys);
                ValueWeight = Add("v_proj_weight", embedding, values);
            }
            if (bias)
                InProjBias = Add("in_proj_bias", 3 * embedding);
            if (addBias)
            {
                KeyBias = Add("bias_k", 1, 1, embedding);
                ValueBias = Add("bias_v", 1, 1, embedding);
            }
            OutProj = new Linear(embedding, embedding, bias, null, null);
            register_module("out_proj", OutProj);
            foreach (var weight in new[] { InProjWeight, QueryWeight, KeyWeight, ValueWeight })
            {
                if (weight is not null)
                    torch.nn.init.xavier_uniform_(weight);
            }
            if (InProjBias is not null)
            {
                torch.nn.init.zeros_(InProjBias);
                torch.nn.init.zeros_(OutProj.bias!);
            }
            if (addBias)
            {
                torch.nn.init.xavier_normal_(KeyBias!);
                torch.nn.init.xavier_normal_(ValueBias!);
            }
        }

        // Properties, not fields: a field would be registered a second time, under its own name.
        private Parameter? InProjWeight { get; }

        private Parameter? QueryWeight { get; }

        private Parameter? KeyWeight { get; }

        private Parameter? ValueWeight { get; }

        private Parameter? InProjBias { get; }

        private Parameter? KeyBias { get; }

        private Parameter? ValueBias { get; }

        private Linear OutProj { get; }

        /// <summary>
        /// The attended values, (L, N, E), and, if wanted, the weights averaged over the heads, (N, L, S); else an invalid tensor.
        /// </summary>
        /// <param name="query">(L, N, E).</param>
        /// <param name="key">(S, N, kdim).</param>
        /// <param name="value">(S, N, vdim).</param>
        /// <param name="key_padding_mask">(N, S): where true, the key is ignored.</param>
        /// <param name="need_weights">Whether the weights are wanted.</param>
        /// <param name="attn_mask">(L, S) or (N * heads, L, S): where true, attention is not allowed; numbers are added to the scores.</param>
        public override Tuple<torch.Tensor, torch.Tensor> forward(
            torch.Tensor query, torch.Tensor key, torch.Tensor value, torch.Tensor? key_padding_mask, bool need_weights, torch.Tensor? attn_mask)
        {
            if (query.ndim != 3 || key.ndim != 3 || value.ndim != 3)
                throw Errors.Libtorch($"MultiheadAttention: expected query, key and value of shape (length, batch, features), but got {Errors.Shape(query.Impl.Shape)}, {Errors.Shape(key.Impl.Shape)} and {Errors.Shape(value.Impl.Shape)}");
            if (query.size(2) != _embedding)
                throw Errors.Libtorch($"MultiheadAttention: expected a query of {_embedding} features, but got {query.size(2)}");
            using var scope = torch.NewDisposeScope();
            var batch = query.size(1);
            var length = query.size(0);
            var (q, k, v) = Project(query, key, value);
            if (KeyBias is not null)
            {
                k = torch.cat([k, KeyBias.repeat(1, batch, 1)]);
                v = torch.cat([v, ValueBias!.repeat(1, batch, 1)]);
            }
            q = Heads(q * (1 / Math.Sqrt(_embedding / _heads)), batch);
            k = Heads(k, batch);
            v = Heads(v, batch);
            if (_addZero)
            {
                k = torch.cat([k, torch.zeros([k.size(0), 1, k.size(2)], k.dtype)], 1);
                v = torch.cat([v, torch.zeros([v.size(0), 1, v.size(2)], v.dtype)], 1);
            }
            var keys = k.size(1);
            var scores = q.bmm(k.transpose(1, 2));
            if (attn_mask is not null)
            {
                var mask = Widen(attn_mask, keys);
                scores = mask.dtype == torch.ScalarType.Bool ? scores.masked_fill(mask, double.NegativeInfinity) : scores + mask;
            }
            if (key_padding_mask is not null)
            {
                var mask = Widen(key_padding_mask, keys).unsqueeze(1).unsqueeze(2);
                scores = scores.view(batch, _heads, length, keys).masked_fill(mask, double.NegativeInfinity).view(batch * _heads, length, keys);
            }
            var weights = torch.nn.functional.dropout(scores.softmax(-1), _dropout, training);
            var joined = weights.bmm(v).transpose(0, 1).reshape(length, batch, _embedding);
            var output = OutProj.forward(joined).MoveToOuterDisposeScope();
            if (need_weights)
                return Tuple.Create(output, (weights.view(batch, _heads, length, keys).sum(1) / _heads).MoveToOuterDisposeScope());
            var none = new torch.Tensor(TensorImpl.Empty([0], query.dtype));
            none.Dispose();
            return Tuple.Create(output, none);
        }

        public new Tuple<torch.Tensor, torch.Tensor> call(
            torch.Tensor query, torch.Tensor key, torch.Tensor value, torch.Tensor? key_padding_mask = null,
            bool need_weights = true, torch.Tensor? attn_mask = null) =>
            base.call(query, key, value, key_padding_mask, need_weights, attn_mask);

        private Parameter Add(string name, params long[] shape)
        {
            var p = new Parameter(torch.empty(shape));
            register_parameter(name, p);
            return p;
        }

        private (torch.Tensor Query, torch.Tensor Key, torch.Tensor Value) Project(torch.Tensor query, torch.Tensor key, torch.Tensor value)
        {
            if (InProjWeight is not null && ReferenceEquals(query, key) && ReferenceEquals(key, value))
            {
                var all = torch.nn.functional.linear(query, InProjWeight, InProjBias).chunk(3, -1);
                return (all[0], all[1], all[2]);
            }
            torch.Tensor Part(torch.Tensor x, Parameter? own, long i) => torch.nn.functional.linear(
                x,
                own ?? InProjWeight!.narrow(0, i * _embedding, _embedding),
                InProjBias?.narrow(0, i * _embedding, _embedding));
            return (Part(query, QueryWeight, 0), Part(key, KeyWeight, 1), Part(value, ValueWeight, 2));
        }

        /// <summary>(length, batch, features) as (batch * heads, length, features of a head).</summary>
        private torch.Tensor Heads(torch.Tensor x, long batch) => x.contiguous().view(x.size(0), batch * _heads, _embedding / _heads).transpose(0, 1);

        /// <summary>A mask with an open column for each key that the module itself adds.</summary>
        private static torch.Tensor Widen(torch.Tensor mask, long keys)
        {
            var shape = mask.shape;
            shape[^1] = keys - shape[^1];
            return shape[^1] <= 0 ? mask : torch.cat([mask, torch.zeros(shape, mask.dtype)], -1);
        }
    }
}
