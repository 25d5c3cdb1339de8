namespace GymBridge.Torch.Managed;

/// <summary>Samples whose gradient is that of their quantile, and functions of two arguments of the gamma family.</summary>
internal static class GammaFunctions
{
    public static Tensor StandardGamma(Tensor alpha, Generator? generator)
    {
        var result = new Tensor(GammaKernel.Gamma(alpha.Impl, generator));
        if (!Autograd.Records(alpha))
            return result;
        return Autograd.Attach(
            result,
            alpha,
            static (n, g) =>
            {
                RefuseSecond(n.S0, "_standard_gamma_grad");
                n.Give(0, g * Elementwise.Binary<GammaByShapeOp>(n.S0, n.S1, g.dtype, null, null));
            },
            Saved.Input(alpha),
            Saved.Output(result));
    }

    /// <summary>A component moves with its own concentration, and the others give way in proportion, as PyTorch's Dirichlet.rsample has it.</summary>
    public static Tensor SampleDirichlet(Tensor concentration, Generator? generator)
    {
        var result = new Tensor(GammaKernel.Dirichlet(concentration.Impl, generator));
        if (!Autograd.Records(concentration))
            return result;
        return Autograd.Attach(
            result,
            concentration,
            static (n, g) =>
            {
                RefuseSecond(n.S0, "_dirichlet_grad");
                var x = n.S1;
                n.Give(0, DirichletGradient(x, n.S0) * (g - (x * g).sum(-1L, keepdim: true)));
            },
            Saved.Input(concentration),
            Saved.Output(result));
    }

    /// <summary>An incomplete gamma integral: <paramref name="sign"/> times the density is its derivative by x.</summary>
    public static Tensor Incomplete<TOp>(Tensor a, Tensor x, ScalarType dtype, string name, double sign)
        where TOp : struct, IBinaryOp => Elementwise.Binary<TOp>(
            a,
            x,
            dtype,
            (_, _) => throw NoDerivative($"{name}: input"),
            (s, t) => (((s - 1) * t.log()) - t - s.lgamma()).exp() * sign);

    public static Tensor Zeta(Tensor s, Tensor q) => Elementwise.Binary<ZetaOp>(
        s,
        q,
        DTypes.Floating(DTypes.Result(s.Impl, q.Impl)),
        static (_, _) => throw NoDerivative("special_zeta: x"),
        static (a, b) => -a * Zeta(a + 1, b));

    private static Tensor DirichletGradient(Tensor x, Tensor concentration)
    {
        var total = concentration.sum(-1L, keepdim: true).expand(concentration.shape);
        var a = CopyKernel.Contiguous(concentration.Impl);
        var t = CopyKernel.Contiguous(total.Impl);
        var v = CopyKernel.Contiguous(x.Impl);
        var o = TensorImpl.Empty((long[])a.Shape.Clone(), a.DType);
        for (long i = 0; i < o.Count; i++)
        {
            var alpha = Element.ReadDouble(a, i);
            Element.Write(o, i, GammaMath.BetaByShape(alpha, Element.ReadDouble(t, i) - alpha, Element.ReadDouble(v, i)));
        }
        a.Release();
        t.Release();
        v.Release();
        return new Tensor(o);
    }

    private static void RefuseSecond(Tensor input, string name)
    {
        if (Autograd.Records(input))
            throw NoDerivative(name);
    }

    private static System.Runtime.InteropServices.ExternalException NoDerivative(string name) =>
        Errors.Libtorch($"the derivative for '{name}' is not implemented.");
}
