using FsCheck.Xunit;
using GymBridge.Seeding;

namespace GymBridge.Core.Tests.Seeding;

public sealed class RngSequencesTests
{
    // Literals: np.random.default_rng(42).permutation(10).
    [Fact]
    public void Permutation_Seed42_IsNumPys() =>
        Assert.Equal([5, 6, 0, 7, 3, 2, 4, 9, 1, 8], new Rng(42).Permutation(10));

    [Fact]
    public void Permutation_NegativeCount_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).Permutation(-1));

    [Property]
    public bool Permutation_AnyCount_HoldsEachIndexOnce(ulong seed, ushort n) =>
        new Rng(seed).Permutation(n % 2000).Order().SequenceEqual(Enumerable.Range(0, n % 2000));

    [Property]
    public bool Shuffle_AnyElements_MovesThemAsThePermutationOfTheirCount(ulong seed, string[] elements)
    {
        var order = new Rng(seed).Permutation(elements.Length);
        var shuffled = elements.ToArray();
        new Rng(seed).Shuffle(shuffled.AsSpan());
        return shuffled.SequenceEqual(order.Select(i => elements[i]));
    }

    [Property]
    public bool ChoiceWithoutReplacement_AnySize_GivesDifferentElements(ulong seed, ushort population, ushort size, bool shuffle)
    {
        var chosen = new int[size % (population + 1)];
        new Rng(seed).ChoiceWithoutReplacement(population, chosen, shuffle);
        return chosen.Distinct().Count() == chosen.Length && chosen.All(i => i >= 0 && i < population);
    }

    [Fact]
    public void ChoiceWithoutReplacement_MoreThanThereAre_Throws()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Rng(1).ChoiceWithoutReplacement(2, new int[3]));

        Assert.StartsWith("Cannot choose 3 different elements out of 2;", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Choice_ZeroProbabilities_AreNeverChosen()
    {
        var rng = new Rng(1);
        double[] p = [0.0, 0.5, 0.0, 0.5, 0.0];

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Contains(rng.Choice(p), new[] { 1, 3 }));
    }

    [Property]
    public bool Choice_FilledAndSingle_Agree(ulong seed, byte[] weights)
    {
        double total = weights.Sum(w => (double)w);
        if (total == 0)
        {
            return true;
        }

        double[] p = [.. weights.Select(w => w / total)];
        var (single, filled) = (new Rng(seed), new Rng(seed));
        var indices = new int[20];
        filled.Choice(p, indices);
        return indices.SequenceEqual(indices.Select(_ => single.Choice(p))) && indices.All(i => p[i] > 0);
    }

    [Theory]
    [InlineData(new double[] { }, "The probabilities are empty; pass one for each element to choose from.")]
    [InlineData(new[] { 0.5, double.NaN }, "The probabilities contain NaN; pass finite values in [0, 1].")]
    [InlineData(new[] { 1.5, -0.5 }, "The probabilities contain -0.5, which is negative; pass values in [0, 1].")]
    [InlineData(new[] { 0.5, 0.25 }, "The probabilities sum to 0.75, not to 1 within 1.4901161193847656E-08; divide them by their sum.")]
    public void Choice_BadProbabilities_ThrowsAndDrawsNothing(double[] p, string message)
    {
        var rng = new Rng(1);
        var before = rng.State;

        Assert.Equal(message, Assert.Throws<ArgumentException>(() => rng.Choice(p)).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => rng.Choice(p, new int[3])).Message);
        Assert.Equal(before, rng.State);
    }
}
