namespace TorchSharp;

public static partial class torch
{
    public static partial class distributions
    {
        /// <summary>Maps of random variables, with the logarithm of their Jacobian's determinant.</summary>
        public static partial class transforms
        {
            public abstract class Transform
            {
                protected bool _bijective;
                protected constraints.Constraint _domain = constraints.real;
                protected constraints.Constraint _codomain = constraints.real;
                protected Transform? _inv;

                protected Transform()
                {
                }

                /// <summary>How many of the last dimensions are one argument, if it is as many as those of one value.</summary>
                public virtual int event_dim => domain.event_dim == codomain.event_dim
                    ? domain.event_dim
                    : throw new InvalidOperationException("Please use either .domain.event_dim or .codomain.event_dim");

                public virtual Transform inv => _inv ??= new InverseTransform(this);

                public virtual constraints.Constraint domain => _domain;

                public virtual constraints.Constraint codomain => _codomain;

                public virtual bool bijective => _bijective;

                /// <summary>1 where the map rises, -1 where it falls.</summary>
                public Tensor sign => _sign();

                public Tensor forward(Tensor x) => _call(x);

                public virtual long[] forward_shape(long[] shape) => shape;

                public virtual long[] inverse_shape(long[] shape) => shape;

                protected internal virtual Tensor _sign() => throw new NotImplementedException($"{GetType().Name}.sign");

                protected internal abstract Tensor _call(Tensor x);

                protected internal abstract Tensor _inverse(Tensor y);

                protected internal virtual Tensor log_abs_det_jacobian(Tensor x, Tensor y) =>
                    throw new NotImplementedException($"{GetType().Name}.log_abs_det_jacobian");

                protected internal static Tensor _sum_rightmost(Tensor value, int dim) =>
                    dim == 0 ? value : value.reshape([.. value.shape[..^dim], -1]).sum(-1L);
            }

            private sealed class InverseTransform : Transform
            {
                public InverseTransform(Transform transform) => _inv = transform;

                public override constraints.Constraint domain => inv.codomain;

                public override constraints.Constraint codomain => inv.domain;

                public override bool bijective => inv.bijective;

                public override long[] forward_shape(long[] shape) => inv.inverse_shape(shape);

                public override long[] inverse_shape(long[] shape) => inv.forward_shape(shape);

                protected internal override Tensor _sign() => inv.sign;

                protected internal override Tensor _call(Tensor x) => inv._inverse(x);

                protected internal override Tensor _inverse(Tensor y) => inv._call(y);

                protected internal override Tensor log_abs_det_jacobian(Tensor x, Tensor y) => -inv.log_abs_det_jacobian(y, x);
            }

            /// <summary>One after another, the first first.</summary>
            public class ComposeTransform : Transform
            {
                private readonly Transform[] _parts;

                public ComposeTransform(IEnumerable<Transform> parts, int cache_size = 0) => _parts = [.. parts];

                public override Transform inv => _inv ??= new ComposeTransform(_parts.Reverse().Select(part => part.inv));

                public override constraints.Constraint domain
                {
                    get
                    {
                        if (_parts.Length == 0)
                            return constraints.real;
                        var dims = _parts[^1].codomain.event_dim;
                        foreach (var part in _parts.Reverse())
                            dims = Math.Max(dims + part.domain.event_dim - part.codomain.event_dim, part.domain.event_dim);
                        return Widened(_parts[0].domain, dims);
                    }
                }

                public override constraints.Constraint codomain
                {
                    get
                    {
                        if (_parts.Length == 0)
                            return constraints.real;
                        var dims = _parts[0].domain.event_dim;
                        foreach (var part in _parts)
                            dims = Math.Max(dims + part.codomain.event_dim - part.domain.event_dim, part.codomain.event_dim);
                        return Widened(_parts[^1].codomain, dims);
                    }
                }

                public override bool bijective => _parts.All(part => part.bijective);

                public override long[] forward_shape(long[] shape) => _parts.Aggregate(shape, (s, part) => part.forward_shape(s));

                public override long[] inverse_shape(long[] shape) => _parts.Reverse().Aggregate(shape, (s, part) => part.inverse_shape(s));

                protected internal override Tensor _sign() => _parts.Aggregate((Tensor)1, (s, part) => s * part.sign);

                protected internal override Tensor _call(Tensor x) => _parts.Aggregate(x, (value, part) => part._call(value));

                protected internal override Tensor _inverse(Tensor y) => _parts.Reverse().Aggregate(y, (value, part) => part._inverse(value));

                protected internal override Tensor log_abs_det_jacobian(Tensor x, Tensor y)
                {
                    if (_parts.Length == 0)
                        return zeros_like(x);
                    var dims = domain.event_dim;
                    Tensor? sum = null;
                    for (var i = 0; i < _parts.Length; i++)
                    {
                        var part = _parts[i];
                        var next = i == _parts.Length - 1 ? y : part._call(x);
                        var term = _sum_rightmost(part.log_abs_det_jacobian(x, next), dims - part.domain.event_dim);
                        sum = sum is null ? term : sum + term;
                        dims += part.codomain.event_dim - part.domain.event_dim;
                        x = next;
                    }
                    return sum!;
                }

                private static constraints.Constraint Widened(constraints.Constraint constraint, int dims) =>
                    dims > constraint.event_dim ? constraints.independent(constraint, dims - constraint.event_dim) : constraint;
            }

            /// <summary>Another transform, more of whose last dimensions are one event. The name is upstream's.</summary>
            public class IndepdenentTransform : Transform
            {
                private readonly Transform _base;
                private readonly int _dims;

                public IndepdenentTransform(Transform base_transform, int reinterpreted_batch_dims)
                {
                    _base = base_transform;
                    _dims = reinterpreted_batch_dims;
                }

                public override constraints.Constraint domain => constraints.independent(_base.domain, _dims);

                public override constraints.Constraint codomain => constraints.independent(_base.codomain, _dims);

                public override bool bijective => _base.bijective;

                public override long[] forward_shape(long[] shape) => _base.forward_shape(shape);

                public override long[] inverse_shape(long[] shape) => _base.inverse_shape(shape);

                protected internal override Tensor _sign() => _base.sign;

                protected internal override Tensor _call(Tensor x) => _base._call(Checked(x, domain));

                protected internal override Tensor _inverse(Tensor y) => _base._inverse(Checked(y, codomain));

                protected internal override Tensor log_abs_det_jacobian(Tensor x, Tensor y) => _sum_rightmost(_base.log_abs_det_jacobian(x, y), _dims);

                private static Tensor Checked(Tensor t, constraints.Constraint set) =>
                    t.ndim >= set.event_dim ? t : throw new ArgumentException("Too few dimensions on input");
            }
        }
    }
}
