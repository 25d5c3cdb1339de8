using System.Text.Json.Nodes;

namespace GymBridge.Cli.Tests;

public class ServeTests
{
    [Fact]
    public async Task Serve_PortZero_PrintsOneJsonLineAndListens()
    {
        using var server = Cli.Start(["serve", "--port", "0"]);
        var line = JsonNode.Parse(await server.FirstLineAsync())!;
        Assert.Equal(("listening", "1"), (line["event"]!.GetValue<string>(), line["generation"]!.ToString()));
        var envs = await Cli.RunAsync("envs", "--address", line["address"]!.GetValue<string>(), "--json");
        Assert.Equal(["CartPole-v0", "CartPole-v1"], envs.Json.AsArray().Select(spec => spec!["id"]!.GetValue<string>()).Where(id => id.StartsWith("CartPole", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Serve_Signal_StopsCleanly(string signal)
    {
        using var folder = new TemporaryFolder();
        using var server = Cli.Start(["serve", "--address", $"unix:{folder.Combine("s.sock")}"]);
        await server.FirstLineAsync();
        Progress.Signal(server.Process.Id, signal);
        var result = await server.WaitAsync();
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.False(File.Exists(folder.Combine("s.sock")));
    }

    [Fact]
    public async Task Serve_WatchedStdinEnds_Stops()
    {
        using var server = Cli.Start(["serve", "--port", "0", "--watch-stdin"]);
        await server.FirstLineAsync();
        server.Process.StandardInput.Close();
        Assert.Equal(0, (await server.WaitAsync()).ExitCode);
    }

    [Fact]
    public async Task Serve_PortTaken_SaysSo()
    {
        using var first = Cli.Start(["serve", "--port", "0"]);
        var address = JsonNode.Parse(await first.FirstLineAsync())!["address"]!.GetValue<string>();
        var second = await Cli.RunAsync("serve", "--address", address);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains(address, second.Error, StringComparison.Ordinal);
        Assert.Empty(second.Output);
    }

    [Fact]
    public async Task Train_OnAServer_GivesTheSameDigestAsOnThisMachine()
    {
        using var folder = new TemporaryFolder();
        using var server = Cli.Start(["serve", "--address", $"unix:{folder.Combine("s.sock")}"]);
        await server.FirstLineAsync();
        string[] train = ["train", "CartPole-v1", "-n", "2048", "--n-eval-episodes", "2", "--logdir", folder.Combine("runs"), "--json"];
        var local = await Cli.RunAsync(train);
        var remote = await Cli.RunAsync([.. train, "--address", $"unix:{folder.Combine("s.sock")}"]);
        Assert.Equal(local.Json["digest"]!.ToString(), remote.Json["digest"]!.ToString());
        Assert.Equal(local.Json["eval_mean_return"]!.ToString(), remote.Json["eval_mean_return"]!.ToString());
    }

    [Fact]
    public async Task Train_ServerIsKilled_EndsWithAClearErrorAndKeepsTheWeights()
    {
        using var folder = new TemporaryFolder();
        using var server = Cli.Start(["serve", "--address", $"unix:{folder.Combine("s.sock")}"]);
        await server.FirstLineAsync();
        using var train = Cli.Start(
            ["train", "CartPole-v1", "-n", "100000000", "--logdir", folder.Combine("runs"), "--run-name", "mine", "--address", $"unix:{folder.Combine("s.sock")}"]);
        await Progress.WaitAsync(Path.Combine(folder.Combine("runs"), "mine", "config.json"));
        server.Process.Kill();
        var result = await train.WaitAsync();
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("s.sock", result.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder.Combine("runs"), "mine", "agent", "actor.dat")));
    }
}
