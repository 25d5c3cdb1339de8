using TorchSharp;
using static TorchSharp.torch;

using F = TorchSharp.torch.nn.functional;

namespace GymBridge.Torch.Managed.Tests;

/// <summary>Alone in the process: what other tests keep would count as growth.</summary>
[CollectionDefinition(nameof(LongTrainingTests), DisableParallelization = true)]
[Collection(nameof(LongTrainingTests))]
public class LongTrainingTests
{
    [Fact]
    public void TrainingLoop_TenThousandPpoUpdates_KeepsLiveTensorsAndHeapFlat()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var actor = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 2));
        var critic = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 1));
        TorchSharp.Modules.Parameter[] parameters = [.. actor.parameters(), .. critic.parameters()];
        var optimizer = optim.Adam(parameters);
        var (x, actions, old, advantages, returns) = (randn(16, 4), randint(2, [16]), full(16, -0.7f), randn(16), randn(16));
        void Update()
        {
            using var step = NewDisposeScope();
            using var d = distributions.Categorical(logits: actor.call(x));
            var ratio = (d.log_prob(actions) - old).exp();
            var policy = -torch.min(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages).mean();
            var loss = policy + (0.5 * F.mse_loss(critic.call(x).squeeze(1), returns)) - (0.01 * d.entropy().mean());
            optimizer.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(parameters, 0.5);
            optimizer.step();
        }
        for (var i = 0; i < 100; i++)
        {
            Update();
        }
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        const int Updates = 10_000;
        for (var i = 0; i < Updates; i++)
        {
            Update();
            // Whatever grows with the updates would show by the first thousand as by the last.
            if (i % 1000 == 999)
            {
                Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            }
        }
        var perUpdate = (GC.GetAllocatedBytesForCurrentThread() - allocated) / Updates;
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - heap < 1 << 20);
        // Handles and graph nodes, no arrays of values.
        Assert.True(perUpdate < 60_000, $"{perUpdate} bytes an update");
    }
}
