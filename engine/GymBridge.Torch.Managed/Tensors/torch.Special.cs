namespace TorchSharp;

public static partial class torch
{
    /// <summary>Special functions; most are other names of functions of <see cref="torch"/>.</summary>
    public static partial class special
    {
        public static Tensor digamma(Tensor input) => input.digamma();

        public static Tensor psi(Tensor input) => input.digamma();

        public static Tensor polygamma(long n, Tensor input) => input.polygamma(n);

        public static Tensor gammaln(Tensor input) => input.lgamma();

        public static Tensor multigammaln(Tensor input, long p) => input.mvlgamma(p);

        public static Tensor gammainc(Tensor input, Tensor other) => input.igamma(other);

        public static Tensor gammaincc(Tensor input, Tensor other) => input.igammac(other);

        /// <summary>Hurwitz' zeta function.</summary>
        public static Tensor zeta(Tensor x, Tensor q) => GammaFunctions.Zeta(x, q);

        public static Tensor erf(Tensor input) => input.erf();

        public static Tensor erfc(Tensor input) => input.erfc();

        public static Tensor erfinv(Tensor input) => input.erfinv();

        /// <summary>The normal distribution function.</summary>
        public static Tensor ndtr(Tensor input) => (input * -Math.Sqrt(0.5)).erfc() * 0.5;

        /// <summary>The inverse of the normal distribution function.</summary>
        public static Tensor ndtri(Tensor input) =>
            Unary.Map(
                input,
                GammaMath.NormalQuantile,
                static (g, x, y) => g * ((y.square() * 0.5).exp() * Math.Sqrt(2 * Math.PI)),
                savesInput: false,
                savesOutput: true);

        /// <summary>-x log x; 0 at 0, minus infinity below.</summary>
        public static Tensor entr(Tensor input) =>
            Unary.Map(
                input,
                static x => x > 0 ? -x * DMath.Log(x) : x == 0 ? 0 : double.IsNaN(x) ? x : double.NegativeInfinity,
                static (g, x, y) => g * (-x.log() - 1));

        public static Tensor exp2(Tensor input) => input.exp2();

        public static Tensor expm1(Tensor input) => input.expm1();

        public static Tensor expit(Tensor input) => input.sigmoid();

        public static Tensor sigmoid(Tensor input) => input.sigmoid();

        public static Tensor sigmoid_(Tensor input) => input.sigmoid_();

        public static Tensor logit(Tensor input) => input.logit();

        public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

        public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => input.log_softmax(dim, dtype);
    }
}
