namespace TorchSharp;

public enum compute_mode
{
    use_mm_for_euclid_dist_if_necessary = 0,
    use_mm_for_euclid_dist = 1,
    donot_use_mm_for_euclid_dist = 2,
}

public static partial class torch
{
    public static Tensor gcd(Tensor left, Tensor right) => left.gcd(right);

    public static Tensor gcd_(Tensor left, Tensor right) => left.gcd_(right);

    public static Tensor lcm(Tensor input, Tensor other) => input.lcm(other);

    public static Tensor lcm_(Tensor input, Tensor other) => input.lcm_(other);

    public static Tensor heaviside(Tensor input, Tensor values) => input.heaviside(values);

    public static Tensor heaviside_(Tensor input, Tensor values) => input.heaviside_(values);

    public static Tensor nextafter(Tensor input, Tensor other) => input.nextafter(other);

    public static Tensor nextafter_(Tensor input, Tensor other) => input.nextafter_(other);

    public static Tensor ldexp(Tensor input, Tensor other) => input.ldexp(other);

    public static Tensor ldexp_(Tensor input, Tensor other) => input.ldexp_(other);

    public static Tensor logaddexp2(Tensor left, Tensor right) => left.logaddexp2(right);

    public static Tensor float_power_(Tensor input, Tensor target) => input.float_power_(target);

    public static Tensor sinc(Tensor input) => input.sinc();

    public static Tensor sinc_(Tensor input) => input.sinc_();

    public static Tensor renorm(Tensor input, float p, long dim, float maxnorm) => input.renorm(p, dim, maxnorm);

    /// <summary>p-norm distances of every row of one batch of points to every row of the other: (..., P, M), (..., R, M) -> (..., P, R).</summary>
    /// <remarks>Always from the differences themselves, which is exact for every mode.</remarks>
    public static Tensor cdist(Tensor x1, Tensor x2, double p = 2, compute_mode compute_mode = compute_mode.use_mm_for_euclid_dist_if_necessary)
    {
        if (x1.Impl.Rank < 2 || x2.Impl.Rank < 2 || x1.Impl.Shape[^1] != x2.Impl.Shape[^1])
            throw Errors.Libtorch($"cdist expects two tensors of points with the same number of columns, got {Errors.Describe(x1.Impl)} and {Errors.Describe(x2.Impl)}");
        if (p < 0)
            throw Errors.Libtorch($"cdist only supports non-negative p values, got {p}");
        var difference = x1.unsqueeze(-2) - x2.unsqueeze(-3);
        return p == 0 ? difference.ne(0).to(difference.dtype).sum(dim: -1) : difference.norm(-1, p: (float)p);
    }

    public partial class Tensor
    {
        public Tensor gcd(Tensor other) => Integers<GcdOp>(other, "gcd");

        public Tensor gcd_(Tensor other) => Autograd.Assign(this, gcd(other));

        public Tensor lcm(Tensor other) => Integers<LcmOp>(other, "lcm");

        public Tensor lcm_(Tensor other) => Autograd.Assign(this, lcm(other));

        /// <summary>0 for negative values, 1 for positive ones, and the other tensor's value at 0.</summary>
        public Tensor heaviside(Tensor other)
        {
            if (Impl.DType != other.Impl.DType)
                throw Errors.Libtorch($"heaviside is not yet implemented for tensors with different dtypes: {Impl.DType.Name()} and {other.Impl.DType.Name()}.");
            return torch.where(eq(0), other, gt(0).to(Impl.DType));
        }

        public Tensor heaviside_(Tensor other) => Autograd.Assign(this, heaviside(other));

        /// <summary>The next number after each value in the direction of the other.</summary>
        public Tensor nextafter(Tensor other) => Elementwise.Run<NextAfterOp>(Impl, other.Impl, FloatingOnly(other, "nextafter"));

        public Tensor nextafter_(Tensor other) => Autograd.Assign(this, nextafter(other));

        /// <summary>The value times two to the power of the other.</summary>
        public Tensor ldexp(Tensor other) => this * torch.pow(2.0f, other.Impl.DType.IsFloat() ? other : other.@float());

        public Tensor ldexp_(Tensor other) => Autograd.Assign(this, ldexp(other));

        /// <summary>The logarithm to base 2 of the sum of powers of 2.</summary>
        public Tensor logaddexp2(Tensor other)
        {
            var ln2 = Math.Log(2);
            return (this * ln2).logaddexp(other * ln2) / ln2;
        }

        public Tensor float_power_(Tensor target) => Autograd.Assign(this, float_power(target));

        /// <summary>sin(pi x) / (pi x), and 1 at 0.</summary>
        public Tensor sinc()
        {
            var x = (Impl.DType.IsFloat() ? this : @float()) * Math.PI;
            var isZero = x.eq(0);
            var safe = x.masked_fill(isZero, 1);
            return torch.where(isZero, x.ones_like(), safe.sin() / safe);
        }

        public Tensor sinc_() => Autograd.Assign(this, sinc());

        /// <summary>Sub-tensors along a dimension, shortened to a p-norm that is no larger than the limit.</summary>
        public Tensor renorm(float p, long dim, float maxnorm)
        {
            const double Epsilon = 1e-7;
            var d = Shapes.Dim(dim, Impl.Rank);
            var rows = movedim([d], [0]);
            var flat = rows.reshape(rows.Impl.Shape[0], -1);
            var norms = flat.norm(1, keepdim: true, p: p);
            var scale = torch.where(norms.gt(maxnorm), maxnorm / (norms + Epsilon), norms.ones_like());
            return (flat * scale).view(rows.Impl.Shape).movedim([0], [d]);
        }

        private Tensor Integers<TOp>(Tensor other, string name)
            where TOp : struct, IBinaryOp
        {
            var dtype = DTypes.Result(Impl, other.Impl);
            return dtype.IsInteger()
                ? Elementwise.Run<TOp>(Impl, other.Impl, dtype)
                : throw Errors.Libtorch($"\"{name}_cpu\" not implemented for '{dtype.Name()}'");
        }
    }
}
