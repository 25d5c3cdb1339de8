namespace TorchSharp;

public static partial class torch
{
    public static Generator manual_seed(long seed) => Generator.Default.manual_seed(seed);

    public static long seed() => Generator.Default.seed();

    public static long initial_seed() => Generator.Default.initial_seed();

    public static Tensor get_rng_state() => Generator.Default.get_state();

    public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);

    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null)
    {
        if (n < 0)
            throw Errors.Libtorch($"n must be non-negative, got {n}");
        var t = TensorImpl.Empty([n], Creation.Type(dtype ?? ScalarType.Int64, device));
        RandomKernel.Permutation(t, n, generator);
        return Creation.Finish(t, requires_grad);
    }

    public static Tensor randperm(long n, Tensor @out, Generator? generator = null) => Autograd.Assign(@out, randperm(n, @out.dtype, generator: generator));

    public static Tensor randint(
        long low, long high, Size size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(low, high, size.Shape, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) =>
        randint(0, high, size.Shape, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) =>
        randint(0, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        long low, long high, long[] size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, Generator? generator = null, string[]? names = null)
    {
        var t = TensorImpl.Empty((long[])size.Clone(), Creation.Type(dtype ?? ScalarType.Int64, device));
        RandomKernel.Integers(t, low, high, generator);
        return Creation.Finish(t, requires_grad);
    }

    public static Tensor randint(
        int low, int high, int[] size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(low, high, Array.ConvertAll(size, s => (long)s), dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) =>
        randint(0, high, Array.ConvertAll(size, s => (long)s), dtype, device, requires_grad, generator, names);

    public static Tensor normal(Tensor mean, Tensor std, Generator? generator = null)
    {
        using var z = randn(Shapes.Broadcast(mean.Impl.Shape, std.Impl.Shape), DTypes.Result(mean.Impl, std.Impl), generator: generator);
        return (z * std) + mean;
    }

    public static Tensor normal(
        double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, Generator? generator = null, string[]? names = null)
    {
        var t = Creation.Empty(size, dtype, device, false);
        t.normal_(mean, std, generator);
        return t.requires_grad_(requires_grad);
    }

    public static Tensor bernoulli(Tensor input, Generator? generator = null) => input.bernoulli(generator);

    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) =>
        input.multinomial(num_samples, replacement, generator);

    public static class random
    {
        public static long seed() => torch.seed();

        public static long initial_seed() => torch.initial_seed();

        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static Tensor get_rng_state() => torch.get_rng_state();

        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);
    }

    /// <summary>A stream of random numbers.</summary>
    public class Generator : IDisposable
    {
        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = InitializeDevice(device);
            Engine = new Mersenne((long)seed);
        }

        /// <summary>The generator of every call that is not given one; seeded with libtorch's default.</summary>
        public static Generator Default { get; } = new(67280421310721);

        public IntPtr Handle => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Engine);

        public Device device { get; }

        internal Mersenne Engine { get; }

        public Generator manual_seed(long seed)
        {
            lock (Engine)
                Engine.Seed(seed);
            return this;
        }

        /// <summary>A seed from the operating system.</summary>
        public long seed()
        {
            var seed = BitConverter.ToInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8)) & long.MaxValue;
            manual_seed(seed);
            return seed;
        }

        public long initial_seed() => Engine.InitialSeed;

        public Tensor get_state()
        {
            lock (Engine)
                return tensor(Engine.Save());
        }

        public void set_state(Tensor value)
        {
            if (value.dtype != ScalarType.Byte)
                throw Errors.Libtorch("RNG state must be a torch.ByteTensor");
            lock (Engine)
                Engine.Load(value.data<byte>().ToArray());
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
        }
    }

    public partial class Tensor
    {
        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Rand(Impl.Shape, dtype ?? Impl.DType, device, requires_grad, null);

        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Randn(Impl.Shape, dtype ?? Impl.DType, device, requires_grad, null);

        public Tensor randint_like(long low, long high, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            randint(low, high, Impl.Shape, dtype ?? Impl.DType, device, requires_grad);

        public Tensor bernoulli(Generator? generator = null)
        {
            var p = CopyKernel.Contiguous(Impl);
            var o = TensorImpl.EmptyLike(p, p.DType);
            RandomKernel.Bernoulli(o, p, generator);
            p.Release();
            return new Tensor(o);
        }

        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) =>
            RandomKernel.Multinomial(this, num_samples, replacement, generator);

        public Tensor normal_(double mean = 0.0, double std = 1.0, Generator? generator = null)
        {
            Overwritten();
            RandomKernel.Normal(Impl, mean, std, generator);
            return this;
        }

        public Tensor uniform_(double from, double to, Generator? generator = null)
        {
            Overwritten();
            if (from > to)
                throw Errors.Libtorch($"uniform_ expects to return a [from, to) range, but found from={from} > to={to}");
            RandomKernel.Uniform(Impl, from, to, generator);
            return this;
        }

        public Tensor exponential_(double lambda = 1.0, Generator? generator = null)
        {
            Overwritten();
            RandomKernel.Exponential(Impl, lambda, generator);
            return this;
        }

        public Tensor bernoulli_(double p = 0.5, Generator? generator = null)
        {
            Overwritten(floating: false);
            RandomKernel.Bernoulli(Impl, p, generator);
            return this;
        }

        public Tensor bernoulli_(Tensor p, Generator? generator = null)
        {
            Overwritten(floating: false);
            var q = CopyKernel.Contiguous(p.expand(Impl.Shape).Impl);
            RandomKernel.Bernoulli(Impl, q, generator);
            q.Release();
            return this;
        }

        public Tensor random_(double from, double to, Generator? generator = null)
        {
            Overwritten(floating: false);
            RandomKernel.Integers(Impl, (long)from, (long)to, generator);
            return this;
        }

        public Tensor log_normal_(double mean = 0.0, double std = 1.0, Generator? generator = null)
        {
            normal_(mean, std, generator);
            return exp_();
        }

        private void Overwritten(bool floating = true)
        {
            if (floating && !Impl.DType.IsFloat())
                throw Errors.Libtorch($"a random fill is not implemented for '{Impl.DType.Name()}'");
            Autograd.CheckInPlace(this);
            Views.CheckOverlap(Impl);
            if (Autograd.Records(this))
                Autograd.Forget(this);
        }
    }
}
