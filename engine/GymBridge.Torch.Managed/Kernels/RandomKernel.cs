namespace GymBridge.Torch.Managed;

/// <summary>
/// Random fills, draw for draw as libtorch makes them on an x86-64 machine with AVX2. Where it calls the C library in double, so do we
/// (Math.Log, Sin, Cos): with glibc the results are the same to the bit.
/// </summary>
internal static unsafe class RandomKernel
{
    public static Mersenne Source(Generator? generator) => (generator ?? Generator.Default).Engine;

    public static void Uniform(TensorImpl t, double from, double to, Generator? generator) => Fill(t, generator, (x, rng) =>
    {
        if (x.DType == ScalarType.Float32)
        {
            var lo = (float)from;
            var hi = (float)to;
            var p = x.Ptr<float>();
            for (long i = 0; i < x.Count; i++)
            {
                var v = Fused.MultiplyAdd(rng.Uniform32(), hi - lo, lo);
                p[i] = v == hi ? lo : v;
            }
        }
        else
        {
            var p = x.Ptr<double>();
            for (long i = 0; i < x.Count; i++)
            {
                var v = Math.FusedMultiplyAdd(rng.Uniform64(), to - from, from);
                p[i] = v == to ? from : v;
            }
        }
    });

    public static void Normal(TensorImpl t, double mean, double std, Generator? generator)
    {
        if (std < 0)
            throw Errors.Libtorch($"normal expects std >= 0.0, but found std {std}");
        if (t.Contiguous && t.Count >= 16)
        {
            var rng = Source(generator);
            lock (rng)
            {
                if (t.DType == ScalarType.Float32)
                    NormalFill(t.Ptr<float>(), t.Count, (float)mean, (float)std, rng);
                else
                    NormalFill(t.Ptr<double>(), t.Count, mean, std, rng);
            }
            t.Storage.Changed();
            return;
        }
        Fill(t, generator, (x, rng) =>
        {
            for (long i = 0; i < x.Count; i++)
                Element.Write(x, i, Math.FusedMultiplyAdd(NormalScalar(rng), std, mean));
        });
    }

    public static double NormalScalar(Mersenne rng)
    {
        if (rng.CachedNormal is { } cached)
        {
            rng.CachedNormal = null;
            return cached;
        }
        var u1 = rng.Uniform64();
        var u2 = rng.Uniform64();
        var r = Math.Sqrt(-2.0 * DMath.Log1pOfUniform(-u2));
        var theta = 2.0 * Math.PI * u1;
        rng.CachedNormal = r * Math.Sin(theta);
        return r * Math.Cos(theta);
    }

    public static void Exponential(TensorImpl t, double rate, Generator? generator)
    {
        if (!(rate > 0))
            throw Errors.Libtorch($"exponential_ expects lambda > 0.0, but found lambda={rate}");
        Fill(t, generator, (x, rng) =>
        {
            for (long i = 0; i < x.Count; i++)
                Element.Write(x, i, -1.0 / rate * DMath.Log1pOfUniform(-rng.Uniform64()));
        });
    }

    public static void Bernoulli(TensorImpl t, double p, Generator? generator)
    {
        if (!(p >= 0 && p <= 1))
            throw Errors.Libtorch($"bernoulli_ expects p to be in [0, 1], but got p={p}");
        Fill(t, generator, (x, rng) =>
        {
            for (long i = 0; i < x.Count; i++)
                Element.Write(x, i, rng.Uniform64() < p ? 1L : 0L);
        });
    }

    /// <summary>Element by element with the probabilities of a contiguous tensor of the same shape.</summary>
    public static void Bernoulli(TensorImpl t, TensorImpl p, Generator? generator) => Fill(t, generator, (x, rng) =>
    {
        for (long i = 0; i < x.Count; i++)
        {
            var q = Element.ReadDouble(p, i);
            if (!(q >= 0 && q <= 1))
                throw Errors.Libtorch($"Expected p_in >= 0 && p_in <= 1, but found {q}");
            var hit = p.DType == ScalarType.Float32 ? rng.Uniform32() < (float)q : rng.Uniform64() < q;
            Element.Write(x, i, hit ? 1L : 0L);
        }
    });

    public static void Integers(TensorImpl t, long low, long high, Generator? generator)
    {
        if (low >= high)
            throw Errors.Libtorch($"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}");
        var span = (ulong)high - (ulong)low;
        Fill(t, generator, (x, rng) =>
        {
            for (long i = 0; i < x.Count; i++)
            {
                var draw = span >= 1ul << 28 ? rng.Next64() : rng.Next32();
                Element.Write(x, i, (long)((draw % span) + (ulong)low));
            }
        });
    }

