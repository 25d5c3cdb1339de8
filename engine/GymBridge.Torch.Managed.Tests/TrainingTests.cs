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

    /// <summary>Behind a dead ReLU: 0.9^1500 is less than the smallest float, where rounding would hold the moments up for ever.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Adam_GradientThatStaysZero_MomentsEndAtZeroAndTheWeightRests(bool amsgrad)
    {
        using var scope = NewDisposeScope();
        var weight = nn.Parameter(full([37], 0.5f));
        var optimizer = optim.Adam([weight], lr: 1e-3, beta1: 0.9, beta2: 0.9, amsgrad: amsgrad);
        weight.grad = full([37], 1e-3f);
        optimizer.step();
        weight.grad = zeros(37);
        float[] before = [];
        for (var step = 0; step < 1_500; step++)
        {
            before = weight.data<float>().ToArray();
            optimizer.step();
        }

        var state = Assert.IsType<TorchSharp.Modules.Adam.State>(optimizer.state_dict().State[0]);
        Assert.All(state.exp_avg.data<float>().ToArray(), moment => Assert.Equal(0f, moment));
        Assert.All(state.exp_avg_sq.data<float>().ToArray(), moment => Assert.Equal(0f, moment));
        Assert.Equal(before, weight.data<float>().ToArray());
        Assert.True(before[0] is > 0.4f and < 0.5f, $"The weight is {before[0]}.");
    }
}
