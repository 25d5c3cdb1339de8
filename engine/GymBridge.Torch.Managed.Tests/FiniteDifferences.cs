using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>Gradients by central differences, in float64.</summary>
internal static class FiniteDifferences
{
    private const double Step = 1e-6;

    /// <summary>Checks the gradient of a random weighted sum of the function's result with respect to each input.</summary>
    public static void Check(string name, Func<Tensor> function, params Tensor[] inputs)
    {
        using var scope = NewDisposeScope();
        var weights = randn(function().shape, float64);
        Tensor Objective() => (function() * weights).sum();
        var gradients = autograd.grad([Objective()], inputs);
        foreach (var (x, gradient) in inputs.Zip(gradients))
        {
            Compare(name, x, gradient, () => Objective().item<double>());
        }
    }

    /// <summary>Compares a gradient with the differences of the objective when one element after another is moved.</summary>
    public static void Compare(string name, Tensor x, Tensor gradient, Func<double> objective)
    {
        var values = x.data<double>();
        var got = gradient.contiguous().data<double>().ToArray();
        var flat = values.ToArray();
        for (var i = 0; i < flat.Length; i++)
        {
            double At(double v)
            {
                var moved = (double[])flat.Clone();
                moved[i] = v;
                values.CopyFrom(moved);
                using var inner = NewDisposeScope();
                return objective();
            }
            var numeric = (At(flat[i] + Step) - At(flat[i] - Step)) / (2 * Step);
            values.CopyFrom(flat);
            Assert.True(Math.Abs(numeric - got[i]) <= 1e-5 * (1 + Math.Abs(numeric)), $"{name}[{i}] of [{string.Join(", ", x.shape)}]: {got[i]}, by differences {numeric}");
        }
    }
}
