using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace GymBridge.Cli.Tests;

/// <summary>doctor tells the troubles of a connection apart.</summary>
public class DoctorTests
{
    [Fact]
    public async Task Doctor_WithoutAnAddress_ShowsWhatIsInstalled()
    {
        var result = await Cli.RunAsync("doctor", "--json");

        var names = result.Json.AsArray().Select(finding => finding!["name"]!.GetValue<string>()).ToList();
        Assert.Contains("gymbridge", names);
        Assert.Contains(".NET", names);
        Assert.Contains("engine managed", names);
        Assert.Contains("Python", names);
    }

    [Fact]
    public async Task Doctor_OfARunningServer_IsFine()
    {
        using var server = Cli.Start(["serve", "--port", "0"]);
        var address = JsonNode.Parse(await server.FirstLineAsync())!["address"]!.GetValue<string>();

        await AssertFinding(address, "protocol", "ok", "generation 1");
    }

    [Fact]
    public async Task Server_WithTls_IsUsedWithTheFlagsOfTheCommandLine()
    {
        using var certificates = new TestCertificates();
        var (certificate, key) = certificates.Server();
        var (clientCertificate, clientKey) = certificates.Client("ada");
        using var server = Cli.Start(["serve", "--port", "0", "--stop-seconds", "0", "--tls-cert", certificate, "--tls-key", key, "--client-ca", certificates.RootFile]);
        var address = JsonNode.Parse(await server.FirstLineAsync())!["address"]!.GetValue<string>();
        string[] shown = ["--tls-ca", certificates.RootFile, "--tls-cert", clientCertificate, "--tls-key", clientKey];

        var envs = await Cli.RunAsync(["envs", "CartPole", "--address", address, .. shown]);
        var doctor = await Cli.RunAsync(["doctor", address, .. shown]);
        var stranger = await Cli.RunAsync(["envs", "--address", address]);
        var keyAlone = await Cli.RunAsync(["envs", "--address", address, "--tls-key", clientKey]);

        Assert.True(envs.ExitCode == 0 && envs.Output.Contains("CartPole-v1", StringComparison.Ordinal), envs.Error);
        Assert.True(doctor.ExitCode == 0, doctor.Output + doctor.Error);
        Assert.Equal(1, stranger.ExitCode);
        Assert.Equal(2, keyAlone.ExitCode);
        Assert.Contains("--tls-cert", keyAlone.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_NothingListens_SaysSo()
    {
        // Bound and not listening: nobody else gets the port meanwhile.
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await AssertFinding($"127.0.0.1:{((IPEndPoint)bound.LocalEndPoint!).Port}", "connect to", "broken", "nothing listens there");
    }

    [Fact]
    public async Task Doctor_NoSuchSocket_SaysSo() => await AssertFinding("unix:/tmp/gymbridge-nobody/s", "connect to", "broken", "no such socket");

    [Fact]
    public async Task Doctor_ServerWasKilled_SaysThatItHasExited()
    {
        using var folder = new TemporaryFolder();
        using var server = Cli.Start(["serve", "--address", $"unix:{folder.Combine("s")}"]);
        await server.FirstLineAsync();
        server.Process.Kill();
        await server.WaitAsync();

        await AssertFinding($"unix:{folder.Combine("s")}", "connect to", "broken", "has exited");
    }

    [Fact]
    public async Task Doctor_PortOfAKilledServer_SaysThatItHasExited()
    {
        using var server = Cli.Start(["serve", "--port", "0"]);
        var ready = JsonNode.Parse(await server.FirstLineAsync())!;
        server.Process.Kill();
        await server.WaitAsync();

        await AssertFinding(ready["address"]!.GetValue<string>(), "connect to", "broken", "has exited without a stop");
        File.Delete(ready["token_file"]!.GetValue<string>());
    }

    [Fact]
    public async Task Doctor_WithoutTheToken_SaysSo()
    {
        using var server = Cli.Start(["serve", "--port", "0"]);
        var address = JsonNode.Parse(await server.FirstLineAsync())!["address"]!.GetValue<string>();

        await AssertFinding(
            address, "credentials", "broken", "This server needs its token", new Dictionary<string, string?> { ["GYMBRIDGE_TOKEN"] = new string('x', 43) });
    }

    [Fact]
    public async Task Doctor_PlainAddressOfATlsServer_SaysHttps()
    {
        using var certificates = new TestCertificates();
        var (certificate, key) = certificates.Server();
        using var server = Cli.Start(["serve", "--port", "0", "--tls-cert", certificate, "--tls-key", key]);
        var address = JsonNode.Parse(await server.FirstLineAsync())!["address"]!.GetValue<string>();

        await AssertFinding(address["https://".Length..], "protocol", "broken", "https://");
    }

    [Fact]
    public async Task Doctor_WhatIsNoHttp2Server_SaysSo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                var buffer = new byte[4096];
                if (await stream.ReadAsync(buffer) > 0)
                {
                    await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
                    while (await stream.ReadAsync(buffer) > 0)
                    {
                    }
                }
            }
        });

        await AssertFinding($"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", "protocol", "broken", "does not speak HTTP/2");
        Assert.False(serving.IsCompletedSuccessfully);
    }

    private static async Task AssertFinding(string address, string name, string state, string text, Dictionary<string, string?>? environment = null)
    {
        var result = await Cli.RunAsync(["doctor", address, "--json"], environment ?? []);
        var finding = result.Json.AsArray().Last(finding => finding!["name"]!.GetValue<string>().StartsWith(name, StringComparison.Ordinal))!;
        Assert.Equal(state, finding["state"]!.GetValue<string>());
        Assert.Contains(text, finding["text"]!.GetValue<string>(), StringComparison.Ordinal);
        if (state == "broken")
        {
            Assert.Equal(1, result.ExitCode);
        }
    }
}
