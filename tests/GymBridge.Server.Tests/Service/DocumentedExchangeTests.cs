using System.Text.RegularExpressions;
using Google.Protobuf;
using GymBridge.Protocol.V1;
using GymBridge.Server.Tests.Infrastructure;

namespace GymBridge.Server.Tests.Service;

/// <summary>The exchange in hex of docs/protocol.md, made again.</summary>
public sealed partial class DocumentedExchangeTests
{
    private static readonly ByteString DocumentedId = ByteString.CopyFrom([.. Enumerable.Range(0, 16).Select(i => (byte)i)]);

    [Fact]
    public async Task Exchange_OfTheProtocolPage_HasTheseBytes()
    {
        var documented = HexLines().Matches(File.ReadAllText(RepositoryRoot.Combine("docs/protocol.md")))
            .ToDictionary(line => line.Groups["name"].Value.Trim(), line => line.Groups["hex"].Value);
        await using var host = await TestHost.StartAsync();
        var remote = host.Open("CartPole-v1");
        var reset = remote.NewCall(1);
        reset.Reset = new Reset { Seeds = { new Seed { Value = ByteString.CopyFrom(42) } } };
        var gravity = remote.NewCall(3);
        gravity.GetAttribute = new GetAttribute { Name = "gravity" };

        foreach (var (name, call) in ((string, Call)[])[("reset", reset), ("step", remote.StepCall(2, 1)), ("gravity", gravity)])
        {
            var reply = remote.Send(call);
            call.SessionId = DocumentedId;
            reply.EnvUs = reply.ServerUs = 0;
            Assert.Equal(documented[$"{name} call"], Convert.ToHexStringLower(call.ToByteArray()));
            Assert.Equal(documented[$"{name} reply"], Convert.ToHexStringLower(reply.ToByteArray()));
        }
    }

    [GeneratedRegex("^    (?<name>[a-z]+ (call|reply)) +(?<hex>[0-9a-f]+)$", RegexOptions.Multiline)]
    private static partial Regex HexLines();
}
