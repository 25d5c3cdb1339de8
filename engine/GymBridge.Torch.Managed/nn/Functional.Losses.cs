namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean)
            {
                SameShape(input, target);
                return Reduce((input - target).square(), reduction);
            }

            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean)
            {
                SameShape(input, target);
                return Reduce((input - target).abs(), reduction);
            }

            public static Tensor smooth_l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1.0)
            {
                if (beta < 0)
                    throw Errors.Libtorch("smooth_l1_loss does not support negative values for beta.");
                if (beta == 0)
                    return l1_loss(input, target, reduction);
                SameShape(input, target);
                var d = input - target;
                var loss = Unary.Map(
                    d,
                    x => Math.Abs(x) < beta ? 0.5 * x * x / beta : Math.Abs(x) - (0.5 * beta),
                    (g, x, y) => g * (x / beta).clamp(-1.0, 1.0));
                return Reduce(loss, reduction);
            }

            public static Tensor huber_loss(Tensor input, Tensor target, double delta = 1.0, Reduction reduction = Reduction.Mean)
            {
                if (delta <= 0)
                    throw Errors.Libtorch("huber_loss does not support non-positive values for delta.");
                SameShape(input, target);
                var d = input - target;
                var loss = Unary.Map(
                    d,
                    x => Math.Abs(x) <= delta ? 0.5 * x * x : delta * (Math.Abs(x) - (0.5 * delta)),
                    (g, x, y) => g * x.clamp(-delta, delta));
                return Reduce(loss, reduction);
            }

            public static Tensor binary_cross_entropy(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean)
            {
                SameShape(input, target);
                if (!input.detach().ge(0).logical_and(input.detach().le(1)).all().item<bool>())
                    throw Errors.Libtorch("all elements of input should be between 0 and 1");
                // Each logarithm is bounded by -100, the gradient by eps = 1e-12, as PyTorch does.
                var result = Elementwise.Binary<BceOp>(
                    input,
                    target,
                    DTypes.Result(input.Impl, target.Impl),
                    static (x, t) => (x - t) / ((1 - x) * x).clamp_min(1e-12),
                    static (x, t) => (1 - x).log() - x.log());
                return Reduce(weight is null ? result : result * weight, reduction);
            }

            public static Tensor binary_cross_entropy_with_logits(
                Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null)
            {
                SameShape(input, target);
                Tensor loss;
                if (pos_weights is null)
                {
                    loss = ((1 - target) * input) - input.log_sigmoid();
                }
                else
                {
                    var log_weight = ((pos_weights - 1) * target) + 1;
                    loss = ((1 - target) * input) - (log_weight * input.log_sigmoid());
                }
                return Reduce(weight is null ? loss : loss * weight, reduction);
            }

            public static Tensor kl_div(Tensor input, Tensor target, bool log_target = true, Reduction reduction = Reduction.Mean)
            {
                var loss = log_target ? target.exp() * (target - input) : target.xlogy(target) - (target * input);
                return Reduce(loss, reduction);
            }

            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                NegativeLikelihood(input, target, weight, -100, reduction);

            public static Tensor cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100,
                Reduction reduction = Reduction.Mean, double label_smoothing = 0.0)
            {
                var classes = input.Impl.Rank == 1 ? 0 : 1;
                if (input.Impl.Rank == 0)
                    throw Errors.Libtorch("cross_entropy expects an input of at least one dimension");
                var log_p = input.log_softmax(classes);
                if (target.dtype.IsFloat())
                {
                    SameShape(input, target);
                    var soft = label_smoothing > 0 ? (target * (1 - label_smoothing)) + (label_smoothing / input.Impl.Shape[classes]) : target;
                    var product = log_p * soft;
                    if (weight is not null)
                        product = product * PerClass(weight, input.Impl.Rank, classes);
                    var perSample = -product.sum(classes, keepdim: false);
                    return reduction == Reduction.Mean ? perSample.sum() / (input.Impl.Count / input.Impl.Shape[classes]) : Reduce(perSample, reduction);
                }
                var nll = NegativeLikelihood(log_p, target, weight, ignore_index, reduction);
                if (label_smoothing == 0)
                    return nll;
                // The smoothed part: every class alike, ignored targets left out.
                var spread = weight is null
                    ? -log_p.sum(classes, keepdim: false)
                    : -(log_p * PerClass(weight, input.Impl.Rank, classes)).sum(classes, keepdim: false);
                var kept = target.ne(ignore_index);
                spread = spread.masked_fill(kept.logical_not(), 0);
                Tensor smooth;
                if (reduction == Reduction.Mean)
                {
                    var total = weight is null
                        ? kept.sum(ScalarType.Float64).item<double>()
                        : weight.index_select(0, target.masked_select(kept)).sum().ToDouble();
                    smooth = spread.sum() / total;
                }
                else
                {
                    smooth = Reduce(spread, reduction);
                }
                return (nll * (1 - label_smoothing)) + (smooth * (label_smoothing / input.Impl.Shape[classes]));
            }

            internal static Tensor Reduce(Tensor loss, Reduction reduction) => reduction switch
            {
                Reduction.Mean => loss.mean(),
                Reduction.Sum => loss.sum(),
                _ => loss,
            };

            /// <summary>Minus the entry of the target class, weighted; ignored targets count nothing.</summary>
            private static Tensor NegativeLikelihood(Tensor log_p, Tensor target, Tensor? weight, long ignore_index, Reduction reduction)
            {
                var rank = log_p.Impl.Rank;
                var classes = rank == 1 ? 0 : 1;
                if (target.dtype != ScalarType.Int64)
                    throw Errors.Libtorch($"expected scalar type Long for the target but found {target.dtype.Name()}");
                if (target.Impl.Rank != rank - 1 || (rank > 1 && target.Impl.Shape[0] != log_p.Impl.Shape[0]))
                    throw Errors.Libtorch($"Expected target of shape {Errors.Shape([.. log_p.Impl.Shape.Where((_, i) => i != classes)])} for an input of shape {Errors.Shape(log_p.Impl.Shape)}, but got {Errors.Shape(target.Impl.Shape)}");
                var ignored = target.eq(ignore_index);
                var safe = target.masked_fill(ignored, 0);
                var n = log_p.Impl.Shape[classes];
                if (safe.numel() > 0 && (safe.lt(0) | safe.ge(n)).any().item<bool>())
                    throw Errors.Libtorch($"Target is out of bounds: class indices must be in [0, {n - 1}]");
                var picked = -log_p.gather(classes, safe.unsqueeze(classes)).squeeze(classes);
                Tensor? w = null;
                if (weight is not null)
                {
                    w = weight.index_select(0, safe.flatten()).reshape(safe.Impl.Shape).masked_fill(ignored, 0);
                    picked = picked * w;
                }
                picked = picked.masked_fill(ignored, 0);
                if (reduction != Reduction.Mean)
                    return Reduce(picked, reduction);
                return w is null ? picked.sum() / ignored.logical_not().sum().item<long>() : picked.sum() / w.sum();
            }

            private static Tensor PerClass(Tensor weight, int rank, int classes)
            {
                var shape = new long[rank];
                Array.Fill(shape, 1);
                shape[classes] = -1;
                return weight.reshape(shape);
            }

            private static void SameShape(Tensor input, Tensor target)
            {
                if (!Shapes.Same(input.Impl.Shape, target.Impl.Shape))
                    _ = Shapes.Broadcast(input.Impl.Shape, target.Impl.Shape);
            }
        }
    }
}
