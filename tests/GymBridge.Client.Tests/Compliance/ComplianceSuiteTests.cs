using GymBridge.Client.Compliance;
using GymBridge.Client.Hosting;
using GymBridge.Client.Tests.TestSupport;

namespace GymBridge.Client.Tests.Compliance;

/// <summary>The suite on both servers; python/tests runs the same cases in Python on both.</summary>
public sealed class ComplianceSuiteTests
{
    [Fact]
    public async Task Run_OnTheCSharpServer_EveryCaseHolds()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder, host => host.Limits.MaxMessageBytes = 1_000_000);

        var results = ComplianceSuite.Run(server.Address.ToString());

        Assert.Equal([], results.Where(result => result.Outcome != ComplianceOutcome.Passed));
        Assert.Equal(ComplianceSuite.Names, results.Select(result => result.Name));
    }

    /// <summary>All but the case that wants a server with a small limit, which the Python suite brings up.</summary>
    [PythonTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_OnThePythonHost_EveryCaseHolds(bool useTcp)
    {
        using var host = PythonHost.Start(new PythonHostOptions { UseTcp = useTcp });

        var results = ComplianceSuite.Run(host.Address.ToString());

        var other = Assert.Single(results, result => result.Outcome != ComplianceOutcome.Passed);
        Assert.Equal(("call/oversized_reply", ComplianceOutcome.Skipped), (other.Name, other.Outcome));
        Assert.Equal(ComplianceSuite.Names, results.Select(result => result.Name));
    }

    [Fact]
    public void Names_AreThoseOfTheProtocolPage()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "protocol.md"));
        var section = page[page.IndexOf("## 13.", StringComparison.Ordinal)..];
        var named = System.Text.RegularExpressions.Regex.Matches(section, "`([a-z]+/[a-z_]+)`").Select(match => match.Groups[1].Value);

        Assert.Equal(named.Order(StringComparer.Ordinal), ComplianceSuite.Names.Order(StringComparer.Ordinal));
    }
}
