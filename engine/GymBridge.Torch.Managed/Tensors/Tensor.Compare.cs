namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Elementwise.Compare<EqOp>(this, target);

        public Tensor eq(Scalar target) => Elementwise.Compare<EqOp>(this, target);

        public Tensor eq_(Tensor target) => Autograd.Assign(this, eq(target));

        public Tensor eq_(Scalar target) => Autograd.Assign(this, eq(target));

        public Tensor equal(Tensor target) => eq(target);

        public Tensor ne(Tensor target) => Elementwise.Compare<NeOp>(this, target);

        public Tensor ne(Scalar target) => Elementwise.Compare<NeOp>(this, target);

        public Tensor ne_(Tensor target) => Autograd.Assign(this, ne(target));

        public Tensor ne_(Scalar target) => Autograd.Assign(this, ne(target));

        public Tensor not_equal(Tensor target) => ne(target);

        public Tensor lt(Tensor target) => Elementwise.Compare<LtOp>(this, target);

        public Tensor lt(Scalar target) => Elementwise.Compare<LtOp>(this, target);

        public Tensor lt_(Tensor target) => Autograd.Assign(this, lt(target));

        public Tensor lt_(Scalar target) => Autograd.Assign(this, lt(target));

        public Tensor less(Tensor target) => lt(target);

        public Tensor le(Tensor target) => Elementwise.Compare<LeOp>(this, target);

        public Tensor le(Scalar target) => Elementwise.Compare<LeOp>(this, target);

        public Tensor le_(Tensor target) => Autograd.Assign(this, le(target));

        public Tensor le_(Scalar target) => Autograd.Assign(this, le(target));

        public Tensor less_equal(Tensor target) => le(target);

        public Tensor gt(Tensor target) => Elementwise.Compare<GtOp>(this, target);

        public Tensor gt(Scalar target) => Elementwise.Compare<GtOp>(this, target);

        public Tensor gt_(Tensor target) => Autograd.Assign(this, gt(target));

        public Tensor gt_(Scalar target) => Autograd.Assign(this, gt(target));

        public Tensor greater(Tensor target) => gt(target);

        public Tensor ge(Tensor target) => Elementwise.Compare<GeOp>(this, target);

        public Tensor ge(Scalar target) => Elementwise.Compare<GeOp>(this, target);

        public Tensor ge_(Tensor target) => Autograd.Assign(this, ge(target));

        public Tensor ge_(Scalar target) => Autograd.Assign(this, ge(target));

        public Tensor greater_equal(Tensor target) => ge(target);

        public Tensor not_equal_(Tensor target) => ne_(target);

        public Tensor less_equal_(Tensor target) => le_(target);

        public Tensor logical_and(Tensor other) => Elementwise.Compare<LogicalAndOp>(this, other);

        public Tensor logical_and_(Tensor other) => Autograd.Assign(this, logical_and(other));

        public Tensor logical_or(Tensor other) => Elementwise.Compare<LogicalOrOp>(this, other);

        public Tensor logical_or_(Tensor other) => Autograd.Assign(this, logical_or(other));

        public Tensor logical_xor(Tensor other) => Elementwise.Compare<LogicalXorOp>(this, other);

        public Tensor logical_xor_(Tensor other) => Autograd.Assign(this, logical_xor(other));

        public Tensor isclose(Tensor other, double rtol = 1E-05, double atol = 1E-08, bool nanEqual = false)
        {
            var close = eq(other);
            if (nanEqual)
                close = close | (isnan() & other.isnan());
            if (!Impl.DType.IsFloat() && !other.Impl.DType.IsFloat())
                return close;
            var allowed = other.abs().mul(rtol).add(atol);
            var difference = sub(other).abs();
            return close | (difference.isfinite() & difference.le(allowed));
        }

        public bool allclose(Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            return isclose(target, rtol, atol, equal_nan).all().item<bool>();
        }

        public Tensor clamp(Scalar? min = null, Scalar? max = null)
        {
            if (min is null && max is null)
                throw Errors.Libtorch("torch.clamp: At least one of 'min' or 'max' must not be None");
            var dtype = Impl.DType;
            if (min is not null)
                dtype = DTypes.Promote(dtype, DTypes.Result(Impl, min));
            if (max is not null)
                dtype = DTypes.Promote(dtype, DTypes.Result(Impl, max));
            using var lo = min is null ? null : Number(min, dtype);
            using var hi = max is null ? null : Number(max, dtype);
            return Clamped(lo, hi, dtype);
        }

        public Tensor clamp(Tensor? min = null, Tensor? max = null)
        {
            if (min is null && max is null)
                throw Errors.Libtorch("torch.clamp: At least one of 'min' or 'max' must not be None");
            var dtype = Impl.DType;
            if (min is not null)
                dtype = DTypes.Promote(dtype, DTypes.Result(Impl, min.Impl));
            if (max is not null)
                dtype = DTypes.Promote(dtype, DTypes.Result(Impl, max.Impl));
            return Clamped(min, max, dtype);
        }

        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Autograd.Assign(this, clamp(min, max));

        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => Autograd.Assign(this, clamp(min, max));

        public Tensor clamp_max(Scalar max) => clamp(null, max);

        public Tensor clamp_max_(Scalar max) => clamp_(null, max);

        public Tensor clamp_min(Scalar min) => clamp(min, null);

        public Tensor clamp_min_(Scalar min) => clamp_(min, null);

        public Tensor where(Tensor condition, Tensor y) => torch.where(condition, this, y);

        /// <summary>The bounds take their gradient where they win; at a bound the value's own passes.</summary>
        private Tensor Clamped(Tensor? lo, Tensor? hi, ScalarType dtype)
        {
            Tensor result;
            using (no_grad())
            {
                var x = lo is null ? this : new Tensor(Elementwise.Run<MaximumOp>(Impl, lo.Impl, dtype).Impl.AddReference());
                result = hi is null ? x : new Tensor(Elementwise.Run<MinimumOp>(x.Impl, hi.Impl, dtype).Impl.AddReference());
            }
            if (!Autograd.Records(this, lo ?? this, hi))
                return result;
            var node = new ClampNode(this, lo, hi);
            return Autograd.Attach(result, node);
        }
    }
}
