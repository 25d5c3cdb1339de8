using GymBridge.Cli.Figures;

namespace GymBridge.Cli.Tests;

/// <summary><c>gymbridge figure</c>: every figure can be drawn in both kinds of files, with what it is about in it.</summary>
[Collection(InThisProcess.Name)]
public class FigureTests
{
    public static TheoryData<string, string[]> Figures => new()
    {
        { "agent-environment-loop", ["Agent", "Environment", "reward"] },
        { "mdp-state-machine", ["s0", "s1", "s2", "0.7, +5", "0.3, -1", "0.95"] },
        { "backups", ["Monte Carlo", "TD(0)", "Dynamic programming"] },
        { "gridworld-q-values", ["0.550", "0.485", "1.000", "goal"] },
        { "q-learning-trace", ["0.81", "0.9", "episode 3"] },
        { "bandit-regret", ["Thompson sampling", "UCB1", "mean of the last 20"] },
        { "bandit-cumulative-regret", ["Thompson sampling", "UCB1", "all pulls so far"] },
        { "dpo-loss", ["softplus(-beta x)", "beta 0.1"] },
        { "reward-hacking", ["TokenPreference-v0", "reward that it stands for"] },
    };

    [Theory]
    [MemberData(nameof(Figures))]
    public async Task Figure_OfEachName_IsDrawnWithItsWords(string name, string[] words)
    {
        using var folder = new TemporaryFolder();
        foreach (var extension in new[] { "svg", "png" })
        {
            var result = await InThisProcess.RunAsync("figure", name, "-o", folder.Combine($"{name}.{extension}"));
            Assert.True(result.ExitCode == 0, result.Error);
        }

        var svg = await File.ReadAllTextAsync(folder.Combine($"{name}.svg"));
        Assert.All(words, word => Assert.Contains(Escaped(word), svg, StringComparison.Ordinal));
        var png = await File.ReadAllBytesAsync(folder.Combine($"{name}.png"));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.True(png.Length > 5_000);
    }

    [Theory]
    [InlineData("dpo-loss")]
    [InlineData("mdp-state-machine")]
    public async Task Figure_DrawnAgainInTheSameProcess_HasTheSameBytes(string name)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in new[] { "first.svg", "second.svg" })
        {
            Assert.Equal(0, (await InThisProcess.RunAsync("figure", name, "-o", folder.Combine(file))).ExitCode);
        }

        Assert.Equal(await File.ReadAllTextAsync(folder.Combine("first.svg")), await File.ReadAllTextAsync(folder.Combine("second.svg")));
    }

    [Fact]
    public void RewardHacking_Curve_EndsWhereTheOracleDoes()
    {
        var curve = RewardHackingFigure.Compute();
        var (beta, kl, proxy, gold) = curve[^1];
        Assert.Equal(0.1, beta, 1e-12);
        Assert.Equal(Oracles.Number("token_env", "hackable_proxy_curve", "0.1", "E_gold"), gold, 1e-9);
        Assert.Equal(Oracles.Number("token_env", "hackable_proxy_curve", "0.1", "E_proxy"), proxy, 1e-9);
        Assert.Equal(Oracles.Number("token_env", "hackable_proxy_curve", "0.1", "KL"), kl, 1e-9);

        // What the proxy stands for rises before it falls, and the proxy only rises.
        Assert.InRange(curve.Max(point => point.Gold), 1.4997, 1.51);
        Assert.Equal(curve.Select(point => point.Proxy).Order(), curve.Select(point => point.Proxy));
    }

    [Fact]
    public async Task Figure_Names_AreThoseTested()
    {
        var names = (await InThisProcess.RunAsync("figure", "--json")).Json.AsArray().Select(name => name!.GetValue<string>());
        Assert.Equal(names.Order(StringComparer.Ordinal), Figures.Select(row => (string)row[0]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("There is no figure 'loop'; choose of agent-environment-loop", "loop", "loop.svg")]
    [InlineData("a picture ends in .svg or .png", "backups", "backups.pdf")]
    public async Task Figure_WrongInput_SaysWhatIsWrong(string message, string name, string file)
    {
        var result = await InThisProcess.RunAsync("figure", name, "-o", file);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    private static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal);
}
