namespace GymBridge.Torch.Managed;

/// <summary>Samples of the gamma family and of Poisson variables, draw for draw as libtorch's CPU kernels make them: in double, element by element.</summary>
internal static class GammaKernel
{
    /// <summary>Gamma variables of scale one, of the shape and dtype of their shape parameters; at least the smallest normal number.</summary>
    public static TensorImpl Gamma(TensorImpl alpha, Generator? generator)
    {
        var tiny = finfo(alpha.DType).tiny;
        var single = alpha.DType == ScalarType.Float32;
        return Draw(alpha, generator, (a, rng) => Math.Max(Gamma(a, single, rng), tiny));
    }

    /// <summary>Gamma variables over the last dimension, divided by their sum, inside (0, 1).</summary>
    public static TensorImpl Dirichlet(TensorImpl alpha, Generator? generator)
    {
        var (tiny, largest) = (finfo(alpha.DType).tiny, alpha.DType == ScalarType.Float32 ? MathF.BitDecrement(1f) : Math.BitDecrement(1.0));
        var x = CopyKernel.Cast(alpha, ScalarType.Float64);
        var gammas = Draw(x, generator, static (a, rng) => Gamma(a, false, rng));
        x.Release();
        var o = TensorImpl.Empty((long[])alpha.Shape.Clone(), alpha.DType);
        var k = alpha.Shape[^1];
        for (long row = 0; row < o.Count; row += k)
        {
            double sum = 0;
            for (long i = 0; i < k; i++)
                sum += Element.ReadDouble(gammas, row + i);
            for (long i = 0; i < k; i++)
                Element.Write(o, row + i, Math.Min(Math.Max(Element.ReadDouble(gammas, row + i) / sum, tiny), largest));
        }
        gammas.Release();
        return o;
    }

    public static TensorImpl Poisson(TensorImpl rate, Generator? generator) => Draw(rate, generator, Poisson);

    /// <summary>
    /// Marsaglia and Tsang 2000, with their squeeze; a shape below one by the power of a uniform. What is made of a single-precision shape
    /// before the first draw is single-precision too.
    /// </summary>
    private static double Gamma(double shape, bool single, Mersenne rng)
    {
        // libtorch would look for an acceptable draw for ever.
        if (!(shape >= 0))
            return double.NaN;
        if (shape == 0)
            return 0;
        double scale = 1;
        if (shape < 1)
        {
            scale = Math.Pow(1 - rng.Uniform64(), single ? 1 / (float)shape : 1 / shape);
            shape = single ? (float)shape + 1 : shape + 1;
        }
        // The third, and the squeeze's constant below, are single-precision whatever the dtype.
        var d = single ? (float)shape - (1f / 3f) : shape - (1f / 3f);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x;
            double y;
            do
            {
                x = RandomKernel.NormalScalar(rng);
                y = 1 + (c * x);
            }
            while (y <= 0);
            var v = y * y * y;
            var u = 1 - rng.Uniform64();
            var square = x * x;
            if (u < 1 - (0.0331f * square * square) || Math.Log(u) < (0.5 * square) + (d * (1 - v + Math.Log(v))))
                return scale * d * v;
        }
    }

    /// <summary>A product of uniforms for a small rate, transformed rejection (Hoermann 1993) from 10 on.</summary>
    private static double Poisson(double rate, Mersenne rng)
    {
        if (!(rate >= 0))
            throw Errors.Libtorch("invalid Poisson rate, expected rate to be non-negative");
        if (rate == 0)
            return 0;
        if (rate < 10)
        {
            var limit = Math.Exp(-rate);
            var product = rng.Uniform64();
            double count = 0;
            for (; product > limit; count++)
                product *= rng.Uniform64();
            return count;
        }
        var logRate = Math.Log(rate);
        var b = 0.931 + (2.53 * Math.Sqrt(rate));
        var a = -0.059 + (0.02483 * b);
        var inverseAlpha = 1.1239 + (1.1328 / (b - 3.4));
        var squeeze = 0.9277 - (3.6224 / (b - 2));
        while (true)
        {
            var u = rng.Uniform64() - 0.5;
            var v = rng.Uniform64();
            var us = 0.5 - Math.Abs(u);
            var k = Math.Floor((((2 * a / us) + b) * u) + rate + 0.43);
            if (us >= 0.07 && v <= squeeze)
                return k;
            if (k < 0 || (us < 0.013 && v > us))
                continue;
            if (Math.Log(v) + Math.Log(inverseAlpha) - Math.Log((a / (us * us)) + b) <= -rate + (k * logRate) - DMath.LogGamma(k + 1))
                return k;
        }
    }

    private static TensorImpl Draw(TensorImpl parameter, Generator? generator, Func<double, Mersenne, double> sample)
    {
        var x = CopyKernel.Contiguous(parameter);
        var o = TensorImpl.Empty((long[])parameter.Shape.Clone(), parameter.DType);
        var rng = RandomKernel.Source(generator);
        lock (rng)
        {
            for (long i = 0; i < o.Count; i++)
                Element.Write(o, i, sample(Element.ReadDouble(x, i), rng));
        }
        x.Release();
        return o;
    }
}
