using TorchSharp;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>Values of tensors against plain numbers.</summary>
internal static class NearAssert
{
    /// <summary>The values in order, in float64, within a relative and absolute 1e-9.</summary>
    public static void Values(double[] expected, torch.Tensor actual)
    {
        var got = actual.to(torch.float64).contiguous().data<double>().ToArray();
        Assert.Equal(expected.Length, got.Length);
        for (var i = 0; i < got.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - got[i]) <= 1e-9 * (1 + Math.Abs(expected[i])), $"[{i}]: expected {expected[i]} but got {got[i]} in {actual.str()}");
        }
    }
}
