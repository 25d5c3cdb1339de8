using TorchSharp;

namespace GymBridge.Agents.Distributions;

/// <summary>The tanh of a diagonal Gaussian: continuous actions inside (-1, 1), as SAC's policy makes them.</summary>
/// <remarks>
/// A sample is kept as its value before tanh: the inverse of tanh has lost its digits where an action is nearly 1. Sources: Haarnoja et
/// al. 2018, arXiv:1801.01290, appendix C; stable_baselines3/common/distributions.py, SquashedDiagGaussianDistribution.
/// </remarks>
public sealed class SquashedGaussian
{
    private readonly torch.Tensor _mean;
    private readonly torch.Tensor _standardDeviation;

    /// <summary>The distribution of tanh of a Gaussian, over actions from -1 to 1.</summary>
    /// <param name="mean">float [..., A]; before tanh.</param>
    /// <param name="logStandardDeviation">Broadcasts with <paramref name="mean"/>; before tanh. Not clipped here.</param>
    public SquashedGaussian(torch.Tensor mean, torch.Tensor logStandardDeviation)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(logStandardDeviation);
        _mean = mean;
        _standardDeviation = logStandardDeviation.exp();
    }

    /// <summary>The action of the mean, [..., A]: what a deterministic policy does.</summary>
    public torch.Tensor Mode => _mean.tanh();

    /// <summary>Draws values before tanh, [..., A], whose gradient reaches the mean and the standard deviation.</summary>
    /// <param name="noise">Standard normal numbers of the shape of the result.</param>
    public torch.Tensor PreTanh(torch.Tensor noise)
    {
        ArgumentNullException.ThrowIfNull(noise);
        return _mean + (noise * _standardDeviation);
    }

    /// <summary>The logarithm of the density of tanh(preTanh), summed over the actions: [...].</summary>
    /// <param name="preTanh">[..., A]; the values before tanh.</param>
    /// <remarks>log(1 - tanh(u)^2) = 2 (log 2 - u - softplus(-2 u)) is exact for every u, where one minus a square would round to zero.</remarks>
    public torch.Tensor LogProbability(torch.Tensor preTanh)
    {
        ArgumentNullException.ThrowIfNull(preTanh);
        using var scope = torch.NewDisposeScope();
        var jacobian = LogJacobian(preTanh);
        return (NormalLogProbability(preTanh) - jacobian).sum(dim: -1L).MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="LogProbability(torch.Tensor)"/> with epsilon inside the logarithm, as Stable-Baselines3 and CleanRL compute it.</summary>
    /// <param name="preTanh">[..., A]; the values before tanh.</param>
    /// <param name="actionScale">Half the width of the action space, where the density of the scaled action is wanted (CleanRL); else 1.</param>
    /// <param name="epsilon">Added to 1 - tanh(u)^2; both libraries use 1e-6.</param>
    public torch.Tensor LogProbability(torch.Tensor preTanh, double actionScale, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(preTanh);
        using var scope = torch.NewDisposeScope();
        var slope = ((1 - preTanh.tanh().square()) * actionScale) + epsilon;
        return (NormalLogProbability(preTanh) - slope.log()).sum(dim: -1L).MoveToOuterDisposeScope();
    }

    /// <summary>The logarithm of the density of tanh(preTanh) where it is known from what noise it was drawn, summed over the actions: [...].</summary>
    /// <param name="noise">[..., A]; (preTanh - mean) / standard deviation.</param>
    /// <param name="logStandardDeviation">Broadcasts with it; before tanh.</param>
    /// <param name="preTanh">[..., A]; the values before tanh.</param>
    /// <remarks>The same value and gradient as <see cref="LogProbability(torch.Tensor)"/>: in (preTanh - mean) / deviation mean and deviation
    /// cancel, so that nothing has to flow through it.</remarks>
    public static torch.Tensor LogProbabilityOfNoise(torch.Tensor noise, torch.Tensor logStandardDeviation, torch.Tensor preTanh)
    {
        ArgumentNullException.ThrowIfNull(noise);
        ArgumentNullException.ThrowIfNull(logStandardDeviation);
        ArgumentNullException.ThrowIfNull(preTanh);
        using var scope = torch.NewDisposeScope();
        var normal = (noise.square() * -0.5) - logStandardDeviation - (0.5 * Math.Log(2 * Math.PI));
        return (normal - LogJacobian(preTanh)).sum(dim: -1L).MoveToOuterDisposeScope();
    }

    /// <summary>log(1 - tanh(u)^2), element by element.</summary>
    public static torch.Tensor LogJacobian(torch.Tensor preTanh)
    {
        ArgumentNullException.ThrowIfNull(preTanh);
        using var scope = torch.NewDisposeScope();
        return ((Math.Log(2) - preTanh - torch.nn.functional.softplus(preTanh * -2)) * 2).MoveToOuterDisposeScope();
    }

    /// <summary>KL(this || other), summed over the actions: [...]. tanh is one to one, so it is that of the Gaussians.</summary>
    public torch.Tensor KlDivergenceTo(SquashedGaussian other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return KlDivergence.Independent(KlDivergence.Normal(_mean, _standardDeviation, other._mean, other._standardDeviation), 1);
    }

    private torch.Tensor NormalLogProbability(torch.Tensor value)
    {
        var z = (value - _mean) / _standardDeviation;
        return (z.square() * -0.5) - _standardDeviation.log() - (0.5 * Math.Log(2 * Math.PI));
    }
}