    public static void Permutation(TensorImpl t, long n, Generator? generator) => Fill(t, generator, (x, rng) =>
    {
        var r = new long[n];
        for (long i = 0; i < n; i++)
            r[i] = i;
        for (long i = 0; i < n - 1; i++)
        {
            var z = rng.Next32() % (n - i);
            (r[i], r[i + z]) = (r[i + z], r[i]);
        }
        for (long i = 0; i < n; i++)
            Element.Write(x, i, r[i]);
    });

    /// <summary>A race of exponentials for one sample or without replacement, the inverse of the cumulative sum otherwise.</summary>
    public static Tensor Multinomial(Tensor input, long n, bool replacement, Generator? generator)
    {
        var p = input.Impl;
        if (p.Rank is 0 or > 2)
            throw Errors.Libtorch($"prob_dist must be 1 or 2 dim, but has shape {Errors.Shape(p.Shape)}");
        if (!p.DType.IsFloat())
            throw Errors.Libtorch($"multinomial only supports floating-point dtypes for input, got: {p.DType.Name()}");
        var k = p.Shape[^1];
        if (n <= 0 || (!replacement && n > k))
            throw Errors.Libtorch($"cannot sample n_sample > prob_dist.size(-1) samples without replacement, or n_sample <= 0: {n} of {k}");
        p = CopyKernel.Contiguous(p);
        var rows = p.Count / k;
        for (long i = 0; i < p.Count; i++)
        {
            var v = Element.ReadDouble(p, i);
            if (!(v >= 0) || double.IsInfinity(v))
                throw Errors.Libtorch("probability tensor contains either `inf`, `nan` or element < 0");
        }
        for (long r = 0; r < rows; r++)
        {
            var any = false;
            for (long j = 0; j < k; j++)
                any |= Element.ReadDouble(p, (r * k) + j) > 0;
            if (!any)
                throw Errors.Libtorch("invalid multinomial distribution (sum of probabilities <= 0)");
        }
        var o = TensorImpl.Empty(p.Rank == 1 ? [n] : [rows, n], ScalarType.Int64);
        var rng = Source(generator);
        lock (rng)
        {
            if (!replacement || n == 1)
                Race(p, rows, k, n, o.Ptr<long>(), rng);
            else
                Inverse(p, rows, k, n, o.Ptr<long>(), rng);
        }
        p.Release();
        return new Tensor(o);
    }

    private static void Race(TensorImpl p, long rows, long k, long n, long* o, Mersenne rng)
    {
        var single = p.DType == ScalarType.Float32;
        // All exponentials are drawn before any comparison.
        var quotients = TensorImpl.Empty([rows * k], ScalarType.Float64);
        var q = quotients.Ptr<double>();
        for (long i = 0; i < quotients.Count; i++)
        {
            var e = -1.0 * DMath.Log1pOfUniform(-rng.Uniform64());
            var v = Element.ReadDouble(p, i);
            q[i] = single ? (float)v / (float)e : v / e;
        }
        for (long r = 0; r < rows; r++)
        {
            if (n == 1)
            {
                long best = 0;
                for (long j = 1; j < k; j++)
                {
                    if (q[(r * k) + j] > q[(r * k) + best])
                        best = j;
                }
                o[r] = best;
                continue;
            }
            var quotient = new double[k];
            var order = new int[k];
            for (var j = 0; j < k; j++)
            {
                quotient[j] = -q[(r * k) + j];
                order[j] = j;
            }
            Array.Sort(order, (a, b) => quotient[a] != quotient[b] ? quotient[a].CompareTo(quotient[b]) : a.CompareTo(b));
            for (long j = 0; j < n; j++)
                o[(r * n) + j] = order[j];
        }
        quotients.Release();
    }

    private static void Inverse(TensorImpl p, long rows, long k, long n, long* o, Mersenne rng)
    {
        var single = p.DType == ScalarType.Float32;
        var cdf = new double[k];
        for (long r = 0; r < rows; r++)
        {
            double total = 0;
            for (long j = 0; j < k; j++)
            {
                var v = Element.ReadDouble(p, (r * k) + j);
                total = single ? (float)total + (float)v : total + v;
                cdf[j] = total;
            }
            for (long j = 0; j < k; j++)
                cdf[j] = single ? (float)cdf[j] / (float)total : cdf[j] / total;
            cdf[k - 1] = 1;
            for (long s = 0; s < n; s++)
            {
                var u = rng.Uniform64();
                long lo = 0;
                var hi = k - 1;
                while (lo < hi)
                {
                    var mid = (lo + hi) / 2;
                    if (cdf[mid] < u)
                        lo = mid + 1;
                    else
                        hi = mid;
                }
                o[(r * n) + s] = lo;
            }
        }
    }

    /// <summary>Fills a tensor of any layout, in logical order.</summary>
    private static void Fill(TensorImpl t, Generator? generator, Action<TensorImpl, Mersenne> fill)
    {
        var rng = Source(generator);
        var x = t.Contiguous ? t : TensorImpl.EmptyLike(t, t.DType);
        lock (rng)
            fill(x, rng);
        if (!ReferenceEquals(x, t))
        {
            CopyKernel.Into(x, t);
            x.Release();
        }
        t.Storage.Changed();
    }

