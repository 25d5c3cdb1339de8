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
    public async Task Step_ActionOfAnotherType_IsComputedWithAsALocalEnvironmentDoes()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open("Pendulum-v1");
        remote.Reset(1);
        using var local = GymBridge.Environments.EnvironmentCatalog.CreateRegistry().Make("Pendulum-v1");
        local.ResetObject(1);

        for (var i = 0; i < 40; i++)
        {
            var action = 0.1 * ((i % 7) - 3);
            var expected = local.StepObject(NDArray.From(action));
            var call = remote.NewCall();
            call.Step = i % 2 == 0
                ? new Step { Action = { ByteString.CopyFrom(BitConverter.GetBytes(action)) }, ActionDtypes = { GymBridge.Protocol.V1.DType.Float64 } }
                : new Step { ExactAction = ValueCodec.Encode(NDArray.From(action)) };
            var reply = remote.Send(call);
            Assert.Equal(expected.Reward, BitConverter.ToDouble(reply.Reward.Span));
            Assert.Equal(((NDArray)expected.Observation).Bytes.ToArray(), reply.Observation[0].ToByteArray());
            Assert.Empty(reply.Warnings);
        }
    }

    [Fact]
    public async Task Step_ActionOfAnotherTypeForAnEnvironmentThatCasts_WarnsOnce()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open(TestHost.CastingId);
        remote.Reset(1);
        var warnings = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var call = remote.NewCall();
            call.Step = new Step { Action = { ByteString.CopyFrom(BitConverter.GetBytes(0.1)) }, ActionDtypes = { GymBridge.Protocol.V1.DType.Float64 } };
            var reply = remote.Send(call);
            warnings.AddRange(reply.Warnings);
            Assert.Equal(0.1f, BitConverter.ToSingle(reply.Observation[0].Span));
        }

        Assert.Contains("takes float32 actions and was given float64 ones", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CartPole-v1", 1)]
    [InlineData("CartPole-v1", 3)]
    [InlineData("Blackjack-v1", 2)]
    public async Task Snapshot_InMidEpisode_GoesOnInAnotherSessionBitForBit(string id, int lanes)
    {
        await using var host = await TestHost.StartAsync();
        var (first, second) = (host.Open(id, lanes), host.Open(id, lanes));
        Assert.Contains("snapshot", first.Session.Contract.Capabilities);
        first.Reset(3);
        first.Step(new long[lanes]);
        var take = first.NewCall();
        take.TakeSnapshot = new TakeSnapshot();
        var restore = second.NewCall();
        restore.RestoreSnapshot = new RestoreSnapshot { Lanes = { first.Send(take).Snapshots } };
        Assert.Null(second.Send(restore).Fault);

        for (var i = 0; i < 30; i++)
        {
            var actions = Enumerable.Range(0, lanes).Select(lane => (long)((lane + i) % 2)).ToArray();
            var (a, b) = (first.Step(actions), second.Step(actions));
            Assert.Equal(a.Fault?.Message, b.Fault?.Message);
            Assert.Equal(a.Observation, b.Observation);
            Assert.Equal(a.Reward, b.Reward);
            if (a.Fault is not null || (lanes == 1 && (a.Terminated[0] | a.Truncated[0]) == 1))
            {
                break;
            }
        }
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

        Assert.Equal(("AssertionError", "'left' (str) is no action of Discrete(2).", true), (fault.PythonClass, fault.Message, fault.Recoverable));
        Assert.Null(remote.Step(1).Fault);
    }

    [Fact]
    public async Task Step_NumbersThatAreNoIntegers_AreNoActionsOfDiscrete()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open("CartPole-v1");
        remote.Reset(1);
        foreach (var (action, text) in new (object, string)[]
        {
            (NumPyScalar.From(0.5), "np.float64(0.5) is no action of Discrete(2)."),
            (NumPyScalar.From(1.0), "np.float64(1.0) is no action of Discrete(2)."),
            (NumPyScalar.From(true), "np.bool(True) is no action of Discrete(2)."),
            (NDArray.From<long>([1], 1), "[1] (int64, shape (1,)) is no action of Discrete(2)."),
            (double.NaN, "NaN (float) is no action of Discrete(2)."),
        })
        {
            var call = remote.NewCall();
            call.Step = new Step { ExactAction = ValueCodec.Encode(action) };
            Assert.Equal(text, remote.Send(call).Fault.Message);
        }

        var lanes = host.Open("CartPole-v1", 3);
        lanes.Reset(1);
        foreach (var batch in new[] { NDArray.From(0.5, 0.0, 1.0), NDArray.From<long>([0, 1, 0], 3, 1) })
        {
            var call = lanes.NewCall();
            call.Step = new Step { ExactAction = ValueCodec.Encode(batch) };
            Assert.Equal("AssertionError", lanes.Send(call).Fault.PythonClass);
        }

        Assert.Null(lanes.Step(0, 1, 0).Fault);
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
