using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>The texts are those of TorchSharp 0.107.0.</summary>
public class PrintingTests
{
    [Theory]
    [InlineData(TorchSharp.TensorStringStyle.Metadata, "[2x3], type = Float32, device = cpu")]
    [InlineData(TorchSharp.TensorStringStyle.Numpy, "[[0, 3.141, -13.142]|[0.01, 4713.1, 6.28e-06]]")]
    [InlineData(TorchSharp.TensorStringStyle.Julia, "[2x3], type = Float32, device = cpu|    0  3.141  -13.142| 0.01 4713.1 6.28e-06|")]
    [InlineData(TorchSharp.TensorStringStyle.CSharp, "[2x3], type = Float32, device = cpu, value = |float [,] {| {0f, 3.141f, -13.142f},| {0.01f, 4713.1f, 6.28e-06f}|}")]
    public void ToString_Matrix_IsTextOfTheStyle(TorchSharp.TensorStringStyle style, string expected)
    {
        using var x = tensor(new[,] { { 0, 3.141f, -13.141529f }, { 0.01f, 4713.14f, 6.28e-06f } });
        // A row behind the first starts one column in.
        Assert.Equal(expected.Replace("]|[", "]| [", StringComparison.Ordinal), x.ToString(style, cultureInfo: CultureInfo.InvariantCulture, newLine: "|"));
    }

    [Fact]
    public void ToString_ManyValues_LeavesOutTheMiddle()
    {
        using var x = arange(100, int32);
        Assert.Equal("[0, 1, 2, ... 97, 98, 99]", x.ToString(numpy));
        using var rows = x.view(50, 2);
        Assert.Equal("[[0, 1]| [2, 3]| [4, 5]| ...| [94, 95]| [96, 97]| [98, 99]]", rows.ToString(numpy, newLine: "|"));
        Assert.Equal(
            "[50x2], type = Int32, device = cpu, value = |int [,] {| {0, 1},| {2, 3},| {4, 5},| ...| {94, 95},| {96, 97},| {98, 99}|}",
            rows.ToString(csharp, newLine: "|"));
        Assert.Equal("[100], type = Int32, device = cpu| 0 1 2 3 4 5 ...|", x.ToString(julia, width: 16, newLine: "|"));
    }

    [Fact]
    public void ToString_ThreeDimensions_SeparatesTheBlocks()
    {
        using var x = zeros(2, 1, 2);
        Assert.Equal("[[[0, 0]]|| [[0, 0]]]", x.ToString(numpy, newLine: "|"));
        Assert.Equal("[2x1x2], type = Float32, device = cpu|[0,..,..] =| 0 0||[1,..,..] =| 0 0|", x.ToString(julia, newLine: "|"));
    }

    [Fact]
    public void ToString_ScalarAndEmpty_ShowTheValueAndNothing()
    {
        using var scalar = tensor(3.5);
        Assert.Equal("3.5", scalar.npstr());
        Assert.Equal("[], type = Float64, device = cpu, value = 3.5", scalar.jlstr());
        using var empty = zeros(0);
        Assert.Equal("[]", empty.npstr());
        Assert.Equal("[0], type = Float32, device = cpu, value = float [] {}", empty.cstr());
    }

    [Fact]
    public void ToString_NoStyleGiven_IsMetadataOnly()
    {
        using var x = ones(2, dtype: int64);
        Assert.Equal("[2], type = Int64, device = cpu", x.ToString());
        Assert.Equal("[2], type = Int64, device = cpu, value = long [] {1L, 1L}", x.cstr());
    }
}
