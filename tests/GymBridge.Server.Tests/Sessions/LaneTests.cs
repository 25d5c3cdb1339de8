using Google.Protobuf;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.V1;
using GymBridge.Seeding;
using GymBridge.Server.Tests.Infrastructure;

namespace GymBridge.Server.Tests.Sessions;

/// <summary>What concerns some lanes, their generators, and actions of other types than the space's.</summary>
public sealed class LaneTests
{
    [Fact]
    public async Task Step_SomeLanes_LeavesTheOthersUntouched()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open("CartPole-v1", 3, request => request.Want.Add("step_some_lanes"));
        var before = remote.Reset(1);
        var first = before.Observation[0].ToByteArray();
        var call = remote.StepCall(2, 1, 1, 1);
        call.Step.LaneMask = ByteString.CopyFrom(1, 0, 1);

        var reply = remote.Send(call);

        Assert.Equal(first[16..32], reply.Observation[0].ToByteArray()[16..32]);
        Assert.NotEqual(first[..16], reply.Observation[0].ToByteArray()[..16]);
        Assert.Equal([1.0, 0.0, 1.0], Enumerable.Range(0, 3).Select(lane => BitConverter.ToDouble(reply.Reward.Span[(8 * lane)..])));

        var single = host.Open("CartPole-v1", change: request => request.ResumeToken = ByteString.Empty);
        single.Reset(1);
        Assert.Equal(single.Step(1).Observation[0].ToByteArray(), reply.Observation[0].ToByteArray()[..16]);
    }

    [Fact]
    public async Task Step_SomeLanesThatWereNotWanted_SaysSo()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open("CartPole-v1", 2);
        remote.Reset(1);
        var call = remote.StepCall(2, 1, 1);
        call.Step.LaneMask = ByteString.CopyFrom(1, 0);

        Assert.StartsWith("This session steps all its lanes together; open one that wants 'step_some_lanes'", remote.Refused(call).Status.Detail, StringComparison.Ordinal);
        Assert.Equal(2UL, remote.Step(1, 1).Seq);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Call_WithGenerators_MovesThemBeforeAndBringsThemBack(int lanes)
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open("FrozenLake-v1", lanes);
        remote.Reset(7);
        var drawn = new Rng(99);
        var call = remote.StepCall(2, new long[lanes]);
        call.WantGenerators = true;
        call.Generators.Add(new LaneGenerator { Lane = (uint)lanes - 1, State = GeneratorCodec.Encode(drawn.State, null) });

        var reply = remote.Send(call);

        drawn.Random();
        Assert.Equal(lanes, reply.Generators.Count);
        var (state, seed) = GeneratorCodec.Decode(reply.Generators[lanes - 1].State);
        Assert.Equal(drawn.State, state);
        Assert.Equal(7 + lanes - 1, seed);
    }

    [Fact]
    public async Task Step_ActionOfAnotherType_IsCastWithOneWarning()
    {
        await using var host = await TestHost.StartAsync();
        var (remote, plain) = (host.Open("Pendulum-v1"), host.Open("Pendulum-v1"));
        remote.Reset(1);
        plain.Reset(1);
        var expected = plain.NewCall();
        expected.Step = new Step { Action = { ByteString.CopyFrom(BitConverter.GetBytes(0.1f)) } };
        var bytes = plain.Send(expected).Observation[0];

        var wide = remote.NewCall();
        wide.Step = new Step { Action = { ByteString.CopyFrom(BitConverter.GetBytes(0.1)) }, ActionDtypes = { GymBridge.Protocol.V1.DType.Float64 } };
        var reply = remote.Send(wide);

        Assert.Equal(bytes, reply.Observation[0]);
        Assert.Equal(
            "Actions of float64 were given where the action space Box(-2.0, 2.0, (1,), float32) has float32; they are cast.", Assert.Single(reply.Warnings));
        var exact = remote.NewCall();
        exact.Step = new Step { ExactAction = ValueCodec.Encode(NDArray.From(0.1)) };
        Assert.Empty(remote.Send(exact).Warnings);
    }

    [Fact]
    public async Task Step_ExactActionThatIsNone_IsTheEnvironmentsError()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open("CartPole-v1");
        remote.Reset(1);
        var call = remote.NewCall();
        call.Step = new Step { ExactAction = ValueCodec.Encode("left") };

        var fault = remote.Send(call).Fault;

        Assert.Equal(("AssertionError", "left (String) is no action of Discrete(2).", true), (fault.PythonClass, fault.Message, fault.Recoverable));
        Assert.Null(remote.Step(1).Fault);
    }

    [Fact]
    public async Task SetAttribute_MissingOne_IsAddedOnlyWhereForced()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open("CartPole-v1");
        var set = remote.NewCall();
        set.SetAttribute = new SetAttribute { Name = "mine", Value = ValueCodec.Encode("x") };
        Assert.Equal("AttributeError", remote.Send(set).Fault.PythonClass);
        var forced = remote.NewCall();
        forced.SetAttribute = new SetAttribute { Name = "mine", Value = ValueCodec.Encode("x"), Force = true };
        Assert.Null(remote.Send(forced).Fault);
        var get = remote.NewCall();
        get.GetAttribute = new GetAttribute { Name = "mine", AllLanes = true };
        Assert.Equal(TupleValue.Of("x"), ValueCodec.Decode(remote.Send(get).Value));
    }
}