    private static void NormalFill(float* x, long n, float mean, float std, Mersenne rng)
    {
        for (long i = 0; i < n; i++)
            x[i] = rng.Uniform32();
        long at = 0;
        for (; at <= n - 16; at += 16)
            Normal16(x + at, mean, std);
        if (n % 16 != 0)
        {
            for (var i = n - 16; i < n; i++)
                x[i] = rng.Uniform32();
            Normal16(x + n - 16, mean, std);
        }
    }

    private static void NormalFill(double* x, long n, double mean, double std, Mersenne rng)
    {
        for (long i = 0; i < n; i++)
            x[i] = rng.Uniform64();
        for (long at = 0; at <= n - 16; at += 16)
            Normal16(x + at, mean, std);
        if (n % 16 != 0)
        {
            for (var i = n - 16; i < n; i++)
                x[i] = rng.Uniform64();
            Normal16(x + n - 16, mean, std);
        }
    }

    private static void Normal16(float* x, float mean, float std)
    {
        for (var j = 0; j < 8; j++)
        {
            var u1 = 1 - x[j];
            var u2 = x[j + 8];
            var r = MathF.Sqrt(-2f * CephesLog(u1));
            var (sin, cos) = CephesSinCos((float)(2 * Math.PI) * u2);
            x[j] = Fused.MultiplyAdd(r * cos, std, mean);
            x[j + 8] = Fused.MultiplyAdd(r * sin, std, mean);
        }
    }

    private static void Normal16(double* x, double mean, double std)
    {
        for (var j = 0; j < 8; j++)
        {
            var r = Math.Sqrt(-2 * Math.Log(1 - x[j]));
            var t = 2.0 * Math.PI * x[j + 8];
            x[j] = Math.FusedMultiplyAdd(r * Math.Cos(t), std, mean);
            x[j + 8] = Math.FusedMultiplyAdd(r * Math.Sin(t), std, mean);
        }
    }

    /// <summary>As the AVX2 kernel of libtorch evaluates it, for positive normal numbers.</summary>
    private static float CephesLog(float a)
    {
        var bits = BitConverter.SingleToInt32Bits(a);
        var e = (float)((bits >> 23) - 127) + 1;
        var m = BitConverter.Int32BitsToSingle((bits & 0x007FFFFF) | 0x3F000000);
        var small = m < 0.707106781186547524f;
        e -= small ? 1f : 0f;
        var x = m - 1 + (small ? m : 0f);
        var z = x * x;
        var y = 7.0376836292e-2f;
        y = Fused.MultiplyAdd(y, x, -1.1514610310e-1f);
        y = Fused.MultiplyAdd(y, x, 1.1676998740e-1f);
        y = Fused.MultiplyAdd(y, x, -1.2420140846e-1f);
        y = Fused.MultiplyAdd(y, x, 1.4249322787e-1f);
        y = Fused.MultiplyAdd(y, x, -1.6668057665e-1f);
        y = Fused.MultiplyAdd(y, x, 2.0000714765e-1f);
        y = Fused.MultiplyAdd(y, x, -2.4999993993e-1f);
        y = Fused.MultiplyAdd(y, x, 3.3333331174e-1f);
        y = Fused.MultiplyAdd(y * x, z, e * -2.12194440e-4f);
        y = Fused.MultiplyAdd(-z, 0.5f, y);
        return Fused.MultiplyAdd(e, 0.693359375f, x + y);
    }

    private static (float Sin, float Cos) CephesSinCos(float x)
    {
        var j = ((int)(x * 1.27323954473516f) + 1) & ~1;
        var y = (float)j;
        x = Fused.MultiplyAdd(y, -0.78515625f, x);
        x = Fused.MultiplyAdd(y, -2.4187564849853515625e-4f, x);
        x = Fused.MultiplyAdd(y, -3.77489497744594108e-8f, x);
        var z = x * x;
        var c = Fused.MultiplyAdd(Fused.MultiplyAdd(2.443315711809948e-5f, z, -1.388731625493765e-3f), z, 4.166664568298827e-2f) * z;
        c = Fused.MultiplyAdd(c, z, -(z * 0.5f)) + 1;
        var s = Fused.MultiplyAdd(Fused.MultiplyAdd(-1.9515295891e-4f, z, 8.3321608736e-3f), z, -1.6666654611e-1f) * z;
        s = Fused.MultiplyAdd(s, x, x);
        var swap = (j & 2) != 0;
        var sin = swap ? c : s;
        var cos = swap ? s : c;
        return ((j & 4) != 0 ? -sin : sin, (~(j - 2) & 4) != 0 ? -cos : cos);
    }
}
