namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>
            /// softmax(q kᵀ / sqrt(E) + mask) v over the last two dimensions. A mask of booleans says where attention may go; any other is
            /// added. A row that may go nowhere gives zeros. Dropout with probability p of the weights is always on: there is no module.
            /// </summary>
            public static Tensor scaled_dot_product_attention(
                Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0.0, bool is_casual = false)
            {
                if (p < 0)
                    throw new ArgumentException($"Dropout probability must be greater than or equal to zero, but is {p}.");
                if (is_casual && attn_mask is not null)
                    throw new ArgumentException("Casual attention masking cannot pass a mask: leave attn_mask out or is_casual false.");
                if (query.ndim < 2 || key.ndim < 2 || value.ndim < 2)
                    throw Errors.Libtorch($"scaled_dot_product_attention: Expected query, key, and value to all be at least 2 dimensional, but got {query.ndim}, {key.ndim} and {value.ndim}");
                if (query.dtype != key.dtype || query.dtype != value.dtype)
                    throw Errors.Libtorch($"Expected query, key, and value to have the same dtype, but got {query.dtype.Name()}, {key.dtype.Name()} and {value.dtype.Name()}");
                using var scope = NewDisposeScope();
                var mask = is_casual ? ones([query.size(-2), key.size(-2)], ScalarType.Bool).tril() : attn_mask;
                var scores = (query / Math.Sqrt(query.size(-1))).matmul(key.transpose(-2, -1));
                var weights = mask is null
                    ? scores.softmax(-1)
                    : MaskedSoftmax(mask.dtype == ScalarType.Bool ? scores.masked_fill(mask.logical_not(), double.NegativeInfinity) : scores + mask);
                return (p > 0 ? dropout(weights, p) : weights).matmul(value).MoveToOuterDisposeScope();
            }

            private static Tensor MaskedSoftmax(Tensor scores)
            {
                var shut = scores.detach().eq(double.NegativeInfinity).all(-1, keepdim: true);
                return scores.masked_fill(shut, 0).softmax(-1).masked_fill(shut, 0);
            }
        }
    }
}
