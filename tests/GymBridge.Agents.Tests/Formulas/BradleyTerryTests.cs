using GymBridge.Agents.Formulas;
using TorchSharp;

namespace GymBridge.Agents.Tests.Formulas;

/// <summary>Oracle <c>bradley_terry</c>.</summary>
public class BradleyTerryTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void Loss_OfOnePair_HasTheOraclesNumbersAndGradient()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Equal(Oracles.Number("bradley_terry", "p(1.2,0.5)"), BradleyTerry.Probability(1.2, 0.5), Tolerance);
        Assert.Equal(Oracles.Number("bradley_terry", "nll"), BradleyTerry.NegativeLogLikelihood(1.2, 0.5), Tolerance);
        Assert.Equal(Oracles.Number("bradley_terry", "nll_margin0.3"), BradleyTerry.NegativeLogLikelihood(1.2, 0.5, 0.3), Tolerance);
        Assert.Equal(Oracles.Number("bradley_terry", "nll_at_equal"), BradleyTerry.NegativeLogLikelihood(1.2, 1.2), Tolerance);

        var (preferred, rejected) = (torch.tensor(new[] { 1.2 }).requires_grad_(), torch.tensor(new[] { 0.5 }).requires_grad_());
        var loss = BradleyTerry.Loss(preferred, rejected);
        loss.backward();
        Assert.Equal(Oracles.Number("bradley_terry", "nll"), loss.item<double>(), Tolerance);
        Assert.Equal(Oracles.Number("bradley_terry", "dnll_dr_w"), preferred.grad!.item<double>(), Tolerance);
        Assert.Equal(-Oracles.Number("bradley_terry", "dnll_dr_w"), rejected.grad!.item<double>(), Tolerance);
        Assert.Equal(Oracles.Number("bradley_terry", "nll_margin0.3"), BradleyTerry.Loss(preferred, rejected, 0.3).item<double>(), Tolerance);
        Assert.Equal(Oracles.Number("bradley_terry", "nll") + (0.01 * 1.7 * 1.7), BradleyTerry.Loss(preferred, rejected, centring: 0.01).item<double>(), Tolerance);
    }

    [Theory]
    [InlineData(0, 1000, 1000)]
    [InlineData(1000, 0, 0)]
    public void NegativeLogLikelihood_FarApart_DoesNotOverflow(double preferred, double rejected, double expected) =>
        Assert.Equal(expected, BradleyTerry.NegativeLogLikelihood(preferred, rejected));

    [Fact]
    public void Strengths_OfThreeItems_AreTheMostLikelyOnes()
    {
        var numbers = Oracles.Numbers("bradley_terry", "bt_mle", "wins[i][j]");
        var wins = new double[3, 3];
        Buffer.BlockCopy(numbers, 0, wins, 0, numbers.Length * sizeof(double));
        var strengths = BradleyTerry.Strengths(wins);
        Near(Oracles.Numbers("bradley_terry", "bt_mle", "theta_sum0"), strengths);
        Near(
            Oracles.Numbers("bradley_terry", "bt_mle", "P(0>1),P(0>2),P(1>2)"),
            [
                BradleyTerry.Probability(strengths[0], strengths[1]),
                BradleyTerry.Probability(strengths[0], strengths[2]),
                BradleyTerry.Probability(strengths[1], strengths[2])]);
    }

    [Fact]
    public void Fit_PreferencesThatDetermineNothingFinite_SaysSo()
    {
        Assert.Contains("no finite weights", Assert.Throws<ArgumentException>(() => BradleyTerry.Fit([[1.0], [2.0]])).Message, StringComparison.Ordinal);
        Assert.Contains("no finite weights", Assert.Throws<ArgumentException>(() => BradleyTerry.Strengths(new double[,] { { 0, 3 }, { 0, 0 } })).Message, StringComparison.Ordinal);
        Assert.Contains("one length", Assert.Throws<ArgumentException>(() => BradleyTerry.Fit([])).Message, StringComparison.Ordinal);
        Assert.Contains("square matrix", Assert.Throws<ArgumentException>(() => BradleyTerry.Strengths(new double[2, 3])).Message, StringComparison.Ordinal);
    }

    internal static void Near(double[] expected, double[] actual, double tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
