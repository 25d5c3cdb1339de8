using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public enum Reduction : long
        {
            None,
            Mean,
            Sum,
        }

        public static partial class functional
        {
            public static Tensor relu(Tensor x, bool inplace = false) => InPlace(x, x.relu(), inplace);

            public static Tensor relu6(Tensor x, bool inplace = false) => InPlace(x, x.relu6(), inplace);

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                InPlace(input, input.leaky_relu(negative_slope), inplace);

            public static Tensor elu(Tensor x, double alpha, bool inplace = false) => InPlace(x, x.elu(alpha), inplace);

            public static Tensor celu(Tensor x, double alpha, bool inplace = false) => InPlace(x, x.celu(alpha), inplace);

            public static Tensor selu(Tensor x, bool inplace = false) => InPlace(x, x.selu(), inplace);

            public static Tensor gelu(Tensor x) => x.gelu();

            public static Tensor gelu(Tensor x, bool inplace) => InPlace(x, x.gelu(), inplace);

            public static Tensor gelu(Tensor x, GELU.Approximate approximate, bool inplace = false) => InPlace(x, x.gelu(approximate), inplace);

            public static Tensor silu(Tensor x, bool inplace = false) => InPlace(x, x.silu(), inplace);

            public static Tensor glu(Tensor input, long dim = -1) => input.glu(dim);

            public static Tensor hardtanh(Tensor x, double min_val = -1.0, double max_val = 1.0, bool inplace = false) =>
                InPlace(x, x.hardtanh(min_val, max_val), inplace);

            public static Tensor hardsigmoid(Tensor input, bool inplace = false) => InPlace(input, input.hardsigmoid(), inplace);

            public static Tensor hardswish(Tensor input, bool inplace = false) => InPlace(input, input.hardswish(), inplace);

            public static Tensor mish(Tensor x, bool inplace = false) => InPlace(
                x,
                Unary.Scalar<MishFn>(x, static (g, v, y) =>
                {
                    var t = v.softplus().tanh();
                    return g * (t + (v * (1 - t.square()) * v.sigmoid()));
                }),
                inplace);

            public static Tensor softplus(Tensor x, double beta = 1.0, double threshold = 20.0) => x.softplus(beta, threshold);

            public static Tensor softsign(Tensor x, bool inplace = false) => InPlace(x, x / (x.abs() + 1), inplace);

            public static Tensor tanh(Tensor x, bool inplace = false) => InPlace(x, x.tanh(), inplace);

            public static Tensor tanhshrink(Tensor x, bool inplace = false) => InPlace(x, x - x.tanh(), inplace);

            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            public static Tensor sigmoid(Tensor x, bool inplace) => InPlace(x, x.sigmoid(), inplace);

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor logsigmoid(Tensor x) => x.log_sigmoid();

            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Products.Linear(input, weights, bias);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
            {
                if (!(p >= 0 && p <= 1))
                    throw Errors.Libtorch($"dropout probability has to be between 0 and 1, but got {p}");
                if (!training || p == 0)
                    return input.alias();
                Tensor mask;
                using (no_grad())
                {
                    mask = empty_like(input);
                    mask.bernoulli_(1 - p);
                    if (p < 1)
                        mask.div_((float)(1 - p));
                }
                return InPlace(input, input * mask, inplace);
            }

            public static Tensor one_hot(Tensor x, long num_classes = -1)
            {
                if (x.dtype != ScalarType.Int64)
                    throw Errors.Libtorch($"one_hot is only applicable to index tensor of type LongTensor, not {x.dtype.Name()}");
                if (x.numel() == 0 && num_classes <= 0)
                    throw Errors.Libtorch("Can not infer total number of classes from empty tensor.");
                var largest = x.numel() == 0 ? -1 : x.max().item<long>();
                if (x.numel() > 0 && x.min().item<long>() < 0)
                    throw Errors.Libtorch("Class values must be non-negative.");
                if (num_classes >= 0 && largest >= num_classes)
                    throw Errors.Libtorch("Class values must be smaller than num_classes.");
                var n = num_classes < 0 ? largest + 1 : num_classes;
                var result = zeros([.. x.Impl.Shape, n], ScalarType.Int64);
                using var ones = torch.ones([.. x.Impl.Shape, 1], ScalarType.Int64);
                return result.scatter_(-1, x.unsqueeze(-1), ones);
            }

            public static Tensor normalize(Tensor input, double p = 2.0, long dim = 1, double eps = 1E-12) =>
                input / input.Norm([dim], true, p).clamp_min(eps).expand_as(input);

            public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim = 1, double eps = 1E-08)
            {
                var type = DTypes.Result(x1.Impl, x2.Impl);
                if (!type.IsFloat())
                    throw Errors.Libtorch($"expected common dtype to be floating point, yet common dtype is {type.Name()}");
                (x1, x2) = (x1.to(type), x2.to(type));
                var dot = (x1 * x2).sum(dim, keepdim: false);
                return dot / (x1.Norm([dim], false, 2).clamp_min(eps) * x2.Norm([dim], false, 2).clamp_min(eps));
            }

            internal static Tensor InPlace(Tensor x, Tensor result, bool inplace) => inplace ? Autograd.Assign(x, result) : result;
        }
    }
}
