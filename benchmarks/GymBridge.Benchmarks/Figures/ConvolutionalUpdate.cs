using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P8: forward and backward of the Nature CNN at batch 256. PyTorch is not at hand: our time, and the share of the core's peak.</summary>
internal sealed class ConvolutionalUpdate : IBenchmark
{
    private const int Batch = 256;

    // Multiply-adds of one sample: three convolutions on 84x84x4, and two linear layers.
    private const long MultiplyAdds = (20L * 20 * 32 * 8 * 8 * 4) + (9L * 9 * 64 * 4 * 4 * 32) + (7L * 7 * 64 * 3 * 3 * 64) + (3136L * 512) + (512L * 6);

    public string Id => "P8b";

    public Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        manual_seed(1);
        set_num_threads(1);
        using var network = Sequential(
            Conv2d(4, 32, 8, stride: 4), ReLU(), Conv2d(32, 64, 4, stride: 2), ReLU(), Conv2d(64, 64, 3), ReLU(),
            Flatten(), Linear(3136, 512), ReLU(), Linear(512, 6));
        using var frames = rand(Batch, 4, 84, 84);
        var rate = Measure.Rate(1, () =>
        {
            using var scope = NewDisposeScope();
            network.zero_grad();
            network.call(frames).sum().backward();
        });

        // Forward once, backward twice (weights and inputs) but for the first layer's inputs, which need no gradient.
        var operations = 2.0 * Batch * ((3 * MultiplyAdds) - (20L * 20 * 32 * 8 * 8 * 4));
        var share = operations * rate / FmaPeak.Measure();
        return Task.FromResult<IReadOnlyList<Figure>>(
            [new(Id, $"Nature CNN, batch 256: forward, backward ({share:P0} of FMA peak)", 1e3 / rate, null, "ms", null, null, true)]);
    }
}
