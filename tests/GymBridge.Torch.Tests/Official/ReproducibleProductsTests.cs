using TorchSharp;

namespace GymBridge.Torch.Tests.Official;

/// <summary>On libtorch it fails on an AMD EPYC with <c>MKL_CBWR=</c>, which leaves MKL unasked.</summary>
public class ReproducibleProductsTests
{
    private static readonly int[] Sizes = [1, 2, 3, 4, 5, 8, 16, 31, 64];

    // Where an allocation lies changes from run to run; what a training makes of it must not.
    [Fact]
    public void Product_WhereverItsOperandsLie_HasTheSameBits()
    {
        if (EngineIdentity.Current.Kind == EngineKind.Libtorch)
        {
            torch.set_num_threads(1); // as agents do
        }

        using var noGradient = torch.no_grad();
        foreach (var (rows, inner, columns) in Sizes.SelectMany(rows => Sizes.SelectMany(inner => Sizes.Select(columns => (rows, inner, columns)))))
        {
            using var scope = torch.NewDisposeScope();
            using var generator = new torch.Generator(1);
            var a = torch.randn([rows, inner], generator: generator);
            var b = torch.randn([columns, inner], generator: generator);
            var bias = torch.randn([columns], generator: generator);
            var expected = Bits(a, b, bias);
            for (var shift = 1; shift < 16; shift += 2)
            {
                var moved = Bits(Moved(a, shift), Moved(b, (3 * shift) % 16), Moved(bias, (5 * shift) % 16));
                Assert.True(expected.AsSpan().SequenceEqual(moved), $"[{rows}, {inner}] by [{inner}, {columns}], {shift} elements further on");
            }
        }
    }

    private static float[] Bits(torch.Tensor a, torch.Tensor b, torch.Tensor bias) =>
        [.. torch.nn.functional.linear(a, b, bias).data<float>(), .. a.t().mm(torch.nn.functional.linear(a, b, bias)).data<float>()];

    // The same numbers some elements further on in an allocation of their own.
    private static torch.Tensor Moved(torch.Tensor x, int elements)
    {
        var room = torch.zeros([x.numel() + elements]);
        var moved = room.narrow(0, elements, x.numel()).view([.. x.shape]);
        moved.copy_(x);
        return moved;
    }
}
