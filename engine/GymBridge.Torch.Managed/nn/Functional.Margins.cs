namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>max(0, margin - target (input1 - input2)).</summary>
            public static Tensor margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, double margin = 0.0, Reduction reduction = Reduction.Mean)
            {
                if (input1.ndim != input2.ndim || input1.ndim != target.ndim)
                    throw Errors.Libtorch($"margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: {Errors.Shape(input1.Impl.Shape)}, input2: {Errors.Shape(input2.Impl.Shape)}, target: {Errors.Shape(target.Impl.Shape)}");
                return Reduce(((-target * (input1 - input2)) + margin).clamp_min(0), reduction);
            }

            /// <summary>The input where the target is 1, max(0, margin - input) where it is -1.</summary>
            public static Tensor hinge_embedding_loss(Tensor input, Tensor target, double margin = 0.0, Reduction reduction = Reduction.Mean)
            {
                var zero = input.detach().zeros_like();
                return Reduce(torch.where(target.ne(1), (margin - input).clamp_min(0), zero) + torch.where(target.ne(-1), input, zero), reduction);
            }

            /// <summary>1 - cos where the target is 1, max(0, cos - margin) where it is -1.</summary>
            public static Tensor cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, double margin = 0.0, Reduction reduction = Reduction.Mean)
            {
                if (target.ndim > 1)
                    throw Errors.Libtorch($"0D or 1D target tensor expected, multi-target not supported: the target has shape {Errors.Shape(target.Impl.Shape)}");
                if (input1.ndim != target.ndim + 1 || input2.ndim != target.ndim + 1)
                    throw Errors.Libtorch($"{target.ndim}D target tensor expects {target.ndim + 1}D input tensors, but found inputs with sizes {Errors.Shape(input1.Impl.Shape)} and {Errors.Shape(input2.Impl.Shape)}.");
                const double Epsilon = 1e-12;
                var dim = target.ndim;
                var squares = (input1.square().sum(dim) + Epsilon) * (input2.square().sum(dim) + Epsilon);
                var cosine = (input1 * input2).sum(dim) / squares.sqrt();
                var zero = cosine.detach().zeros_like();
                return Reduce(torch.where(target.eq(1), 1 - cosine, zero) + torch.where(target.eq(-1), (cosine - margin).clamp_min(0), zero), reduction);
            }

            /// <summary>max(0, margin + distance(anchor, positive) - distance(anchor, negative)), the distance that of <see cref="pairwise_distance"/>.</summary>
            public static Tensor triplet_margin_loss(
                Tensor anchor, Tensor positive, Tensor negative, double margin = 1.0, long p = 2, double eps = 1E-06,
                bool swap = false, Reduction reduction = Reduction.Mean)
            {
                if (margin <= 0)
                    throw Errors.Libtorch($"triplet_margin_loss: margin must be greater than 0, but is {margin}");
                if (anchor.ndim != positive.ndim || anchor.ndim != negative.ndim)
                    throw Errors.Libtorch($"All inputs should have same dimension but got {anchor.ndim}D, {positive.ndim}D and {negative.ndim}D inputs.");
                return Triplet(anchor, positive, negative, (a, b) => pairwise_distance(a, b, p, eps), margin, swap, reduction);
            }

            /// <summary>As <see cref="triplet_margin_loss"/> with a distance of one's own.</summary>
            public static Tensor triplet_margin_with_distance_loss(
                Tensor anchor, Tensor positive, Tensor negative, Func<Tensor, Tensor, Tensor>? distance = null,
                double margin = 1.0, bool swap = false, Reduction reduction = Reduction.Mean) =>
                Triplet(anchor, positive, negative, distance ?? ((a, b) => pairwise_distance(a, b)), margin, swap, reduction);

            /// <summary>log(1 + exp(-target input)).</summary>
            public static Tensor soft_margin_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean)
            {
                SameShape(input, target);
                return Reduce((-target * input).exp().log1p(), reduction);
            }

            /// <summary>
            /// The sum over the targets t of a row (its classes up to the first -1) and the other classes d of max(0, 1 - x[t] + x[d]), over the
            /// number of classes.
            /// </summary>
            public static Tensor multi_label_margin_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean)
            {
                if (input.ndim is not (1 or 2) || !Shapes.Same(input.Impl.Shape, target.Impl.Shape))
                    throw Errors.Libtorch($"multi_label_margin_loss: Expected an input of 1 or 2 dimensions and a target of the same size, but got {Errors.Shape(input.Impl.Shape)} and {Errors.Shape(target.Impl.Shape)}");
                if (target.dtype != ScalarType.Int64)
                    throw Errors.Libtorch($"expected scalar type Long for the target but found {target.dtype.Name()}");
                var classes = input.size(-1);
                var x = input.reshape(-1, classes);
                var labels = target.reshape(-1, classes);
                if (labels.lt(-1).logical_or(labels.ge(classes)).any().item<bool>())
                    throw Errors.Libtorch($"target out of range: classes must be in [-1, {classes - 1}]");
                var listed = labels.lt(0).to(ScalarType.Int64).cumsum(1).eq(0);
                var safe = labels.masked_fill(listed.logical_not(), 0);
                var isTarget = zeros(x.shape, ScalarType.Int64).scatter_add(1, safe, listed.to(ScalarType.Int64)).gt(0);
                var pairs = (1 - x.gather(1, safe).unsqueeze(2) + x.unsqueeze(1)).relu();
                var open = listed.unsqueeze(2).logical_and(isTarget.logical_not().unsqueeze(1));
                var loss = (pairs.masked_fill(open.logical_not(), 0).sum(1, 2)) / classes;
                return Reduce(input.ndim == 1 ? loss.squeeze(0) : loss, reduction);
            }

            /// <summary>Binary cross-entropy of the logits of each class, averaged over the classes.</summary>
            public static Tensor multilabel_soft_margin_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean)
            {
                var loss = -((target * input.log_sigmoid()) + ((1 - target) * (-input).log_sigmoid()));
                return Reduce((weight is null ? loss : loss * weight).mean([-1]), reduction);
            }

            /// <summary>The sum over the classes d other than the target t of weight[t] max(0, margin - x[t] + x[d])^p, over the number of classes.</summary>
            public static Tensor multi_margin_loss(
                Tensor input, Tensor target, int p = 1, double margin = 1.0, Tensor? weight = null, Reduction reduction = Reduction.Mean)
            {
                if (p is not (1 or 2))
                    throw Errors.Libtorch($"multi_margin_loss: only p == 1 and p == 2 supported, not {p}");
                if (input.ndim is not (1 or 2) || input.numel() == 0)
                    throw Errors.Libtorch($"Expected non-empty vector or matrix with optional 0-dim batch size, but got: {Errors.Shape(input.Impl.Shape)}");
                if (target.dtype != ScalarType.Int64)
                    throw Errors.Libtorch($"expected scalar type Long for the target but found {target.dtype.Name()}");
                var classes = input.size(-1);
                var x = input.reshape(-1, classes);
                if (target.ndim > 1 || target.numel() != x.size(0))
                    throw Errors.Libtorch($"inconsistent target size, expected {x.size(0)} but got {Errors.Shape(target.Impl.Shape)}");
                if (weight is not null && (weight.ndim > 1 || weight.numel() != classes))
                    throw Errors.Libtorch($"inconsistent weight size, expected {classes} but got {Errors.Shape(weight.Impl.Shape)}");
                var labels = target.reshape(-1, 1);
                if (labels.lt(0).logical_or(labels.ge(classes)).any().item<bool>())
                    throw Errors.Libtorch($"target out of range: classes must be in [0, {classes - 1}]");
                var hinge = (margin - x.gather(1, labels) + x).relu();
                if (p == 2)
                    hinge = hinge.square();
                if (weight is not null)
                    hinge = hinge * weight.gather(0, labels.flatten()).unsqueeze(1);
                var loss = hinge.masked_fill(arange(classes).eq(labels), 0).sum(1) / classes;
                return Reduce(target.ndim == 0 ? loss.squeeze(0) : loss, reduction);
            }

            private static Tensor Triplet(
                Tensor anchor, Tensor positive, Tensor negative, Func<Tensor, Tensor, Tensor> distance, double margin, bool swap, Reduction reduction)
            {
                var far = distance(anchor, negative);
                if (swap)
                    far = far.minimum(distance(positive, negative));
                return Reduce((distance(anchor, positive) - far + margin).clamp_min(0), reduction);
            }
        }
    }
}
