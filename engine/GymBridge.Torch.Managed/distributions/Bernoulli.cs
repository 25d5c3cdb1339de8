using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            public static Bernoulli Bernoulli(Tensor? probs = null, Tensor? logits = null, Generator? generator = null) => new(probs, logits, generator);

            public static Bernoulli Bernoulli(float? probs, float? logits, Generator? generator = null) =>
                new(probs is { } p ? tensor(p) : null, logits is { } l ? tensor(l) : null, generator);

            public static Bernoulli Bernoulli(double? probs, double? logits, Generator? generator = null) =>
                new(probs is { } p ? tensor(p) : null, logits is { } l ? tensor(l) : null, generator);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>0 or 1, by probability of 1 or logit.</summary>
    public class Bernoulli : torch.distributions.Distribution
    {
        private torch.Tensor? _probs;
        private torch.Tensor? _logits;

        public Bernoulli(torch.Tensor? p = null, torch.Tensor? l = null, torch.Generator? generator = null)
            : base(generator, (p ?? l ?? throw new ArgumentException("One and only one of 'probs' and 'logits' should be provided.")).Impl.Shape)
        {
            if (p is not null && l is not null)
                throw new ArgumentException("One and only one of 'probs' and 'logits' should be provided.");
            _probs = p?.alias().DetachFromDisposeScope();
            _logits = l?.alias().DetachFromDisposeScope();
        }

        public override torch.Tensor mean => probs.alias();

        public override torch.Tensor mode => torch.where(probs.eq(0.5), torch.full_like(probs, double.NaN), probs.ge(0.5).type_as(probs));

        public override torch.Tensor variance => probs * (1 - probs);

        public torch.Tensor probs => _probs ??= LogitsToProbs(_logits!, true).DetachFromDisposeScope();

        public torch.Tensor logits => _logits ??= ProbsToLogits(_probs!, true).DetachFromDisposeScope();

        public override torch.Tensor rsample(params long[] sample_shape)
        {
            using var _ = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            return probs.expand(ExtendedShape(sample_shape)).bernoulli(generator).MoveToOuterDisposeScope();
        }

        public override torch.Tensor log_prob(torch.Tensor value)
        {
            var all = torch.broadcast_tensors(logits, value);
            return -torch.nn.functional.binary_cross_entropy_with_logits(all[0], all[1], reduction: torch.nn.Reduction.None);
        }

        public override torch.Tensor entropy() => torch.nn.functional.binary_cross_entropy_with_logits(logits, probs, reduction: torch.nn.Reduction.None);

        public override torch.Tensor enumerate_support(bool expand = true)
        {
            var values = torch.arange(2, dtype: probs.dtype).reshape([2, .. batch_shape.Select(_ => 1L)]);
            return expand ? values.expand([2, .. batch_shape.Shape]) : values;
        }

        public override torch.distributions.Distribution expand(torch.Size batch_shape, torch.distributions.Distribution? instance = null) =>
            _probs is not null ? new Bernoulli(_probs.expand(batch_shape), null, generator) : new Bernoulli(null, _logits!.expand(batch_shape), generator);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _probs?.Dispose();
                _logits?.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
