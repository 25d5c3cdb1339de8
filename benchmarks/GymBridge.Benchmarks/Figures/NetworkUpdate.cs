using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GymBridge.Benchmarks.Figures;

/// <summary>P8: forward, backward and Adam of a 4-64-64-2 tanh network at batch 256. PyTorch is not at hand: our time alone.</summary>
internal sealed class NetworkUpdate : IBenchmark
{
    private const int Batch = 256;
    private const int Updates = 200;

    public string Id => "P8";

    public Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        manual_seed(1);
        set_num_threads(1);
        using var network = Sequential(Linear(4, 64), Tanh(), Linear(64, 64), Tanh(), Linear(64, 2));
        using var optimizer = optim.Adam(network.parameters());
        using var inputs = randn(Batch, 4);
        using var targets = randn(Batch, 2);
        var rate = Measure.Rate(Updates, () =>
        {
            for (var i = 0; i < Updates; i++)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                functional.mse_loss(network.call(inputs), targets).backward();
                optimizer.step();
            }
        });
        return Task.FromResult<IReadOnlyList<Figure>>(
            [new(Id, "4-64-64-2 tanh, batch 256: forward, backward, Adam", 1e6 / rate, null, "us", 5, null, true)]);
    }
}
