using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Reproducibility;

public class FirstDifferenceTests
{
    [Fact]
    public void Find_EqualRuns_FindsNothing()
    {
        using var left = Run(1);
        using var right = Run(1);
        Assert.Null(Find(left, right));
    }

    [Fact]
    public void Find_OtherSeed_NamesTheFirstObservationAndBothValues()
    {
        using var left = Run(1);
        using var right = Run(2);
        var difference = Find(left, right)!;
        Assert.Equal((1, 0, 0, "observation"), (difference.Update, difference.Step, difference.Lane, difference.Field));
        Assert.StartsWith("[0.00118", difference.Left, StringComparison.Ordinal);
        Assert.NotEqual(difference.Left, difference.Right);
    }

    [Fact]
    public void Find_OneWeightChanged_NamesParameterAndIndex()
    {
        using var left = Run(1);
        using var right = Run(1);
        using (no_grad())
        {
            right.Policy.Module.get_parameter("value.2.bias")![5] = tensor(0.25f);
        }

        var difference = Find(left, right)!;
        Assert.Equal("value.2.bias[5]", difference.Field);
        Assert.Equal("0.25", difference.Right);
        Assert.Null(difference.Step);
    }

    private static FirstDifference? Find(Algorithm left, Algorithm right) =>
        FirstDifference.Find(left, right, UpdateDigest.Of(left), UpdateDigest.Of(right));

    private static Ppo Run(Seed seed)
    {
        var env = TestEnvs.Make("CartPole-v1", 8);
        var ppo = new Ppo(env, TestEnvs.PpoCartPole, seed);
        ppo.Update();
        return ppo;
    }
}
