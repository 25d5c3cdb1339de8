using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using GymBridge.Client.Errors;
using GymBridge.Client.Tests.TestSupport;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Spaces;

namespace GymBridge.Client.Tests.Wire;

/// <summary>Servers that do not keep the protocol.</summary>
public sealed class WrongPeerTests
{
    private static Session Session(uint generation = 1) => new()
    {
        SessionId = ByteString.CopyFrom(new byte[16]),
        Lanes = 1,
        LeaseMs = 60_000,
        Contract = new Contract
        {
            Generation = generation,
            ObservationSpace = SpaceCodec.Encode(new Discrete(4)),
            ActionSpace = SpaceCodec.Encode(new Discrete(2)),
            MaxMessageBytes = 1 << 20,
        },
    };

    private static Reply Fits(Call call) => new()
    {
        Seq = call.Seq,
        Observation = { ByteString.CopyFrom(new byte[8]) },
        Reward = call.KindCase == Call.KindOneofCase.Step ? ByteString.CopyFrom(new byte[8]) : ByteString.Empty,
        Terminated = call.KindCase == Call.KindOneofCase.Step ? ByteString.CopyFrom(0) : ByteString.Empty,
        Truncated = call.KindCase == Call.KindOneofCase.Step ? ByteString.CopyFrom(0) : ByteString.Empty,
    };

