using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests.Official;

/// <summary>
/// Small programs, compiled twice: GymBridge.Torch.Tests runs them on TorchSharp itself and writes golden/official.json, the tests here run
/// them on the managed engine. Inputs are computed, not drawn.
/// </summary>
internal static partial class Scenarios
{
    /// <summary>By name; what a program returns is recorded, or the exception it throws.</summary>
    public static IReadOnlyDictionary<string, Func<Tensor[]>> All { get; } = new SortedDictionary<string, Func<Tensor[]>>(
        Views.Concat(Errors).Concat(InPlace).Concat(Modules).Concat(Sequences).ToDictionary(entry => entry.Key, entry => entry.Value), StringComparer.Ordinal);

    /// <summary>Values between -1 and 1, the same on every machine.</summary>
    private static Tensor Input(params long[] shape) => Input(ScalarType.Float64, 0, shape);

    private static Tensor Input(ScalarType dtype, int salt, params long[] shape)
    {
        var values = new double[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ((((i + 1 + (salt * 97)) * 2654435761L) % 2001) - 1000) / 1000.0;
        }

        return tensor(values, shape, dtype);
    }

    /// <summary>A result and the gradients of its sum of squares.</summary>
    private static Tensor[] WithGradients(Tensor result, params Tensor[] inputs)
    {
        result.square().sum().backward();
        return [result.detach(), .. inputs.Select(input => input.grad!)];
    }

    /// <summary>Outputs, and the gradients of the sum of the squares of all of them.</summary>
    private static Tensor[] WithGradients(Tensor[] outputs, IEnumerable<Tensor> inputs)
    {
        outputs.Select(output => output.square().sum()).Aggregate((a, b) => a + b).backward();
        return [.. outputs.Select(output => output.detach()), .. inputs.Select(input => input.grad!)];
    }

    /// <summary>Fills every parameter by its place, so that both engines have the same ones.</summary>
    private static M Filled<M>(M module)
        where M : nn.Module
    {
        using var _ = no_grad();
        var salt = 1;
        foreach (var (_, parameter) in module.named_parameters())
        {
            parameter.copy_(Input(parameter.dtype, salt++, parameter.shape));
        }

        return module;
    }
}
