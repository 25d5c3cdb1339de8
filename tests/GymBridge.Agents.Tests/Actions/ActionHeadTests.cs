using GymBridge.Agents.Actions;
using GymBridge.Agents.Randomness;
using GymBridge.Spaces;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Actions;

public class ActionHeadTests
{
    /// <summary>A softmax at the end of a network, before this one, would keep every probability below a bound that is far from 1.</summary>
    [Fact]
    public void Distribution_OfLogits_HasNoSecondSoftmax()
    {
        const string Trap = "double_softmax_trap";
        var values = Oracles.Numbers(Trap, "logits");
        var actual = LogProbabilities(values);
        var wrong = LogProbabilities(Oracles.Numbers(Trap, "softmax"));
        for (var action = 0; action < values.Length; action++)
        {
            Assert.Equal(Oracles.Numbers(Trap, "log_softmax")[action], actual[action], 1e-6);
            Assert.Equal(Oracles.Numbers(Trap, "softmax_of_softmax")[action], Math.Exp(wrong[action]), 1e-6);
        }

        Assert.Equal(Oracles.Number(Trap, "max_prob_reachable_K2"), Math.Exp(LogProbabilities([1, 0])[0]), 1e-6);
        Assert.Equal(Oracles.Number(Trap, "max_prob_reachable_K4"), Math.Exp(LogProbabilities([1, 0, 0, 0])[0]), 1e-6);
        Assert.True(Math.Exp(LogProbabilities([10, 0, 0, 0])[0]) > 0.99);
    }

    [Fact]
    public void Categorical_TwoActions_MatchesTheHandWorkedNumbers()
    {
        // Logits ln 1 and ln 3: probabilities 1/4 and 3/4.
        var distribution = ActionHead.For(new Discrete(2), "Test").Distribution(tensor(new[] { 0f, MathF.Log(3) }, [1, 2]));
        Assert.Equal(Math.Log(0.75), distribution.LogProbability(tensor(new[] { 1L }, [1, 1])).item<float>(), 1e-6);
        Assert.Equal(-(0.25 * Math.Log(0.25)) - (0.75 * Math.Log(0.75)), distribution.Entropy().item<float>(), 1e-6);
    }

    [Fact]
    public void Categorical_Masked_NeverDrawsAForbiddenActionAndLeavesItOutOfTheEntropy()
    {
        var logits = tensor(new[] { 5f, 0, 0 }, [1, 3]);
        logits.requires_grad = true;
        var distribution = ActionHead.For(new Discrete(3), "Test").Distribution(logits, null, tensor(new[] { false, true, true }, [1, 3]));
        Assert.Equal(Math.Log(2), distribution.Entropy().item<float>(), 1e-6);
        var streams = new LaneStreams(1, StreamPurpose.Policy, 1);
        for (var i = 0; i < 50; i++)
        {
            var action = new long[1];
            distribution.Sample(streams, new ActionSpan(action, default), new float[1]);
            Assert.NotEqual(0, action[0]);
        }

        distribution.Entropy().sum().backward();
        Assert.All(logits.grad!.data<float>().ToArray(), gradient => Assert.True(float.IsFinite(gradient)));
        Assert.Equal(0, logits.grad!.data<float>()[0]);
    }

    [Fact]
    public void Entropy_OnlyTermThatIsTrained_Rises()
    {
        // The bonus is plus the entropy: a loss of minus the entropy must raise it.
        var logits = tensor(new[] { 2f, 0, -1 }, [1, 3]);
        logits.requires_grad = true;
        var head = ActionHead.For(new Discrete(3), "Test");
        var before = head.Distribution(logits).Entropy();
        (-before.sum()).backward();
        using (no_grad())
        {
            Assert.True(head.Distribution(logits - (logits.grad! * 0.1)).Entropy().item<float>() > before.item<float>());
        }
    }

    [Fact]
    public void MultiCategorical_Parts_AddUp()
    {
        var outputs = tensor(new[] { 0f, MathF.Log(3), 0, 0 }, [1, 4]);
        var distribution = ActionHead.For(new MultiDiscrete([2L, 2L]), "Test").Distribution(outputs);
        Assert.Equal(Math.Log(0.75) + Math.Log(0.5), distribution.LogProbability(tensor(new[] { 1L, 0 }, [1, 2])).item<float>(), 1e-6);
    }

    [Fact]
    public void Bernoulli_LargeLogits_StayExact()
    {
        var distribution = ActionHead.For(new MultiBinary(2), "Test").Distribution(tensor(new[] { 200f, MathF.Log(3) }, [1, 2]));
        Assert.Equal(Math.Log(0.75), distribution.LogProbability(tensor(new[] { 1L, 1 }, [1, 2])).item<float>(), 1e-6);
        Assert.Equal(-200 + Math.Log(0.25), distribution.LogProbability(tensor(new[] { 0L, 0 }, [1, 2])).item<float>(), 1e-4);
    }

    [Fact]
    public void Gaussian_Numbers_MatchTheHandWorkedOnes()
    {
        // Mean 1 and deviation 2 at 2: -(1/2)^2 / 2 - ln 2 - ln(2 pi) / 2; entropy ln 2 + (1 + ln(2 pi)) / 2.
        var head = ActionHead.For(new Box(-1, 1, [1]), "Test");
        var distribution = head.Distribution(tensor(new[] { 1f }, [1, 1]), tensor(new[] { MathF.Log(2) }));
        Assert.Equal(-0.125 - Math.Log(2) - (0.5 * Math.Log(2 * Math.PI)), distribution.LogProbability(tensor(new[] { 2f }, [1, 1])).item<float>(), 1e-6);
        Assert.Equal(Math.Log(2) + (0.5 * (1 + Math.Log(2 * Math.PI))), distribution.Entropy().item<float>(), 1e-6);
        var columns = new Columns(head.Space, 1);
        head.Write(new ActionSpan(default, new[] { 3f }), columns);
        Assert.Equal(1, columns[0].AsSpan<float>()[0]);
    }

    [Fact]
    public void KlDivergence_Categorical_IsTheRecordedOne()
    {
        // oracles: kl.categorical, KL of [.5, .3, .2] and [.4, .4, .2].
        var (p, q) = (new[] { 0.5f, 0.3f, 0.2f }, new[] { 0.4f, 0.4f, 0.2f });
        var head = ActionHead.For(new Discrete(3), "Test");
        var expected = p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum();
        var actual = head.Distribution(tensor(p, [1, 3]).log()).KlDivergenceTo(head.Distribution(tensor(q, [1, 3]).log()));
        Assert.Equal(expected, actual.item<float>(), 1e-6);
    }

    [Fact]
    public void For_SpaceThatNothingTakes_NamesIt()
    {
        var exception = Assert.Throws<NotSupportedException>(() => ActionHead.For(new DictSpace(("a", new Discrete(2))), "PPO"));
        Assert.Contains("PPO cannot act in the action space Dict('a': Discrete(2)). No algorithm here takes it", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void For_MillionsOfActions_IsRefused() =>
        Assert.Throws<NotSupportedException>(() => ActionHead.For(new Discrete(1_000_000_000), "PPO"));

    private static float[] LogProbabilities(double[] logits)
    {
        using var scope = NewDisposeScope();
        var distribution = ActionHead.For(new Discrete(logits.Length), "Test").Distribution(tensor(logits, ScalarType.Float32).expand(logits.Length, logits.Length));
        return distribution.LogProbability(arange(logits.Length).unsqueeze(1)).data<float>().ToArray();
    }
}
