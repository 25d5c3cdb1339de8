namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor exp() => Unary.Vector<ExpFn>(this, static (g, x, y) => g * y, false, true);

        public Tensor exp_() => Autograd.Assign(this, exp());

        public Tensor log() => Unary.Vector<LogFn>(this, static (g, x, y) => g / x, true, false);

        public Tensor log_() => Autograd.Assign(this, log());

        public Tensor sigmoid() => Unary.Vector<SigmoidFn>(this, static (g, x, y) => g * (y * (1 - y)), false, true);

        public Tensor sigmoid_() => Autograd.Assign(this, sigmoid());

        public Tensor sqrt() => Unary.Vector<SqrtFn>(this, static (g, x, y) => g / (y * 2), false, true);

        public Tensor sqrt_() => Autograd.Assign(this, sqrt());

        public Tensor reciprocal() => Unary.Vector<ReciprocalFn>(this, static (g, x, y) => -g * (y * y), false, true);

        public Tensor reciprocal_() => Autograd.Assign(this, reciprocal());

        public Tensor exp2() => Unary.Scalar<Exp2Fn>(this, static (g, x, y) => g * (y * 0.69314718055994531), false, true);

        public Tensor exp2_() => Autograd.Assign(this, exp2());

        public Tensor expm1() => Unary.Scalar<Expm1Fn>(this, static (g, x, y) => g * (y + 1), false, true);

        public Tensor expm1_() => Autograd.Assign(this, expm1());

        public Tensor log1p() => Unary.Scalar<Log1pFn>(this, static (g, x, y) => g / (x + 1), true, false);

        public Tensor log1p_() => Autograd.Assign(this, log1p());

        public Tensor log2() => Unary.Scalar<Log2Fn>(this, static (g, x, y) => g / (x * 0.69314718055994531), true, false);

        public Tensor log2_() => Autograd.Assign(this, log2());

        public Tensor log10() => Unary.Scalar<Log10Fn>(this, static (g, x, y) => g / (x * 2.30258509299404568), true, false);

        public Tensor log10_() => Autograd.Assign(this, log10());

        public Tensor rsqrt() => Unary.Scalar<RsqrtFn>(this, static (g, x, y) => g * (y.pow(3) * -0.5), false, true);

        public Tensor rsqrt_() => Autograd.Assign(this, rsqrt());

        public Tensor sin() => Unary.Scalar<SinFn>(this, static (g, x, y) => g * x.cos(), true, false);

        public Tensor sin_() => Autograd.Assign(this, sin());

        public Tensor cos() => Unary.Scalar<CosFn>(this, static (g, x, y) => -g * x.sin(), true, false);

        public Tensor cos_() => Autograd.Assign(this, cos());

        public Tensor tan() => Unary.Scalar<TanFn>(this, static (g, x, y) => g * (y.square() + 1), false, true);

        public Tensor tan_() => Autograd.Assign(this, tan());

        public Tensor asin() => Unary.Scalar<AsinFn>(this, static (g, x, y) => g * (1 - x.square()).rsqrt(), true, false);

        public Tensor asin_() => Autograd.Assign(this, asin());

        public Tensor arcsin() => asin();

        public Tensor arcsin_() => asin_();

        public Tensor acos() => Unary.Scalar<AcosFn>(this, static (g, x, y) => -g * (1 - x.square()).rsqrt(), true, false);

        public Tensor acos_() => Autograd.Assign(this, acos());

        public Tensor arccos() => acos();

        public Tensor arccos_() => acos_();

        public Tensor atan() => Unary.Scalar<AtanFn>(this, static (g, x, y) => g / (x.square() + 1), true, false);

        public Tensor atan_() => Autograd.Assign(this, atan());

        public Tensor arctan() => atan();

        public Tensor arctan_() => atan_();

        public Tensor sinh() => Unary.Scalar<SinhFn>(this, static (g, x, y) => g * x.cosh(), true, false);

        public Tensor sinh_() => Autograd.Assign(this, sinh());

        public Tensor cosh() => Unary.Scalar<CoshFn>(this, static (g, x, y) => g * x.sinh(), true, false);

        public Tensor cosh_() => Autograd.Assign(this, cosh());

        public Tensor asinh() => Unary.Scalar<AsinhFn>(this, static (g, x, y) => g * (x.square() + 1).rsqrt(), true, false);

        public Tensor asinh_() => Autograd.Assign(this, asinh());

        public Tensor arcsinh() => asinh();

        public Tensor arcsinh_() => asinh_();

        public Tensor acosh() => Unary.Scalar<AcoshFn>(this, static (g, x, y) => g * (x.square() - 1).rsqrt(), true, false);

        public Tensor acosh_() => Autograd.Assign(this, acosh());

        public Tensor arccosh() => acosh();

        public Tensor arccosh_() => acosh_();

        public Tensor atanh() => Unary.Scalar<AtanhFn>(this, static (g, x, y) => g / (1 - x.square()), true, false);

        public Tensor atanh_() => Autograd.Assign(this, atanh());

        public Tensor arctanh() => atanh();

        public Tensor arctanh_() => atanh_();

        public Tensor erf() => Unary.Scalar<ErfFn>(this, static (g, x, y) => g * ((-x.square()).exp() * 1.1283791670955126), true, false);

        public Tensor erf_() => Autograd.Assign(this, erf());

        public Tensor erfc() => Unary.Scalar<ErfcFn>(this, static (g, x, y) => g * ((-x.square()).exp() * -1.1283791670955126), true, false);

        public Tensor erfc_() => Autograd.Assign(this, erfc());

        public Tensor erfinv() => Unary.Scalar<ErfInvFn>(this, static (g, x, y) => g * (y.square().exp() * 0.88622692545275801), false, true);

        public Tensor erfinv_() => Autograd.Assign(this, erfinv());

        public Tensor lgamma() => Unary.Scalar<LogGammaFn>(this, static (g, x, y) => g * x.digamma(), true, false);

        public Tensor lgamma_() => Autograd.Assign(this, lgamma());

        public Tensor digamma() => Unary.Scalar<DigammaFn>(this, static (g, x, y) => g * x.polygamma(1), true, false);

        public Tensor digamma_() => Autograd.Assign(this, digamma());

        public Tensor neg()
        {
            if (Impl.DType == ScalarType.Bool)
                throw Errors.Libtorch("Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.");
            return Unary.VectorOrInteger<NegFn>(this, static x => -x, static (g, x, y) => -g, false, false);
        }

        public Tensor neg_() => Autograd.Assign(this, neg());

        public Tensor negative() => neg();

        public Tensor abs() => Unary.VectorOrInteger<AbsFn>(NotBool("abs"), Math.Abs, static (g, x, y) => g * x.sign(), true, false);

        public Tensor abs_() => Autograd.Assign(this, abs());

        public Tensor absolute() => abs();

        public Tensor absolute_() => abs_();

        public Tensor square() =>
            Unary.VectorOrInteger<SquareFn>(
                this.Impl.DType == ScalarType.Bool ? this.to(ScalarType.Int64) : this, static x => x * x, static (g, x, y) => g * (x * 2), true, false);

        public Tensor floor() => Unary.VectorOrInteger<FloorFn>(NotBool("floor"), static x => x, null, false, false);

        public Tensor floor_() => Autograd.Assign(this, floor());

        public Tensor ceil() => Unary.VectorOrInteger<CeilFn>(NotBool("ceil"), static x => x, null, false, false);

        public Tensor ceil_() => Autograd.Assign(this, ceil());

        public Tensor trunc() => Unary.VectorOrInteger<TruncFn>(NotBool("trunc"), static x => x, null, false, false);

        public Tensor trunc_() => Autograd.Assign(this, trunc());

        public Tensor fix() => trunc();

        public Tensor fix_() => trunc_();

        public Tensor sign()
        {
            if (Impl.DType.IsFloat())
                return Unary.Scalar<SignFn>(this, null, savesInput: false);
            return Unary.VectorOrInteger<NegFn>(this, static x => Math.Sign(x), null, false, false);
        }

        public Tensor sign_() => Autograd.Assign(this, sign());

        public Tensor sgn() => sign();

        public Tensor sgn_() => sign_();

        public Tensor signbit() => Unary.Test(this, static x => double.IsNegative(x));

        public Tensor positive() => Impl.DType == ScalarType.Bool ? throw new ArgumentException("Unary plus does not support boolean tensors.") : alias();

        public Tensor frac()
        {
            if (!Impl.DType.IsFloat())
                throw Errors.Libtorch($"\"frac\" not implemented for '{Impl.DType.Name()}'");
            return Unary.Scalar<FracFn>(this, static (g, x, y) => g, savesInput: false);
        }

        public Tensor frac_() => Autograd.Assign(this, frac());

        /// <summary>To the nearest even.</summary>
        public Tensor round(long decimals = 0)
        {
            NotBool("round");
            if (decimals == 0)
                return Unary.VectorOrInteger<RoundFn>(this, static x => x, null, false, false);
            var ten = Math.Pow(10, Math.Abs(decimals));
            return decimals > 0
                ? Unary.Map(this, x => Math.Round(x * ten) / ten, null, savesInput: false)
                : Unary.Map(this, x => Math.Round(x / ten) * ten, null, savesInput: false);
        }

        public Tensor round_(long decimals = 0) => Autograd.Assign(this, round(decimals));

        public Tensor tanh()
        {
            var y = Unary.Vector<TanhFn>(this, null, false, false, record: false);
            return Autograd.Records(this) ? Autograd.Attach(y, new TanhNode(this, y)) : y;
        }

        public Tensor tanh_() => Autograd.Assign(this, tanh());

        public Tensor relu()
        {
            if (!Impl.DType.IsFloat())
            {
                if (Impl.DType == ScalarType.Bool)
                    throw Errors.Libtorch("Boolean inputs not supported for relu");
                return Unary.VectorOrInteger<ReluFn>(this, static x => Math.Max(x, 0), null, false, false);
            }
            var y = Unary.Vector<ReluFn>(this, null, false, false, record: false);
            return Autograd.Records(this) ? Autograd.Attach(y, new ReluNode(this, y)) : y;
        }

        public Tensor relu_() => Autograd.Assign(this, relu());

        public Tensor relu6() => hardtanh(0, 6);

        public Tensor relu6_() => Autograd.Assign(this, relu6());

        public Tensor silu() => Unary.Scalar<SiluFn>(this, static (g, x, y) =>
        {
            var s = x.sigmoid();
            return g * (s * (1 + (x * (1 - s))));
        });

        public Tensor silu_() => Autograd.Assign(this, silu());

        public Tensor gelu() => Unary.Scalar<GeluFn>(this, static (g, x, y) =>
            g * (((x * 0.70710678118654752).erf() + 1) * 0.5 + (x * ((x.square() * -0.5).exp() * 0.3989422804014327))));

        public Tensor gelu(Modules.GELU.Approximate approximate)
        {
            if (approximate == Modules.GELU.Approximate.none)
                return gelu();
            return Unary.Scalar<GeluTanhFn>(this, static (g, x, y) =>
            {
                var t = ((x + (x.pow(3) * 0.044715)) * 0.79788456080286536).tanh();
                return g * (((t + 1) * 0.5) + (x * 0.5 * (1 - t.square()) * ((x.square() * 0.134145) + 1) * 0.79788456080286536));
            });
        }

        public Tensor gelu_() => Autograd.Assign(this, gelu());

        public Tensor gelu_(Modules.GELU.Approximate approximate) => Autograd.Assign(this, gelu(approximate));

        public Tensor log_sigmoid() => Unary.Scalar<LogSigmoidFn>(this, static (g, x, y) => g * (-x).sigmoid());

        public Tensor softplus(double beta = 1.0, double threshold = 20.0) => Unary.Map(
            this,
            x => x * beta > threshold ? x : DMath.Log1p(DMath.Exp(x * beta)) / beta,
            (g, x, y) => torch.where((x * beta).gt(threshold), g, g * (x * beta).sigmoid()));

        public Tensor leaky_relu(Scalar negative_slope)
        {
            var slope = Impl.DType == ScalarType.Float32 ? (float)negative_slope.AsDouble : negative_slope.AsDouble;
            return Unary.Map(this, x => x > 0 ? x : x * slope, (g, x, y) => torch.where(x.gt(0), g, g * slope));
        }

        public Tensor leaky_relu_(Scalar negative_slope) => Autograd.Assign(this, leaky_relu(negative_slope));

        public Tensor elu(double alpha = 1.0) => elu(alpha, 1.0, 1.0);

        public Tensor elu_(double alpha = 1.0) => Autograd.Assign(this, elu(alpha));

        public Tensor elu(Scalar alpha, Scalar scale, Scalar input_scale)
        {
            var a = alpha.AsDouble;
            var s = scale.AsDouble;
            var k = input_scale.AsDouble;
            return Unary.Map(
                this,
                x => x <= 0 ? s * a * DMath.Expm1(x * k) : s * x,
                (g, x, y) => torch.where(x.le(0), g * ((x * k).exp() * (s * a * k)), g * s));
        }

        public Tensor elu_(Scalar alpha, Scalar scale, Scalar input_scale) => Autograd.Assign(this, elu(alpha, scale, input_scale));

        public Tensor celu() => celu(1.0);

        public Tensor celu(Scalar alpha) => elu(alpha, 1.0, 1 / alpha.AsDouble);

        public Tensor celu_() => Autograd.Assign(this, celu());

        public Tensor celu_(Scalar alpha) => Autograd.Assign(this, celu(alpha));

        public Tensor selu() => elu(1.6732632423543772848170429916717, 1.0507009873554804934193349852946, 1.0);

        public Tensor selu_() => Autograd.Assign(this, selu());

        public Tensor hardtanh(Scalar min, Scalar max)
        {
            var lo = min.AsDouble;
            var hi = max.AsDouble;
            return Unary.Map(this, x => x < lo ? lo : x > hi ? hi : x, (g, x, y) => torch.where(x.le(lo) | x.ge(hi), g.zeros_like(), g));
        }

        public Tensor hardtanh_(Scalar min, Scalar max) => Autograd.Assign(this, hardtanh(min, max));

        public Tensor hardsigmoid() =>
            Unary.Map(
                this, static x => Math.Min(Math.Max(x + 3, 0), 6) / 6, static (g, x, y) => torch.where(x.gt(-3) & x.lt(3), g * (1f / 6f), g.zeros_like()));

        public Tensor hardsigmoid_() => Autograd.Assign(this, hardsigmoid());

        public Tensor hardswish() => this * hardsigmoid();

        public Tensor hardswish_() => Autograd.Assign(this, hardswish());

        public Tensor deg2rad() => Unary.Scalar<Deg2radFn>(this, static (g, x, y) => g * (Math.PI / 180), savesInput: false);

        public Tensor deg2rad_() => Autograd.Assign(this, deg2rad());

        public Tensor rad2deg() => Unary.Scalar<Rad2degFn>(this, static (g, x, y) => g * (180 / Math.PI), savesInput: false);

        public Tensor rad2deg_() => Autograd.Assign(this, rad2deg());

        public Tensor logit(double? eps = null)
        {
            var x = eps is { } e ? clamp(e, 1 - e) : this;
            return (x / (1 - x)).log();
        }

        public Tensor logit_(double? eps = null) => Autograd.Assign(this, logit(eps));

        public Tensor threshold(Scalar threshold, Scalar value)
        {
            var t = threshold.AsDouble;
            var v = value.AsDouble;
            return Unary.Map(this, x => x > t ? x : v, (g, x, y) => torch.where(x.gt(t), g, g.zeros_like()));
        }

        public Tensor threshold_(Scalar threshold, Scalar value) => Autograd.Assign(this, this.threshold(threshold, value));

        public Tensor glu(long dim = -1)
        {
            var halves = chunk(2, dim);
            return halves[0] * halves[1].sigmoid();
        }

        private Tensor NotBool(string name) => Impl.DType == ScalarType.Bool ? throw Errors.Libtorch($"\"{name}\" not implemented for 'Bool'") : this;

        public Tensor isnan() => Unary.Test(this, double.IsNaN);

        public Tensor isinf() => Unary.Test(this, double.IsInfinity);

        public Tensor isfinite() => Unary.Test(this, double.IsFinite);

        public Tensor isposinf() => Unary.Test(this, double.IsPositiveInfinity);

        public Tensor isneginf() => Unary.Test(this, double.IsNegativeInfinity);

        public Tensor isreal() => Unary.Test(this, static _ => true);

        public Tensor logical_not() => Unary.Test(this, static x => x == 0);

        public Tensor logical_not_() => Autograd.Assign(this, logical_not());

        public Tensor nan_to_num(double nan = 0.0, double? posinf = null, double? neginf = null)
        {
            if (!Impl.DType.IsFloat())
                return clone();
            var max = Impl.DType == ScalarType.Float32 ? float.MaxValue : double.MaxValue;
            var high = posinf ?? max;
            var low = neginf ?? -max;
            return Unary.Map(
                this,
                x => double.IsNaN(x) ? nan : double.IsPositiveInfinity(x) ? high : double.IsNegativeInfinity(x) ? low : x,
                static (g, x, y) => g * x.isfinite().type(g.dtype));
        }

        public Tensor nan_to_num_(double nan = 0.0, double? posinf = null, double? neginf = null) => Autograd.Assign(this, nan_to_num(nan, posinf, neginf));
    }
}
