using TorchSharp;
using TorchSharp.Modules;

namespace GymBridge.Agents.Distributions;

/// <summary>Kullback-Leibler divergences KL(p || q) = E_p[log p - log q] in closed form, as torch.distributions.kl_divergence has them.</summary>
/// <remarks>
/// TorchSharp has none, and most of its distributions keep their parameters to themselves: parameters are passed here. All arguments of
/// one call broadcast with each other and have one floating-point dtype; the results keep their gradients. Source of the formulas:
/// torch/distributions/kl.py.
/// </remarks>
public static class KlDivergence
{
    /// <summary>Between two normal distributions, element by element; for a diagonal Gaussian sum it over the actions.</summary>
    public static torch.Tensor Normal(torch.Tensor pLoc, torch.Tensor pScale, torch.Tensor qLoc, torch.Tensor qScale)
    {
        ThrowIfNull(pLoc, pScale, qLoc, qScale);
        using var scope = torch.NewDisposeScope();
        var ratio = (pScale / qScale).square();
        var shift = ((pLoc - qLoc) / qScale).square();
        return ((ratio + shift - 1 - ratio.log()) * 0.5).MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="Normal(torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor)"/>, of two distributions.</summary>
    public static torch.Tensor Of(Normal p, Normal q)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(q);
        return Normal(p.mean, p.stddev, q.mean, q.stddev);
    }

    /// <summary>Between two categorical distributions [..., K]; the result has shape [...].</summary>
    /// <remarks>Infinite where p allows a category that q does not; a category that p does not allow counts nothing.</remarks>
    public static torch.Tensor Of(Categorical p, Categorical q)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(q);
        using var scope = torch.NewDisposeScope();
        var terms = p.probs * (p.logits - q.logits);
        terms = torch.where(q.probs.eq(0), torch.full_like(terms, double.PositiveInfinity), terms);
        terms = torch.where(p.probs.eq(0), torch.zeros_like(terms), terms);
        return terms.sum(dim: -1L).MoveToOuterDisposeScope();
    }

    /// <summary>Between two Bernoulli distributions, element by element.</summary>
    public static torch.Tensor Of(Bernoulli p, Bernoulli q)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(q);
        using var scope = torch.NewDisposeScope();
        var one = p.probs * (LogProbability(p.logits) - LogProbability(q.logits));
        var zero = (1 - p.probs) * (LogProbability(-p.logits) - LogProbability(-q.logits));
        return (one + zero).MoveToOuterDisposeScope();
    }

    /// <summary>Between uniform distributions on [low, high), element by element; infinite where p reaches outside q.</summary>
    public static torch.Tensor Uniform(torch.Tensor pLow, torch.Tensor pHigh, torch.Tensor qLow, torch.Tensor qHigh)
    {
        ThrowIfNull(pLow, pHigh, qLow, qHigh);
        using var scope = torch.NewDisposeScope();
        var result = ((qHigh - qLow) / (pHigh - pLow)).log();
        var outside = qLow.gt(pLow).logical_or(qHigh.lt(pHigh));
        return torch.where(outside, torch.full_like(result, double.PositiveInfinity), result).MoveToOuterDisposeScope();
    }

    /// <summary>Between exponential distributions of two rates, element by element.</summary>
    public static torch.Tensor Exponential(torch.Tensor pRate, torch.Tensor qRate)
    {
        ThrowIfNull(pRate, qRate);
        using var scope = torch.NewDisposeScope();
        var ratio = qRate / pRate;
        return (ratio - ratio.log() - 1).MoveToOuterDisposeScope();
    }

    /// <summary>Between beta distributions, element by element; concentration1 belongs to x, concentration0 to 1 - x.</summary>
    public static torch.Tensor Beta(torch.Tensor pConcentration1, torch.Tensor pConcentration0, torch.Tensor qConcentration1, torch.Tensor qConcentration0)
    {
        ThrowIfNull(pConcentration1, pConcentration0, qConcentration1, qConcentration0);
        using var scope = torch.NewDisposeScope();
        var p = pConcentration1 + pConcentration0;
        var q = qConcentration1 + qConcentration0;
        var normalizers = qConcentration1.lgamma() + qConcentration0.lgamma() + p.lgamma() - (pConcentration1.lgamma() + pConcentration0.lgamma() + q.lgamma());
        var first = (pConcentration1 - qConcentration1) * pConcentration1.digamma();
        var second = (pConcentration0 - qConcentration0) * pConcentration0.digamma();
        return (normalizers + first + second + ((q - p) * p.digamma())).MoveToOuterDisposeScope();
    }

    /// <summary>Between normal vectors [..., n] by their means and the lower triangular factors [..., n, n] of their covariances.</summary>
    public static torch.Tensor MultivariateNormal(torch.Tensor pLoc, torch.Tensor pScaleTril, torch.Tensor qLoc, torch.Tensor qScaleTril)
    {
        ThrowIfNull(pLoc, pScaleTril, qLoc, qScaleTril);
        using var scope = torch.NewDisposeScope();
        var n = pLoc.shape[^1];
        var logDeterminants = HalfLogDeterminant(qScaleTril) - HalfLogDeterminant(pScaleTril);
        var spread = torch.linalg.solve_triangular(qScaleTril, pScaleTril, upper: false).square().sum([-2, -1]);
        var shift = torch.linalg.solve_triangular(qScaleTril, (qLoc - pLoc).unsqueeze(-1), upper: false).square().sum([-2, -1]);
        return (logDeterminants + ((spread + shift - n) * 0.5)).MoveToOuterDisposeScope();
    }

    /// <summary>The divergence of distributions whose last <paramref name="dims"/> batch dimensions are one event: the sum over them.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dims"/> is negative or more than the divergence has.</exception>
    public static torch.Tensor Independent(torch.Tensor divergence, int dims)
    {
        ArgumentNullException.ThrowIfNull(divergence);
        ArgumentOutOfRangeException.ThrowIfNegative(dims);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dims, divergence.ndim);
        return dims == 0 ? divergence.alias() : divergence.sum([.. Enumerable.Range(1, dims).Select(i => -(long)i)]);
    }

    private static torch.Tensor HalfLogDeterminant(torch.Tensor tril) => tril.diagonal(0, -2, -1).log().sum(dim: -1L);

    /// <summary>log sigmoid of the logits.</summary>
    private static torch.Tensor LogProbability(torch.Tensor logits) => -torch.nn.functional.softplus(-logits);

    private static void ThrowIfNull(params ReadOnlySpan<torch.Tensor> parameters)
    {
        foreach (var parameter in parameters)
        {
            ArgumentNullException.ThrowIfNull(parameter);
        }
    }
}
