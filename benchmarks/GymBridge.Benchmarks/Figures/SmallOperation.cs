using static TorchSharp.torch;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P8c: what an operation costs beside its arithmetic: an addition of four elements that is recorded for backward.</summary>
internal sealed class SmallOperation : IBenchmark
{
    private const int Operations = 10_000;

    public string Id => "P8c";

    public Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        using var left = ones(4, requires_grad: true);
        using var right = ones(4);
        var rate = Measure.Rate(Operations, () =>
        {
            for (var i = 0; i < Operations; i++)
            {
                (left + right).Dispose();
            }
        });
        return Task.FromResult<IReadOnlyList<Figure>>(
            [new(Id, "addition of 4 elements, recorded for backward (aim: 300)", 1e9 / rate, null, "ns", null, null, true)]);
    }
}
