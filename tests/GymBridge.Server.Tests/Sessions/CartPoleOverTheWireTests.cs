using System.Runtime.InteropServices;
using Google.Protobuf;
using GymBridge.Environments;
using GymBridge.Protocol;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.V1;
using GymBridge.Seeding;
using GymBridge.Server.Tests.Infrastructure;

namespace GymBridge.Server.Tests.Sessions;

/// <summary>The main promise: what comes over the wire equals what a local environment gives, bit for bit.</summary>
public sealed class CartPoleOverTheWireTests
{
    private const int Steps = 300;

    [Theory]
    [InlineData(1, GymBridge.AutoresetMode.NextStep, false)]
    [InlineData(1, GymBridge.AutoresetMode.Disabled, true)]
    [InlineData(3, GymBridge.AutoresetMode.NextStep, true)]
    [InlineData(3, GymBridge.AutoresetMode.SameStep, false)]
    [InlineData(64, GymBridge.AutoresetMode.SameStep, true)]
    [InlineData(64, GymBridge.AutoresetMode.Disabled, false)]
    public async Task Step_EveryAutoresetMode_EqualsLocalEnvironment(int lanes, GymBridge.AutoresetMode mode, bool isTcp)
    {
        await using var host = await TestHost.StartAsync(address: isTcp ? ServerAddress.Parse("127.0.0.1:0") : null);
        using var local = EnvironmentCatalog.CreateRegistry().MakeVec("CartPole-v1", lanes, new MakeOptions { AutoresetMode = mode });
        var remote = host.Open("CartPole-v1", lanes, request => request.Autoreset = (GymBridge.Protocol.V1.AutoresetMode)mode);
        var (step, actions) = (local.CreateStep(), local.CreateActions());
        var chosen = new Rng(5);

        local.Reset(step, 42);
        AssertSame(step, remote.Reset(42), isReset: true);
        for (var i = 0; i < Steps; i++)
        {
            chosen.Integers(0, 2, actions[0].AsSpan<long>());
            local.Step(actions, step);
            AssertSame(step, remote.Step(actions[0].AsSpan<long>().ToArray()), isReset: false);
            if (mode == GymBridge.AutoresetMode.Disabled)
            {
                ResetEnded(local, remote, step);
            }
        }

        for (var lane = 0; lane < lanes; lane++)
        {
            var call = remote.NewCall();
            call.GetGenerator = new GetGenerator { Lane = (uint)lane };
            var (state, seed) = GeneratorCodec.Decode(remote.Send(call).Generator);
            Assert.Equal(local.GetRng(lane).State, state);
            Assert.Equal(42 + lane, seed);
        }

        host.AssertQuiet();
    }

    [Fact]
    public async Task Drive_PipelinedCalls_AnswersInOrderAndEqualsLocalEnvironment()
    {
        await using var host = await TestHost.StartAsync();
        using var local = EnvironmentCatalog.CreateRegistry().MakeVec("CartPole-v1", 1);
        var remote = host.Open("CartPole-v1", 1, request => request.Autoreset = GymBridge.Protocol.V1.AutoresetMode.NextStep);
        var (step, actions) = (local.CreateStep(), local.CreateActions());
        local.Reset(step, 1);
        remote.Reset(1);

        using var stream = host.Client.Drive();
        var credits = (int)remote.Session.Credits;
        ulong sent = remote.Seq;
        for (var i = 0; i < 200; i++)
        {
            for (var ahead = 0; ahead < credits; ahead++)
            {
                sent++;
                await stream.RequestStream.WriteAsync(remote.StepCall(sent, (long)(sent % 2)));
            }

            for (var ahead = 0; ahead < credits; ahead++)
            {
                Assert.True(await stream.ResponseStream.MoveNext(default));
                remote.Seq++;
                Assert.Equal(remote.Seq, stream.ResponseStream.Current.Seq);
                actions[0].AsSpan<long>()[0] = (long)(remote.Seq % 2);
                local.Step(actions, step);
                AssertSame(step, stream.ResponseStream.Current, isReset: false);
            }
        }

        await stream.RequestStream.CompleteAsync();
        Assert.False(await stream.ResponseStream.MoveNext(default));
        host.AssertQuiet();
    }

