using TorchSharp;

namespace GymBridge.Agents.Tests;

public sealed class TensorSettingsTests
{
    // On libtorch a collection in the background ended such a scalar in one of a few hundred collections.
    [Fact]
    public void Scalars_WhileGarbageIsCollected_KeepTheirValues()
    {
        using var env = TestEnvs.Registry.MakeVec("CartPole-v1", 1);
        using var algorithm = new Ppo(env, new PpoOptions { HiddenSizes = [4] }, 1);
        using var scope = torch.NewDisposeScope();
        var (sum, ones) = (torch.zeros(20_000), torch.ones(20_000));
        var kept = new byte[64][];
        for (var (n, before) = (0, GC.CollectionCount(2)); GC.CollectionCount(2) - before < 150; n++)
        {
            kept[n % kept.Length] = new byte[100_000];
            sum.zero_();
            for (var i = 0; i < 20; i++)
            {
                sum.add_(ones, 0.5);
            }

            Assert.Equal(10f, sum[3].item<float>());
        }
    }
}
