using static TorchSharp.torch.distributions;
using Transform = TorchSharp.torch.distributions.transforms.Transform;

namespace TorchSharp.Modules;

/// <summary>The distribution of a random variable after one or more transforms.</summary>
/// <remarks>Samples keep their gradient, as in PyTorch; TorchSharp 0.107.0 draws them without.</remarks>
public class TransformedDistribution : Distribution
{
    protected Distribution base_distribution = null!;
    private Transform[] _transforms = [];

    public TransformedDistribution(torch.Generator? generator = null)
        : base(generator)
    {
    }

    public TransformedDistribution(Distribution base_distribution, Transform transform, torch.Generator? generator = null)
        : this(base_distribution, [transform], generator)
    {
    }

    public TransformedDistribution(Distribution base_distribution, IEnumerable<Transform> transforms, torch.Generator? generator = null)
        : base(generator) => _init(base_distribution, [.. transforms]);

    public override torch.Tensor mean => throw new NotImplementedException($"{GetType().Name}.mean");

    public override torch.Tensor variance => throw new NotImplementedException($"{GetType().Name}.variance");

    public override torch.Tensor sample(params long[] sample_shape)
    {
        using var _ = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return Forward(base_distribution.sample(sample_shape)).MoveToOuterDisposeScope();
    }

    public override torch.Tensor rsample(params long[] sample_shape)
    {
        using var scope = torch.NewDisposeScope();
        return Forward(base_distribution.rsample(sample_shape)).MoveToOuterDisposeScope();
    }

    public override torch.Tensor log_prob(torch.Tensor value)
    {
        using var scope = torch.NewDisposeScope();
        var dims = event_shape.Length;
        torch.Tensor? sum = null;
        foreach (var transform in _transforms.Reverse())
        {
            var x = transform._inverse(value);
            dims += transform.domain.event_dim - transform.codomain.event_dim;
            var term = Transform._sum_rightmost(transform.log_abs_det_jacobian(x, value), dims - transform.domain.event_dim);
            sum = sum is null ? -term : sum - term;
            value = x;
        }
        var inner = Transform._sum_rightmost(base_distribution.log_prob(value), dims - base_distribution.event_shape.Length);
        return (sum is null ? inner : sum + inner).MoveToOuterDisposeScope();
    }

    public override torch.Tensor cdf(torch.Tensor value)
    {
        using var scope = torch.NewDisposeScope();
        foreach (var transform in _transforms.Reverse())
            value = transform._inverse(value);
        return Monotone(base_distribution.cdf(value)).MoveToOuterDisposeScope();
    }

    public override torch.Tensor icdf(torch.Tensor value)
    {
        using var scope = torch.NewDisposeScope();
        return Forward(base_distribution.icdf(Monotone(value))).MoveToOuterDisposeScope();
    }

    public override torch.Tensor entropy() => throw new NotImplementedException($"{GetType().Name}.entropy");

    public override Distribution expand(torch.Size batch_shape, Distribution? instance = null)
    {
        if (instance is not null and not TransformedDistribution)
            throw new ArgumentException("expand(): 'instance' must be a TransformedDistribution distribution");
        long[] shape = [.. batch_shape.Shape, .. event_shape.Shape];
        foreach (var transform in _transforms.Reverse())
            shape = transform.inverse_shape(shape);
        return new TransformedDistribution(base_distribution.expand(shape[..^base_distribution.event_shape.Length]), _transforms, generator);
    }

    protected void _init(Distribution base_distribution, Transform[] transforms)
    {
        _transforms = transforms;
        var whole = new transforms.ComposeTransform(transforms);
        long[] inner = [.. base_distribution.batch_shape.Shape, .. base_distribution.event_shape.Shape];
        var dims = base_distribution.event_shape.Length;
        var shape = whole.forward_shape(inner);
        var expanded = whole.inverse_shape(shape);
        if (!expanded.AsSpan().SequenceEqual(inner))
            base_distribution = base_distribution.expand(expanded[..^dims]);
        if (whole.domain.event_dim > dims)
            base_distribution = Independent(base_distribution, whole.domain.event_dim - dims);
        this.base_distribution = base_distribution;
        var events = Math.Max(whole.codomain.event_dim, dims + whole.codomain.event_dim - whole.domain.event_dim);
        batch_shape = shape[..^events];
        event_shape = shape[^events..];
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            base_distribution?.Dispose();
        base.Dispose(disposing);
    }

    private torch.Tensor Forward(torch.Tensor x)
    {
        foreach (var transform in _transforms)
            x = transform._call(x);
        return x;
    }

    /// <summary>A quantile, turned round where the transforms fall.</summary>
    private torch.Tensor Monotone(torch.Tensor value)
    {
        var sign = new transforms.ComposeTransform(_transforms)._sign().to(value.dtype);
        return (sign * (value - 0.5)) + 0.5;
    }
}
