using static TorchSharp.torch;

namespace GymBridge.Agents.Optimizers;

/// <summary>Steps of an optimizer down the gradient of a loss.</summary>
internal static class GradientSteps
{
    /// <summary>One step, with a bound on the gradient's global norm.</summary>
    /// <param name="optimizer">What moves the weights.</param>
    /// <param name="loss">[]; known to be finite.</param>
    /// <param name="parameters">The weights whose gradients are bounded together.</param>
    /// <param name="maxGradNorm">Largest global norm; a larger gradient is scaled down to it.</param>
    /// <param name="algorithm">Name of the algorithm, for the error.</param>
    /// <param name="timesteps">Where the run is, for the error.</param>
    /// <returns>The norm before it was bounded.</returns>
    /// <exception cref="NonFiniteException">The norm is NaN or infinite; the weights are as they were.</exception>
    public static double Descend(
        this optim.Optimizer optimizer, Tensor loss, IEnumerable<TorchSharp.Modules.Parameter> parameters, double maxGradNorm, string algorithm, long timesteps)
    {
        Forget(parameters);
        UpdateClock.Backward(loss);
        var norm = nn.utils.clip_grad_norm_(parameters, maxGradNorm);
        NonFiniteException.ThrowIfNotFinite(norm, algorithm, timesteps);
        UpdateClock.Step(optimizer);
        return norm;
    }

    /// <summary>Lets the next backward pass give the weights new gradients, rather than fill the old ones with zeros and add to them. A weight that a loss
    /// does not reach has none then, and its optimizer leaves it alone, as with PyTorch's <c>zero_grad</c>.</summary>
    public static void Forget(IEnumerable<TorchSharp.Modules.Parameter> parameters)
    {
        foreach (var parameter in parameters)
        {
            parameter.grad = null;
        }
    }
}
