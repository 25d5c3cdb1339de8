using System.Text.Json.Nodes;
using GymBridge.Cli.Learning;
using GymBridge.Training.Statistics;

namespace GymBridge.Cli.Tests;

public class BenchLearningTests
{
    [Theory]
    [InlineData("ppo")]
    [InlineData("a2c")]
    [InlineData("trpo")]
    [InlineData("reinforce")]
    [InlineData("thompson_sampling")]
    [InlineData("epsilon_greedy")]
    public async Task Learning_ShortFormOfEachRow_IsReached(string algorithm)
    {
        var result = await Cli.RunAsync("bench", "learning", algorithm, "--short", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.All(result.Json.AsArray(), row => Assert.True(row!["reached"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Learning_Output_KeepsOtherSeedsAndWritesTableAndCurve()
    {
        using var folder = new TemporaryFolder();
        foreach (var seeds in new[] { "2", "1" })
        {
            var result = await Cli.RunAsync("bench", "learning", "one_step_actor_critic-gridworld", "--seeds", seeds, "-o", folder.FullName);
            Assert.True(result.ExitCode == 0, result.Error);
        }

        var row = JsonNode.Parse(await File.ReadAllTextAsync(folder.Combine("one_step_actor_critic-gridworld.json")))!;
        Assert.Equal([1, 2], row["results"]!.AsArray().Select(item => item!["seed"]!.GetValue<int>()));
        Assert.Equal("gymbridge bench learning one_step_actor_critic-gridworld --seeds 1..2", row["command"]!.GetValue<string>());
        var table = await File.ReadAllTextAsync(folder.Combine("README.md"));
        Assert.Contains("| [`one_step_actor_critic-gridworld`](one_step_actor_critic-gridworld.json) | GridWorldOneHot-v0 |", table, StringComparison.Ordinal);
        var curve = await File.ReadAllTextAsync(folder.Combine("one_step_actor_critic-gridworld.svg"));
        Assert.Contains("<svg", curve, StringComparison.Ordinal);
        Assert.Equal(0, (await Cli.RunAsync("bench", "learning", "--redraw", "-o", folder.FullName)).ExitCode);
        Assert.Equal(curve, await File.ReadAllTextAsync(folder.Combine("one_step_actor_critic-gridworld.svg")));
        Assert.Equal(table, await File.ReadAllTextAsync(folder.Combine("README.md")));
    }

    /// <summary>Rows that take no time: exact measures of tables, and values of states.</summary>
    [Theory]
    [InlineData("q_learning-pausegame-costly", 0, 0.1)]
    [InlineData("q_learning-pausegame-free", 0.9, 1)]
    [InlineData("td-randomwalk", 0, 0.06)]
    [InlineData("policy_iteration-frozenlake", 0, 1e-9)]
    public async Task Learning_RowsOfTables_AreReached(string row, double least, double most)
    {
        var result = await Cli.RunAsync("bench", "learning", row, "--seeds", "1", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.InRange(result.Json[0]!["values"]![0]!.GetValue<double>(), least, most);
    }

    /// <summary>The table that is committed has of each of its rows as many seeds as the row asks for, from 1 on.</summary>
    [Fact]
    public void Rows_OfTheCommittedTable_HaveTheirSeeds()
    {
        var folder = RepositoryRoot.Combine("docs/learning");
        var rows = LearningRows.All.Where(row => LearningTable.Has(folder, row)).ToList();
        Assert.True(rows.Count > 80);
        Assert.All(rows, row => Assert.True(
            Enumerable.Range(1, row.Seeds).All(seed => LearningTable.Load(folder, row).Exists(result => result.Seed == seed)), $"{row.Name} asks for {row.Seeds} seeds."));
        Assert.All(rows, row => Assert.True(LearningTable.Passes(row, LearningTable.Load(folder, row)), row.Name));
    }

    /// <summary>What a baseline is worth: with the lessons' loss, a sum over the steps of an episode, more than nothing.</summary>
    [Fact]
    public void Rows_OfTheGridWalk_AreBetterWithABaselineThanWithout()
    {
        Assert.True(MedianOf("reinforce-gridworld") > MedianOf("reinforce-gridworld-no-baseline"));

        static double MedianOf(string name) => SampleSummary.Of(
            [.. LearningTable.Load(RepositoryRoot.Combine("docs/learning"), LearningRows.All.Single(row => row.Name == name)).Select(result => result.Value)]).Median;
    }

    // A row is a file of results.
    [Fact]
    public void Rows_HaveNamesOfTheirOwn() => Assert.Distinct(LearningRows.All.Select(row => row.Name));

    [Fact]
    public async Task Learning_UnknownRow_NamesThoseThatExist()
    {
        var result = await Cli.RunAsync("bench", "learning", "ppo-tetris");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("'ppo-tetris' is no row and no algorithm with rows; choose of ppo-cartpole", result.Error, StringComparison.Ordinal);
    }
}