    [Fact]
    public async Task Step_TwoClientsInterleaved_DoNotDisturbEachOther()
    {
        await using var host = await TestHost.StartAsync();
        var first = host.Open("CartPole-v1", 2);
        var second = RemoteSession.Open(host.NewClient(), "CartPole-v1", 2);
        var alone = host.Open("CartPole-v1", 2);
        first.Reset(7);
        second.Reset(7);
        var replies = new List<Reply>();
        for (var i = 0; i < 100; i++)
        {
            replies.Add(Bare(first.Step(i % 2, 1 - (i % 2))));
            Assert.Equal(replies[i], Bare(second.Step(i % 2, 1 - (i % 2))));
            if (i % 10 == 0)
            {
                host.Open("CartPole-v1").Reset(i);
            }
        }

        alone.Reset(7);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(replies[i], Bare(alone.Step(i % 2, 1 - (i % 2))));
        }
    }

    [Fact]
    public async Task SetGenerator_StateOfAnotherLane_MakesTheNextEpisodeEqual()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open("CartPole-v1", 2);
        remote.Reset(3);
        var get = remote.NewCall();
        get.GetGenerator = new GetGenerator { Lane = 0 };
        var state = remote.Send(get).Generator;
        var set = remote.NewCall();
        set.SetGenerator = new SetGenerator { Lane = 1, State = state };
        Assert.Null(remote.Send(set).Fault);

        var observation = remote.Reset().Observation[0].Span;

        Assert.True(observation[..16].SequenceEqual(observation[16..]));
        var again = remote.NewCall();
        again.GetGenerator = new GetGenerator { Lane = 1 };
        Assert.Equal(-1, GeneratorCodec.Decode(remote.Send(again).Generator).Seed);
    }

    private static Reply Bare(Reply reply)
    {
        var bare = reply.Clone();
        (bare.EnvUs, bare.ServerUs) = (0, 0);
        return bare;
    }

    private static void ResetEnded(VectorEnv local, RemoteSession remote, VectorStep step)
    {
        var mask = new bool[local.NumEnvs];
        for (var lane = 0; lane < mask.Length; lane++)
        {
            mask[lane] = step.Terminated[lane] || step.Truncated[lane];
        }

        if (mask.Contains(true))
        {
            local.Reset(step, default, mask);
            AssertSame(step, remote.Reset(mask: mask), isReset: true);
        }
    }

    private static void AssertSame(VectorStep expected, Reply reply, bool isReset)
    {
        Assert.Null(reply.Fault);
        Assert.True(expected.Observations[0].Bytes.SequenceEqual(Assert.Single(reply.Observation).Span));
        if (isReset)
        {
            Assert.Equal(0, reply.Reward.Length + reply.Terminated.Length + reply.Truncated.Length + reply.FinalLanes.Length);
            return;
        }

        Assert.True(MemoryMarshal.AsBytes(expected.Rewards.AsSpan()).SequenceEqual(reply.Reward.Span));
        Assert.Equal(FlagsCodec.Encode(expected.Terminated), reply.Terminated);
        Assert.Equal(FlagsCodec.Encode(expected.Truncated), reply.Truncated);
        Assert.Equal(expected.HasFinal.Contains(true) ? FlagsCodec.Encode(expected.HasFinal) : ByteString.Empty, reply.FinalLanes);
        if (expected.HasFinal.Contains(true))
        {
            var final = new VectorStep(expected.FinalObservations.Space, expected.Lanes);
            new SlabCodec(expected.FinalObservations.Space).DecodeLanes(reply.FinalObservation, expected.HasFinal, final.FinalObservations);
            for (var lane = 0; lane < expected.Lanes; lane++)
            {
                Assert.True(!expected.HasFinal[lane]
                    || expected.FinalObservations[0].Lane(lane).SequenceEqual(final.FinalObservations[0].Lane(lane)));
            }
        }
        else
        {
            Assert.Empty(reply.FinalObservation);
        }
    }
}
