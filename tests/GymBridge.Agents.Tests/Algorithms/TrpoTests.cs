using GymBridge.Agents.Formulas;
using GymBridge.Agents.Networks;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Algorithms;

public class TrpoTests
{
    private static readonly double[][] Matrix = [.. Oracles.Numbers("trpo", "A").Chunk(3)];

    [Fact]
    public void ConjugateGradient_EveryIterate_IsTheOracles()
    {
        var iterates = Oracles.Numbers("trpo", "cg_iterates").Chunk(3).ToList();
        for (var k = 0; k < iterates.Count; k++)
        {
            var x = ConjugateGradient.Solve(Multiply, Oracles.Numbers("trpo", "b"), k + 1);
            Assert.All(iterates[k].Zip(x), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        }

        Assert.All(Oracles.Numbers("trpo", "solve").Zip(iterates[^1]), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Step_ScaleOfTheTrustRegion_IsTheOracles()
    {
        var x = ConjugateGradient.Solve(Multiply, Oracles.Numbers("trpo", "b"), 3);
        Assert.Equal(Oracles.Number("trpo", "step_scale_delta0.01"), Math.Sqrt(2 * 0.01 / ConjugateGradient.Dot(x, Multiply(x))), 1e-12);
    }

    [Fact]
    public void ImprovePolicy_TwoActionSoftmax_TakesTheNaturalStep()
    {
        // The policy of oracle X6, theta = [.2, -.3], with q = [1, 0] and delta .01, moves to [.3458638394, -.4458638394] at a true KL of
        // .0097347021. Each action as often as the policy takes it: the surrogate is then an expectation.
        const int Rows = 20_000;
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(Rows + 1)]));
        var options = new TrpoOptions
        {
            RolloutSteps = Rows,
            LineSearch = false,
            Damping = 0,
            ConjugateGradientSteps = 1,
            NormalizeAdvantage = false,
            TargetKl = 0.01,
        };
        using var trpo = new Trpo(env, options, 1, new CustomNetworks { Policy = new Constant(), Value = nn.Linear(2, 1) });
        var buffer = new Agents.Collecting.RolloutBuffer(1, 2, trpo.Policy.Module.Head);
        buffer.Assume(Rows);
        const double Share = 0.6224593312;
        for (var i = 0; i < Rows; i++)
        {
            buffer.Indices[i] = i < Share * Rows ? 0 : 1;
            buffer.LogProbabilities[i] = (float)Math.Log(buffer.Indices[i] == 0 ? Share : 1 - Share);
            buffer.Advantages[i] = buffer.Indices[i] == 0 ? 1 : 0;
        }

        var step = trpo.ImprovePolicy(buffer);
        var theta = trpo.Policy.Module.get_parameter("policy.theta")!.data<float>().ToArray();
        Assert.Equal(0.3458638394, theta[0], 1e-4);
        Assert.Equal(-0.4458638394, theta[1], 1e-4);
        Assert.Equal(0.0097347021, step.Kl, 1e-5);
    }

    [Fact]
    public void Learn_CartPole_ImprovesAndNoAcceptedStepLeavesTheTrustRegion()
    {
        var preset = new TrpoOptions
        {
            RolloutSteps = 512,
            MinibatchSize = 512,
            ConjugateGradientSteps = 25,
            Damping = 1e-3,
            GaeLambda = 0.98,
            LearningRate = 1e-3,
            ValueEpochs = 20,
        };
        using var env = TestEnvs.Make("CartPole-v1", 2);
        using var trpo = new Trpo(env, preset, 1);
        trpo.TotalTimesteps = 25_000;
        while (!trpo.IsComplete)
        {
            Assert.InRange(trpo.Update()["train/kl_divergence_loss"], 0, preset.TargetKl);
        }

        Assert.InRange(trpo.Episodes.MeanReturn, 80, 500);
    }

    private static double[] Multiply(double[] vector) =>
        [.. Matrix.Select(row => ConjugateGradient.Dot(row, vector))];

    /// <summary>The same logits for every observation.</summary>
    private sealed class Constant : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Parameter _theta = nn.Parameter(tensor(new[] { 0.2f, -0.3f }));

        public Constant()
            : base(nameof(Constant)) => register_parameter("theta", _theta);

        public override Tensor forward(Tensor input) => _theta.unsqueeze(0).expand(input.shape[0], 2);
    }
}
