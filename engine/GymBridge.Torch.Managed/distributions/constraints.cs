namespace TorchSharp;

public static partial class torch
{
    public static partial class distributions
    {
        /// <summary>The sets that parameters and values lie in; here, those that the transforms name.</summary>
        public static partial class constraints
        {
            public static _Real real = new();

            public static _IndependentConstraint real_vector = independent(real, 1);

            public static _GreaterThan positive = new(0);

            public static _GreaterThanEq nonnegative = new(0);

            public static _Interval unit_interval = new(0, 1);

            public static _Simplex simplex = new();

            public static _Interval interval(double lower_bound, double upper_bound) => new(lower_bound, upper_bound);

            public static _GreaterThan greater_than(double lower_bound) => new(lower_bound);

            public static _GreaterThanEq greater_than_eq(double lower_bound) => new(lower_bound);

            public static _IndependentConstraint independent(Constraint base_constraint, int reinterpreted_batch_ndims) =>
                new(base_constraint, reinterpreted_batch_ndims);

            public abstract class Constraint
            {
                protected Constraint()
                {
                }

                protected Constraint(bool is_discrete, int event_dim)
                {
                    this.is_discrete = is_discrete;
                    this.event_dim = event_dim;
                }

                public virtual bool is_discrete { get; protected set; }

                /// <summary>How many of the last dimensions one member of the set has.</summary>
                public virtual int event_dim { get; protected set; }

                /// <summary>For each event of a batch, whether it is in the set.</summary>
                public abstract Tensor check(Tensor value);
            }

            /// <summary>All but NaN.</summary>
            public class _Real : Constraint
            {
                public _Real()
                    : base(false, 0)
                {
                }

                public override Tensor check(Tensor value) => value.eq(value);
            }

            public class _Interval : Constraint
            {
                public _Interval(double lower_bound, double upper_bound)
                    : base(false, 0)
                {
                    this.lower_bound = lower_bound;
                    this.upper_bound = upper_bound;
                }

                public double lower_bound { get; private set; }

                public double upper_bound { get; private set; }

                public override Tensor check(Tensor value) => value.ge(lower_bound) & value.le(upper_bound);
            }

            public class _GreaterThan : Constraint
            {
                public _GreaterThan(double lower_bound)
                    : base(false, 0) => this.lower_bound = lower_bound;

                public double lower_bound { get; private set; }

                public override Tensor check(Tensor value) => value.gt(lower_bound);
            }

            public class _GreaterThanEq : Constraint
            {
                public _GreaterThanEq(double lower_bound)
                    : base(false, 0) => this.lower_bound = lower_bound;

                public double lower_bound { get; private set; }

                public override Tensor check(Tensor value) => value.ge(lower_bound);
            }

            /// <summary>Probabilities that sum to one over the last dimension.</summary>
            public class _Simplex : Constraint
            {
                public _Simplex()
                    : base(false, 1)
                {
                }

                public override Tensor check(Tensor value) => value.ge(0).all(-1L) & (value.sum(-1L) - 1).abs().lt(1e-6);
            }

            /// <summary>Each of the last dimensions more is part of an event.</summary>
            public class _IndependentConstraint : Constraint
            {
                private readonly int _dims;

                public _IndependentConstraint(Constraint base_constraint, int reinterpreted_batch_ndims)
                    : base(base_constraint.is_discrete, base_constraint.event_dim + reinterpreted_batch_ndims)
                {
                    this.base_constraint = base_constraint;
                    _dims = reinterpreted_batch_ndims;
                }

                public Constraint base_constraint { get; private set; }

                public override Tensor check(Tensor value)
                {
                    var result = base_constraint.check(value);
                    if (result.ndim < _dims)
                        throw new ArgumentException($"Expected value.dim() >= {event_dim} but got {value.ndim}");
                    return result.reshape([.. result.shape[..^_dims], -1]).all(-1L);
                }
            }
        }
    }
}
