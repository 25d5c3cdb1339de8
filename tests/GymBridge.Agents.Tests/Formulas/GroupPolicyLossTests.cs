using GymBridge.Agents.Formulas;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Formulas;

/// <summary>Oracle <c>grpo.loss</c>: two completions of three and two tokens.</summary>
public class GroupPolicyLossTests
{
    private const double Tolerance = 1e-9;
    private const int MostTokens = 4;

    [Fact]
    public void PerToken_BothCompletions_HaveTheOraclesNumbers()
    {
        using var scope = NewDisposeScope();
        var (logProbabilities, old, reference) = (Matrix("logp"), Matrix("logp_old"), Matrix("logp_ref"));
        BradleyTerryTests.Near(Oracles.Numbers("grpo", "loss", "ratio"), Data((logProbabilities - old).exp()));
        BradleyTerryTests.Near(Oracles.Numbers("grpo", "loss", "per_token_loss_noKL"), Data(GroupPolicyLoss.PerToken(logProbabilities, old, Advantages(), Eps)));
        BradleyTerryTests.Near(Oracles.Numbers("grpo", "loss", "k3"), Data(KlEstimators.K3(logProbabilities, reference)));
    }

    [Theory]
    [InlineData(TokenAggregation.SequenceMean, "grpo(seq-mean)", "grad_grpo(seq-mean)")]
    [InlineData(TokenAggregation.TokenMean, "bnpo/dapo(token-mean)", null)]
    [InlineData(TokenAggregation.FixedLength, "dr_grpo(L=4)", null)]
    [InlineData(TokenAggregation.Sum, "seed(sum over tokens,1/G)", "grad_seed")]
    public void Aggregate_EveryForm_HasTheOraclesLossAndGradient(TokenAggregation aggregation, string loss, string? gradient)
    {
        using var scope = NewDisposeScope();
        var logProbabilities = Matrix("logp").requires_grad_();
        var mask = Matrix("mask").to_type(ScalarType.Bool);
        var perToken = GroupPolicyLoss.PerToken(logProbabilities, Matrix("logp_old"), Advantages(), Eps)
            + (KlEstimators.K3(logProbabilities, Matrix("logp_ref")) * Oracles.Number("grpo", "loss", "beta"));
        var lengths = Matrix("mask").sum(1, keepdim: true).expand(2, 3);
        var total = GroupPolicyLoss.Aggregate(perToken.masked_select(mask), lengths.masked_select(mask), 2, aggregation, MostTokens);
        total.backward();
        Assert.Equal(Oracles.Number("grpo", "loss", loss), total.item<double>(), Tolerance);
        if (gradient is not null)
        {
            BradleyTerryTests.Near(Oracles.Numbers("grpo", "loss", gradient), Data(logProbabilities.grad!));
        }
    }

    private static double Eps => Oracles.Number("grpo", "loss", "eps");

    private static Tensor Advantages() => tensor(Oracles.Numbers("grpo", "loss", "adv")).unsqueeze(1);

    private static Tensor Matrix(string key) => tensor(Oracles.Numbers("grpo", "loss", key), [2, 3]);

    private static double[] Data(Tensor values) => values.detach().contiguous().data<double>().ToArray();
}
