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
        Assert.Equal(["CartPole-v0", "CartPole-v1", "CartPoleNoVel-v1"], envs.Json.AsArray().Select(spec => spec!["id"]!.GetValue<string>()).Where(id => id.StartsWith("CartPole", StringComparison.Ordinal)));
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

    /// <summary>As from coreutils' <c>timeout</c>, which signals the command and then the group that the command is in.</summary>
    [Fact]
    public async Task Serve_TwoSignalsAtOnce_StopsCleanly()
    {
        using var folder = new TemporaryFolder();
        using var server = Cli.Start(["serve", "--address", $"unix:{folder.Combine("s.sock")}"]);
        await server.FirstLineAsync();

        // Of two kinds, for the kernel keeps one of a kind, and to a process that is halted, so that they arrive together.
        foreach (var signal in new[] { "STOP", "TERM", "INT", "CONT" })
        {
            Progress.Signal(server.Process.Id, signal);
        }

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
        await Progress.WaitAsync(Path.Combine(folder.Combine("runs"), "mine", "checkpoints", "rl_model_0_steps.gym"));
        server.Process.Kill();
        var result = await train.WaitAsync();
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("s.sock", result.Error, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.EnumerateFiles(folder.Combine("runs"), "*.gym", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("--host", "0.0.0.0")]
    [InlineData("--host", "[::]")]
    [InlineData("--host", "::")]
    [InlineData("--host", "0")]
    [InlineData("--address", "192.0.2.1:0")]
    public async Task Serve_ReachableFromOtherMachines_IsRefusedWithTheFlagsThatMendIt(params string[] where)
    {
        var result = await Cli.RunAsync(where[0] == "--host" ? ["serve", "--port", "0", .. where] : ["serve", .. where]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--tls-cert", result.Error, StringComparison.Ordinal);
        Assert.Contains("--token-file", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task Serve_OnIPv6Loopback_IsFoundWithItsToken()
    {
        using var server = Cli.Start(["serve", "--host", "[::1]", "--port", "0"]);
        var address = JsonNode.Parse(await server.FirstLineAsync())!["address"]!.GetValue<string>();
        Assert.StartsWith("[::1]:", address, StringComparison.Ordinal);

        var result = await Cli.RunAsync("envs", "--address", address);

        Assert.True(result.ExitCode == 0, result.Error);
    }

    [Fact]
    public async Task Serve_Token_IsNeitherPrintedNorNeededBySameUserNorValidForOthers()
    {
        using var folder = new TemporaryFolder();
        using var server = Cli.Start(["serve", "--port", "0", "--log-level", "Trace"]);
        var ready = JsonNode.Parse(await server.FirstLineAsync())!;
        var address = ready["address"]!.GetValue<string>();
        var token = (await File.ReadAllTextAsync(ready["token_file"]!.GetValue<string>())).Trim();

        Assert.Equal(0, (await Cli.RunAsync("envs", "--address", address)).ExitCode);
        var stranger = await Cli.RunAsync(
            ["envs", "--address", address], new Dictionary<string, string?> { ["GYMBRIDGE_RUNTIME_DIR"] = folder.Combine("other") });
        Assert.Equal(1, stranger.ExitCode);
        Assert.Contains("This server needs its token", stranger.Error, StringComparison.Ordinal);
        var told = await Cli.RunAsync(
            ["envs", "--address", address],
            new Dictionary<string, string?> { ["GYMBRIDGE_RUNTIME_DIR"] = folder.Combine("other"), ["GYMBRIDGE_TOKEN"] = token });
        Assert.Equal(0, told.ExitCode);

        Progress.Signal(server.Process.Id, "TERM");
        var result = await server.WaitAsync();
        Assert.DoesNotContain(token, result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_WithTls_IsUsedByTheCommandWithTheRoot()
    {
        using var certificates = new TestCertificates();
        var (certificate, key) = certificates.Server();
        using var server = Cli.Start(["serve", "--host", "localhost", "--port", "0", "--tls-cert", certificate, "--tls-key", key]);
        var address = JsonNode.Parse(await server.FirstLineAsync())!["address"]!.GetValue<string>();
        Assert.StartsWith("https://localhost:", address, StringComparison.Ordinal);

        var result = await Cli.RunAsync(["envs", "--address", address], new Dictionary<string, string?> { ["GYMBRIDGE_TLS_CA"] = certificates.RootFile });
        var without = await Cli.RunAsync("envs", "--address", address);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(1, without.ExitCode);
        Assert.Contains("TLS failed", without.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_ReadyFile_IsThereWhileItListens()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("ready");
        using var server = Cli.Start(["serve", "--address", $"unix:{folder.Combine("s.sock")}", "--ready-file", file]);
        var line = await server.FirstLineAsync();
        await Progress.WaitAsync(file);
        Assert.Equal(line + "\n", await File.ReadAllTextAsync(file));

        Progress.Signal(server.Process.Id, "TERM");
        Assert.Equal(0, (await server.WaitAsync()).ExitCode);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Serve_WithACollector_SendsMeasurementsAndSpans()
    {
        using var folder = new TemporaryFolder();
        using var collector = new Collector();
        using var server = Cli.Start(
            ["serve", "--address", $"unix:{folder.Combine("s.sock")}"],
            new Dictionary<string, string?>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            });
        await server.FirstLineAsync();

        var train = await Cli.RunAsync(
            "train", "CartPole-v1", "-n", "256", "--num-envs", "2", "--num-steps", "64", "--n-eval-episodes", "1", "--logdir", folder.Combine("runs"), "--address", $"unix:{folder.Combine("s.sock")}");
        Assert.True(train.ExitCode == 0, train.Error);
        Progress.Signal(server.Process.Id, "TERM");
        Assert.Equal(0, (await server.WaitAsync()).ExitCode);

        var metrics = collector.Received("/v1/metrics");
        foreach (var name in new[] { "gymbridge.env.steps", "gymbridge.env.episodes", "gymbridge.env.step.duration", "gymbridge.sessions.active", "gymbridge.episode.return", "gymbridge.env.id", "CartPole-v1" })
        {
            Assert.Contains(name, metrics, StringComparison.Ordinal);
        }

        Assert.Contains("gymbridge.step", collector.Received("/v1/traces"), StringComparison.Ordinal);
    }
}
