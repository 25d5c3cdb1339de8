using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests;

public class TrainingTests
{
    [Fact]
    public void Sequential_FiftyAdamSteps_FitsXor()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1));
        var optimizer = optim.Adam(model.parameters(), lr: 0.05);
        var x = tensor(new float[] { 0, 0, 0, 1, 1, 0, 1, 1 }, [4, 2]);
        var y = tensor(new float[] { 0, 1, 1, 0 }, [4, 1]);
        var loss = double.NaN;
        for (var i = 0; i < 200; i++)
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            var l = nn.functional.mse_loss(model.call(x), y);
            l.backward();
            optimizer.step();
            loss = l.item<float>();
        }
        Assert.True(loss < 0.01, $"loss is {loss}");
    }
}