    [Fact]
    public async Task Make_ContractOfAnotherGeneration_NamesBoth()
    {
        await using var server = await new FakeServer { OnOpen = _ => Session(generation: 2) }.StartAsync();

        var exception = await Limit.ThrowsAsync<GenerationMismatchException>(() => new RemoteServer(server.Address).Make("X-v0"));

        Assert.Contains("speaks generation 2 of the GymBridge protocol, this client generation 1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reset_StreamThatTheServerRefuses_IsSentOnAnother()
    {
        using var server = new RudeServer(Session(), Fits);
        using var env = await Limit.RunAsync(() => new RemoteServer(server.Address, new ClientOptions { Transport = Transport.Grpc }).MakeVec("X-v0", 1));
        var step = env.CreateStep();

        await Limit.RunAsync(() => env.Reset(step, 1));
        await Limit.RunAsync(() => env.Step(env.CreateActions(), step));

        Assert.Equal(1, server.Refused);
    }

    [Fact]
    public async Task Make_OpenOfWhichNothingIsHeard_IsWithdrawnEachTime()
    {
        var nonces = new ConcurrentQueue<ByteString>();
        await using var server = await new FakeServer
        {
            OnOpen = request =>
            {
                nonces.Enqueue(request.Nonce);
                throw new RpcException(new Status(StatusCode.Unavailable, "The server goes."));
            },
        }.StartAsync();

        await Limit.ThrowsAsync<ServerConnectionException>(() => new RemoteServer(server.Address).Make("X-v0"));

        Assert.Equal(2, nonces.Distinct().Count());
        Assert.All(nonces, nonce => Assert.Equal(16, nonce.Length));
        Assert.Equal(nonces, server.Closed.Select(close => close.OpenNonce));
    }

    [Fact]
    public async Task Make_SessionThatWillNotDo_IsClosed()
    {
        var other = Session(generation: 2);
        await using var server = await new FakeServer { OnOpen = _ => other }.StartAsync();
        await Limit.ThrowsAsync<GenerationMismatchException>(() => new RemoteServer(server.Address).Make("X-v0"));
        Assert.Equal(16, Assert.Single(server.Closed).OpenNonce.Length);

        var three = Session();
        three.Lanes = 3;
        await using var wide = await new FakeServer { OnOpen = _ => three }.StartAsync();
        await Limit.ThrowsAsync<ProtocolException>(() => new RemoteServer(wide.Address).Make("X-v0"));
        Assert.Equal(three.SessionId, Assert.Single(wide.Closed).SessionId);
    }

    [Fact]
    public async Task Make_ServerRefusesTheGeneration_NamesBoth()
    {
        var info = new ErrorInfo { Reason = ErrorReasons.GenerationMismatch.Name, Domain = ErrorDetails.Domain };
        var status = new ErrorStatus { Details = { new Google.Protobuf.WellKnownTypes.Any { TypeUrl = ErrorDetails.InfoType, Value = info.ToByteString() } } };
        var refusal = new RpcException(
            new Status(StatusCode.FailedPrecondition, "This server speaks generation 3, the client generation 1."),
            new Metadata { { ErrorDetails.Trailer, status.ToByteArray() } });
        await using var server = await new FakeServer { OnOpen = _ => throw refusal }.StartAsync();

        var exception = await Limit.ThrowsAsync<GenerationMismatchException>(() => new RemoteServer(server.Address).Make("X-v0"));

        Assert.Contains("generation 3", exception.Message, StringComparison.Ordinal);
        Assert.Contains("This client speaks generation 1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_OfAnotherGeneration_NamesBoth()
    {
        await using var server = await new FakeServer { OnList = () => new ListResponse { Generation = 7 } }.StartAsync();

        var exception = await Limit.ThrowsAsync<GenerationMismatchException>(() => new RemoteServer(server.Address).List());

        Assert.Contains("generation 7", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Make_ContractWithoutSpaces_ThrowsProtocolException()
    {
        var session = Session();
        session.Contract.ObservationSpace = null;
        await using var server = await new FakeServer { OnOpen = _ => session }.StartAsync();

        await Limit.ThrowsAsync<ProtocolException>(() => new RemoteServer(server.Address).Make("X-v0"));
    }

    [Theory]
    [InlineData("short observation", "leaf 0 '': 8 bytes expected (1 lane x int64), got 7.")]
    [InlineData("no observation", "1 observation leaves were expected, got 0")]
    [InlineData("two observations", "does not have")]
    [InlineData("no reward", "lacks reward, terminated or truncated")]
    [InlineData("flag of 2", "terminated of lane 0 is 2; a flag is 0 or 1")]
    [InlineData("other number", "the reply answers call 99")]
    [InlineData("final lanes alone", "there is no final_observation")]
    [InlineData("info of no lane", "info for lane 5, which does not exist")]
    public async Task Step_ReplyThatDoesNotFit_ThrowsProtocolException(string fault, string message)
    {
        await using var server = await new FakeServer { OnOpen = _ => Session() }.StartAsync();
        server.OnCall = Fits;
        using var env = new RemoteServer(server.Address).Make("X-v0");
        env.Reset();
        server.OnCall = call => Spoil(Fits(call), fault);

        var exception = await Limit.ThrowsAsync<ProtocolException>(() => env.Step(0L));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Make_WarningsOfTheContract_AreToldOnceAndPrintable()
    {
        var session = Session();
        session.Contract.Warnings.Add("the clock\u001b[31m is off");
        await using var server = await new FakeServer { OnOpen = _ => session }.StartAsync();
        var told = new List<string>();
        var options = new ClientOptions { OnWarning = told.Add };

        new RemoteServer(server.Address, options).Make("Warned-v0").Dispose();
        new RemoteServer(server.Address, options).Make("Warned-v0").Dispose();

        Assert.Equal("'Warned-v0': the clock [31m is off", Assert.Single(told));
    }

    private static Reply Spoil(Reply reply, string fault)
    {
        switch (fault)
        {
            case "short observation": reply.Observation[0] = ByteString.CopyFrom(new byte[7]); break;
            case "no observation": reply.Observation.Clear(); break;
            case "two observations": reply.Observation.Add(reply.Observation[0]); break;
            case "no reward": reply.Reward = ByteString.Empty; break;
            case "flag of 2": reply.Terminated = ByteString.CopyFrom(2); break;
            case "other number": reply.Seq = 99; break;
            case "final lanes alone": reply.FinalLanes = ByteString.CopyFrom(1); break;
            default: reply.Infos.Add(new LaneInfo { Lane = 5 }); break;
        }

        return reply;
    }
}
