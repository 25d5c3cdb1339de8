using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class distributions
        {
            // As upstream, the factory does not pass its generator on.
            public static Categorical Categorical(Tensor? probs = null, Tensor? logits = null, Generator? generator = null) => new(probs, logits);

            public static Categorical Categorical(int categories, Generator? generator = null) => new(full([categories], 1.0 / categories));
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>One of k categories, by probabilities (which need not sum to one) or logits.</summary>
    public class Categorical : torch.distributions.Distribution
    {
        private readonly long _events;
        private readonly torch.Tensor? _givenProbs;
        private readonly torch.Tensor? _givenLogits;
        private torch.Tensor? _probs;
        private torch.Tensor? _logits;

        public Categorical(torch.Tensor? probs = null, torch.Tensor? logits = null, torch.Generator? generator = null)
            : base(generator, BatchOf(probs, logits))
        {
            var given = (probs ?? logits)!;
            _events = given.size(-1);
            if (probs is not null)
            {
                _givenProbs = probs;
                _probs = probs / probs.sum(-1L, keepdim: true);
            }
            else
            {
                _givenLogits = logits;
                _logits = logits! - logits!.LogSumExp([-1], true);
            }
            _probs?.DetachFromDisposeScope();
            _logits?.DetachFromDisposeScope();
        }

        public override torch.Tensor mean => torch.full(ExtendedShape(), double.NaN, probs.dtype);

        public override torch.Tensor variance => torch.full(ExtendedShape(), double.NaN, probs.dtype);

        public override torch.Tensor mode => probs.argmax(-1);

        public torch.Tensor probs => _probs ??= LogitsToProbs(_logits!).DetachFromDisposeScope();

        public torch.Tensor logits => _logits ??= ProbsToLogits(_probs!).DetachFromDisposeScope();

        public long[] param_shape => (_givenProbs ?? _givenLogits)!.shape;

        public override torch.Tensor rsample(params long[] sample_shape)
        {
            using var _ = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            var rows = probs.reshape(-1, _events);
            var count = Shapes.Count(sample_shape);
            var drawn = rows.multinomial(count, true, Source).t();
            return drawn.reshape(ExtendedShape(sample_shape)).MoveToOuterDisposeScope();
        }

        public override torch.Tensor log_prob(torch.Tensor value)
        {
            var index = value.to(ScalarType.Int64).unsqueeze(-1);
            var shape = Shapes.Broadcast(index.Impl.Shape[..^1], logits.Impl.Shape[..^1]);
            var l = logits.expand([.. shape, _events]);
            return l.gather(-1, index.expand([.. shape, 1])).squeeze(-1);
        }

        public override torch.Tensor entropy()
        {
            // A logit of minus infinity times its probability of zero would be NaN.
            var l = AllFinite(logits.Impl) ? logits : logits.clamp_min(torch.finfo(logits.dtype).min);
            return -(l * probs).sum(-1L, keepdim: false);
        }

        public override torch.Tensor enumerate_support(bool expand = true)
        {
            var values = torch.arange(_events).reshape([_events, .. batch_shape.Select(_ => 1L)]);
            return expand ? values.expand([_events, .. batch_shape.Shape]) : values;
        }

        public override torch.distributions.Distribution expand(torch.Size batch_shape, torch.distributions.Distribution? instance = null)
        {
            if (instance is not null and not Categorical)
                throw new ArgumentException("expand(): 'instance' must be a Categorical distribution");
            long[] shape = [.. batch_shape.Shape, _events];
            return _givenProbs is not null
                ? new Categorical(_givenProbs.expand(shape), null, generator)
                : new Categorical(null, _givenLogits!.expand(shape), generator);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _probs?.Dispose();
                _logits?.Dispose();
            }
            base.Dispose(disposing);
        }

        private static bool AllFinite(TensorImpl t)
        {
            var x = CopyKernel.Contiguous(t);
            var finite = true;
            for (long i = 0; i < x.Count && finite; i++)
                finite = double.IsFinite(Element.ReadDouble(x, i));
            x.Release();
            return finite;
        }

        private static torch.Size BatchOf(torch.Tensor? probs, torch.Tensor? logits)
        {
            if (probs is null == logits is null)
                throw new ArgumentException("One and only one of 'probs' and 'logits' should be provided.");
            var given = (probs ?? logits)!;
            if (given.ndim < 1)
                throw new ArgumentException($"'{(probs is null ? "logits" : "probs")}' must be at least one-dimensional.");
            return new torch.Size(given.Impl.Shape[..^1]);
        }
    }
}
