namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor add(Tensor target) => Elementwise.Add(this, target);

        public Tensor add(Tensor target, Scalar alpha) => Elementwise.Add(this, Scaled(target, alpha));

        public Tensor add(Scalar scalar) => Elementwise.Add(this, scalar);

        public Tensor add(Scalar scalar, Scalar alpha) => Elementwise.Add(this, Times(scalar, alpha));

        public Tensor add_(Tensor target) => Elementwise.TryInPlace<AddOp>(this, target) ? this : Autograd.Assign(this, add(target));

        public Tensor add_(Tensor target, Scalar alpha)
        {
            if (!Autograd.RecordsInPlace(this) && !Autograd.Records(target) && FusedKernel.TryAddScaled(Impl, target.Impl, alpha))
                return this;
            return Autograd.Assign(this, add(target, alpha));
        }

        public Tensor add_(Scalar scalar) => Elementwise.TryInPlace<AddOp>(this, scalar) ? this : Autograd.Assign(this, add(scalar));

        public Tensor add_(Scalar scalar, Scalar alpha) => add_(Times(scalar, alpha));

        public Tensor sub(Tensor target) => Elementwise.Sub(this, target);

        public Tensor sub(Scalar target) => Elementwise.Sub(this, target);

        public Tensor sub_(Tensor target) => Elementwise.TryInPlace<SubOp>(this, target) ? this : Autograd.Assign(this, sub(target));

        public Tensor sub_(Scalar target) => Elementwise.TryInPlace<SubOp>(this, target) ? this : Autograd.Assign(this, sub(target));

        public Tensor subtract(Tensor target) => sub(target);

        public Tensor subtract(Scalar target) => sub(target);

        public Tensor subtract_(Tensor target) => sub_(target);

        public Tensor subtract_(Scalar target) => sub_(target);

        public Tensor mul(Tensor target) => Elementwise.Mul(this, target);

        public Tensor mul(Scalar target) => Elementwise.Mul(this, target);

        public Tensor mul_(Tensor target) => Elementwise.TryInPlace<MulOp>(this, target) ? this : Autograd.Assign(this, mul(target));

        public Tensor mul_(Scalar target) => Elementwise.TryInPlace<MulOp>(this, target) ? this : Autograd.Assign(this, mul(target));

        public Tensor multiply(Tensor target) => mul(target);

        public Tensor multiply(Scalar target) => mul(target);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
        {
            if (rounding_mode == RoundingMode.None)
                return Elementwise.Div(this, target);
            var dtype = Numeric(target, "floor_divide");
            return rounding_mode == RoundingMode.floor
                ? Elementwise.Binary<FloorDivideOp>(this, target, dtype, null, null)
                : Elementwise.Binary<TruncDivideOp>(this, target, dtype, null, null);
        }

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
        {
            if (rounding_mode == RoundingMode.None)
                return Elementwise.Div(this, target);
            using var t = Number(target, DTypes.Result(Impl, target));
            return div(t, rounding_mode);
        }

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
        {
            if (rounding_mode == RoundingMode.None && Impl.DType.IsFloat() && Elementwise.TryInPlace<DivOp>(this, target))
                return this;
            return Autograd.Assign(this, div(target, rounding_mode));
        }

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
        {
            if (rounding_mode == RoundingMode.None && Impl.DType.IsFloat() && Elementwise.TryInPlace<DivOp>(this, target))
                return this;
            return Autograd.Assign(this, div(target, rounding_mode));
        }

        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        public Tensor divide_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);

        public Tensor divide_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);

        public Tensor true_divide(Tensor other) => div(other);

        public Tensor true_divide(Scalar other) => div(other);

        public Tensor true_divide_(Tensor other) => div_(other);

        public Tensor true_divide_(Scalar other) => div_(other);

        public Tensor floor_divide(Tensor other) => div(other, RoundingMode.floor);

        public Tensor floor_divide(Scalar other) => div(other, RoundingMode.floor);

        public Tensor floor_divide_(Tensor other) => div_(other, RoundingMode.floor);

        public Tensor floor_divide_(Scalar other) => div_(other, RoundingMode.floor);

        public Tensor fmod(Tensor target) =>
            Elementwise.Binary<FmodOp>(this, target, Numeric(target, "fmod"), static (a, b) => a.ones_like(), static (a, b) => -a.div(b, RoundingMode.trunc));

        public Tensor fmod(Scalar scalar)
        {
            using var t = Number(scalar, DTypes.Result(Impl, scalar));
            return fmod(t);
        }

        public Tensor fmod_(Tensor target) => Autograd.Assign(this, fmod(target));

        public Tensor fmod_(Scalar scalar) => Autograd.Assign(this, fmod(scalar));

        public Tensor remainder(Tensor target) =>
            Elementwise.Binary<RemainderOp>(this, target, Numeric(target, "remainder"), static (a, b) => a.ones_like(), static (a, b) => -a.div(b, RoundingMode.floor));

        public Tensor remainder(Scalar scalar)
        {
            using var t = Number(scalar, DTypes.Result(Impl, scalar));
            return remainder(t);
        }

        public Tensor remainder_(Tensor target) => Autograd.Assign(this, remainder(target));

        public Tensor remainder_(Scalar scalar) => Autograd.Assign(this, remainder(scalar));

        public Tensor pow(Tensor exponent)
        {
            var dtype = Numeric(exponent, "pow");
            return Elementwise.Binary<PowOp>(
                this,
                exponent,
                dtype,
                static (a, b) => torch.where(b.eq(0), a.zeros_like(), b * a.pow(b - 1)),
                static (a, b) => torch.where(a.eq(0) & b.ge(0), a.zeros_like(), a.pow(b) * a.log()));
        }

        public Tensor pow(Scalar exponent)
        {
            if (Impl.DType.IsInteger() && exponent.Category == 1 && exponent.AsLong < 0)
                throw Errors.Libtorch("Integers to negative integer powers are not allowed.");
            if (Impl.DType.IsFloat() && exponent.AsDouble == 2)
                return square();
            if (DTypes.Result(Impl, exponent) == ScalarType.Bool)
                return exponent.IsZero ? ones_like() : clone();
            using var e = Number(exponent, DTypes.Result(Impl, exponent));
            var result = exponent.AsDouble == 0.5 ? detach().to(e.dtype).sqrt()
                : exponent.AsDouble == -0.5 ? detach().to(e.dtype).rsqrt()
                : Elementwise.Run<PowOp>(Impl, e.Impl, e.Impl.DType);
            return Autograd.Records(this)
                ? Autograd.Attach(
                    result, this, (n, g) => n.Give(0, exponent.IsZero ? g.zeros_like() : g * (n.S0.pow(exponent.AsDouble - 1) * exponent)), Saved.Input(this))
                : result;
        }

        public Tensor pow_(Tensor exponent) => Autograd.Assign(this, pow(exponent));

        public Tensor pow_(Scalar exponent) => Autograd.Assign(this, pow(exponent));

        public Tensor float_power(Tensor target) => @double().pow(target.@double());

        public Tensor atan2(Tensor other) => Elementwise.Binary<Atan2Op>(
            this,
            other,
            DTypes.Floating(DTypes.Result(Impl, other.Impl)),
            static (a, b) => b / (a.square() + b.square()),
            static (a, b) => -a / (a.square() + b.square()));

        public Tensor arctan2(Tensor other) => atan2(other);

        public Tensor arctan(Tensor other) => atan2(other);

        public Tensor atan2_(Tensor other) => Autograd.Assign(this, atan2(other));

        public Tensor arctan2_(Tensor other) => atan2_(other);

        public Tensor arctan_(Tensor other) => atan2_(other);

        public Tensor hypot(Tensor other) => Elementwise.Binary<HypotOp>(
            this,
            other,
            FloatingOnly(other, "hypot"),
            static (a, b) => a / a.hypot(b),
            static (a, b) => b / a.hypot(b));

        public Tensor logaddexp(Tensor other) => Elementwise.Binary<LogAddExpOp>(
            this,
            other,
            FloatingOnly(other, "logaddexp"),
            static (a, b) => (a - b).sigmoid(),
            static (a, b) => (b - a).sigmoid());

        public Tensor xlogy(Tensor y) => Elementwise.Binary<XlogyOp>(
            this,
            y,
            DTypes.Floating(DTypes.Result(Impl, y.Impl)),
            static (a, b) => torch.where(a.eq(0) & b.le(0), a.zeros_like(), b.log()),
            static (a, b) => a / b);

        public Tensor xlogy(Scalar y)
        {
            using var t = Number(y, DTypes.Floating(DTypes.Result(Impl, y)));
            return xlogy(t);
        }

        public Tensor xlogy_(Tensor y) => Autograd.Assign(this, xlogy(y));

        public Tensor xlogy_(Scalar y) => Autograd.Assign(this, xlogy(y));

        public Tensor copysign(Tensor other) => Elementwise.Binary<CopySignOp>(
            this,
            other,
            DTypes.Floating(DTypes.Result(Impl, other.Impl)),
            static (a, b) => torch.where(a.eq(0), a.zeros_like(), a.copysign(b) / a),
            static (a, b) => b.zeros_like());

        public Tensor copysign_(Tensor other) => Autograd.Assign(this, copysign(other));

        public Tensor maximum(Tensor other) => Elementwise.Binary<MaximumOp>(
            this,
            other,
            DTypes.Result(Impl, other.Impl),
            static (a, b) => Share(a.lt(b), a.eq(b), a),
            static (a, b) => Share(b.lt(a), a.eq(b), a));

        public Tensor minimum(Tensor other) => Elementwise.Binary<MinimumOp>(
            this,
            other,
            DTypes.Result(Impl, other.Impl),
            static (a, b) => Share(a.gt(b), a.eq(b), a),
            static (a, b) => Share(b.gt(a), a.eq(b), a));

        public Tensor max(Tensor other) => maximum(other);

        public Tensor min(Tensor other) => minimum(other);

        public Tensor fmax(Tensor other) => Elementwise.Binary<FMaxOp>(
            this,
            other,
            DTypes.Result(Impl, other.Impl),
            static (a, b) => (a.ge(b) | b.isnan()).type(a.dtype),
            static (a, b) => (a.ge(b) | b.isnan()).logical_not().type(a.dtype));

        public Tensor fmin(Tensor other) => Elementwise.Binary<FMinOp>(
            this,
            other,
            DTypes.Result(Impl, other.Impl),
            static (a, b) => (a.le(b) | b.isnan()).type(a.dtype),
            static (a, b) => (a.le(b) | b.isnan()).logical_not().type(a.dtype));

        public Tensor bitwise_and(Tensor other) => Bitwise<BitAndOp>(other, "bitwise_and");

        public Tensor bitwise_or(Tensor other) => Bitwise<BitOrOp>(other, "bitwise_or");

        public Tensor bitwise_xor(Tensor other) => Bitwise<BitXorOp>(other, "bitwise_xor");

        public Tensor bitwise_left_shift(Tensor other) => Bitwise<ShiftLeftOp>(other, "bitwise_left_shift");

        public Tensor bitwise_right_shift(Tensor other) => Bitwise<ShiftRightOp>(other, "bitwise_right_shift");

        public Tensor bitwise_and_(Tensor other) => Autograd.Assign(this, bitwise_and(other));

        public Tensor bitwise_or_(Tensor other) => Autograd.Assign(this, bitwise_or(other));

        public Tensor bitwise_xor_(Tensor other) => Autograd.Assign(this, bitwise_xor(other));

        public Tensor bitwise_left_shift_(Tensor other) => Autograd.Assign(this, bitwise_left_shift(other));

        public Tensor bitwise_right_shift_(Tensor other) => Autograd.Assign(this, bitwise_right_shift(other));

        public Tensor bitwise_not()
        {
            if (Impl.DType == ScalarType.Bool)
                return logical_not();
            if (Impl.DType.IsFloat())
                throw Errors.Libtorch($"bitwise_not is not implemented for {Impl.DType.Name()}");
            return Unary.VectorOrInteger<NegFn>(this, static x => ~x, null, false, false);
        }

        public Tensor bitwise_not_() => Autograd.Assign(this, bitwise_not());

        public Tensor lerp(Tensor end, Tensor weight) => InDouble(@double() + (weight.@double() * (end.@double() - @double())));

        public Tensor lerp_(Tensor end, Tensor weight) => Autograd.Assign(this, lerp(end, weight));

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => InDouble(@double() + (tensor1.@double() * tensor2.@double() * value));

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Autograd.Assign(this, addcmul(tensor1, tensor2, value));

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => InDouble(@double() + (tensor1.@double() / tensor2.@double() * value));

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => addcdiv(tensor1, tensor2, 1);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => Autograd.Assign(this, addcdiv(tensor1, tensor2, value));

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => Autograd.Assign(this, addcdiv(tensor1, tensor2));

        internal static Tensor Number(Scalar s, ScalarType dtype) => new(Elementwise.Constant(s, dtype));

        private static Tensor Scaled(Tensor t, Scalar alpha) => alpha.AsDouble == 1 ? t : t.mul(alpha);

        private static Scalar Times(Scalar a, Scalar b) => a.Category == 2 || b.Category == 2 ? a.AsDouble * b.AsDouble : a.AsLong * b.AsLong;

        /// <summary>0 for the loser, a half each for a tie, else 1: a NaN lets both through.</summary>
        private static Tensor Share(Tensor loses, Tensor ties, Tensor like) => torch.where(loses, Number(0, like.dtype), 1 - (ties.type(like.dtype) * 0.5));

        /// <summary>A chain that PyTorch fuses: computed in double and rounded once.</summary>
        private Tensor InDouble(Tensor result) => result.to(Impl.DType);

        private ScalarType Numeric(Tensor other, string name)
        {
            var dtype = DTypes.Result(Impl, other.Impl);
            return dtype != ScalarType.Bool ? dtype : throw Errors.Libtorch($"\"{name}_cpu\" not implemented for 'Bool'");
        }

        private ScalarType FloatingOnly(Tensor other, string name)
        {
            var dtype = DTypes.Result(Impl, other.Impl);
            return dtype.IsFloat() ? dtype : throw Errors.Libtorch($"\"{name}_cpu\" not implemented for '{dtype.Name()}'");
        }

        private Tensor Bitwise<TOp>(Tensor other, string name)
            where TOp : struct, IBinaryOp
        {
            var dtype = DTypes.Result(Impl, other.Impl);
            if (dtype.IsFloat())
                throw Errors.Libtorch($"\"{name}_cpu\" not implemented for '{dtype.Name()}'");
            return Elementwise.Run<TOp>(Impl, other.Impl, dtype);
        }
    }
}
