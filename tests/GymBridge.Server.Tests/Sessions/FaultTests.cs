using System.Text;
using Grpc.Core;
using GymBridge.Errors;
using GymBridge.Protocol;
using GymBridge.Protocol.Codec;
using GymBridge.Server.Tests.Infrastructure;

namespace GymBridge.Server.Tests.Sessions;

/// <summary>Exceptions of the environment are answers, not broken calls.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task Step_ActionOutOfRange_IsAnAssertionErrorAndTheEnvironmentStaysUsable()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open("CartPole-v1", 3);
        remote.Reset(0);

        var fault = remote.Step(0, 5, 1).Fault;

        Assert.Equal("AssertionError", fault.PythonClass);
        Assert.Equal("GymBridge.Errors.InvalidActionException", fault.DotnetClass);
        Assert.StartsWith("Action 5 is not in Discrete(2) of environment 'CartPole-v1'", fault.Message, StringComparison.Ordinal);
        Assert.Equal([1U], fault.Lanes);
        Assert.True(fault.Recoverable);
        Assert.Null(remote.Step(0, 1, 1).Fault);
        host.AssertQuiet();
    }

    [Fact]
    public async Task Step_BeforeReset_IsResetNeeded()
    {
        await using var host = await TestHost.StartAsync();

        var fault = host.Open("CartPole-v1").Step(0).Fault;

        Assert.Equal("gymnasium.error.ResetNeeded", fault.PythonClass);
        Assert.IsType<ResetNeededException>(FaultCodec.Decode(fault));
    }

    [Fact]
    public async Task Step_LaneThrows_FaultNamesLaneClassAndMessage()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open(lanes: 3);
        remote.Reset();

        var fault = remote.Step(ProbeEnv.Count, ProbeEnv.Count, ProbeEnv.ThrowArgument).Fault;

        Assert.Equal("ValueError", fault.PythonClass);
        Assert.Equal("Two is a bad number.", fault.Message);
        Assert.Equal([2U], fault.Lanes);
    }

    [Fact]
    public async Task Step_FaultSentAgain_IsTheSameFaultWithoutASecondStep()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();
        var call = remote.StepCall(2, ProbeEnv.ThrowArgument);

        Assert.Equal(remote.Send(call), remote.Client.Exchange(call));
        Assert.Equal(1, host.Probe.Steps);
    }

    [Fact]
    public async Task Step_LongMessage_IsCutAtACharacter()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();

        var message = remote.Step(ProbeEnv.ThrowLongMessage).Fault.Message;

        Assert.InRange(Encoding.UTF8.GetByteCount(message), ProtocolConstants.MaxFaultMessageBytes - 4, ProtocolConstants.MaxFaultMessageBytes);
        Assert.EndsWith("é... (cut)", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Step_ExceptionUnknownToPython_IsARuntimeErrorWithItsName()
    {
        await using var host = await TestHost.StartAsync(limits => limits.DetailedErrors = true);
        var remote = host.Open();
        remote.Reset();

        var fault = remote.Step(ProbeEnv.ThrowUnknown).Fault;

        Assert.Equal("RuntimeError", fault.PythonClass);
        Assert.EndsWith("ProbeEnv+UnheardOfException", fault.DotnetClass, StringComparison.Ordinal);
        Assert.Equal($"{fault.DotnetClass}: never heard of", fault.Message);
        Assert.Contains("ProbeEnv.OnStep", fault.Trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Step_InfoThatCannotBeCarried_IsLeftOutWithOneWarning()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();

        var (first, second) = (remote.Step(ProbeEnv.InfoWithObject), remote.Step(ProbeEnv.InfoWithObject));

        Assert.Null(first.Fault);
        Assert.StartsWith("info['when'] is a System.Object, which cannot be carried;", Assert.Single(first.Warnings), StringComparison.Ordinal);
        Assert.Empty(second.Warnings);
    }

    [Fact]
    public async Task Step_OutOfMemory_ClosesTheSessionAndSaysWhy()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();

        Assert.False(remote.Step(ProbeEnv.ThrowOutOfMemory).Fault.Recoverable);

        var refusal = remote.Refused(remote.StepCall(3, ProbeEnv.Count));
        Assert.Equal(StatusCode.NotFound, refusal.StatusCode);
        Assert.Contains("(System.OutOfMemoryException: No memory left for the probe.)", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref host.Probe.Disposed) == 1, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task Step_InfoOverTheLimit_IsLeftOutWithAWarning()
    {
        await using var host = await TestHost.StartAsync(limits => limits.MaxMessageBytes = 100_000);
        var remote = host.Open();
        remote.Reset();

        var reply = remote.Step(ProbeEnv.LargeInfo);

        Assert.Null(reply.Fault);
        Assert.StartsWith("info['blob'] takes 1000004 bytes", Assert.Single(reply.Warnings), StringComparison.Ordinal);
        Assert.Null(remote.Step(ProbeEnv.Count).Fault);
    }

    [Fact]
    public async Task Step_Infos_AreSparseAndKeepTheirTypes()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open(lanes: 3);
        remote.Reset();

        var info = Assert.Single(remote.Step(ProbeEnv.Count, ProbeEnv.RichInfo, ProbeEnv.Count).Infos);

        Assert.Equal(1U, info.Lane);
        Assert.Equal(ValueCodec.Encode(ProbeEnv.Rich), info.Info);
        var quiet = remote.StepCall(remote.Seq + 1, ProbeEnv.Count, ProbeEnv.RichInfo, ProbeEnv.Count);
        quiet.Step.WantInfo = false;
        Assert.Empty(remote.Send(quiet).Infos);
    }

    [Fact]
    public async Task Step_OfNativeLanes_CarriesInfosWhereTheyAreWanted()
    {
        await using var host = await TestHost.StartAsync();
        var (loud, quiet) = (host.Open("Taxi-v4", 3), host.Open("Taxi-v4", 3));
        Assert.Equal(3, loud.Reset(4).Infos.Count);
        Assert.Equal(3, quiet.Reset(4).Infos.Count);
        for (var step = 0; step < 250; step++)
        {
            var reply = loud.Step(step % 6, step % 4, (step + 1) % 6);
            var call = quiet.StepCall(quiet.Seq + 1, step % 6, step % 4, (step + 1) % 6);
            call.Step.WantInfo = step % 50 == 0;
            var other = quiet.Send(call);
            Assert.Equal(3, reply.Infos.Count);
            Assert.Equal(call.Step.WantInfo ? reply.Infos : [], other.Infos);
            Assert.Equal((reply.Observation[0], reply.Reward, reply.Truncated), (other.Observation[0], other.Reward, other.Truncated));
        }
    }

    [Fact]
    public async Task Step_SameStepEnd_CarriesFinalObservationAndFinalInfo()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open(lanes: 2, change: request => request.Autoreset = GymBridge.Protocol.V1.AutoresetMode.SameStep);
        remote.Reset();

        var reply = remote.Step(ProbeEnv.Count, ProbeEnv.Terminate);

        Assert.Equal([0, 1], reply.FinalLanes.ToByteArray());
        Assert.Equal(NDArray.From(1f, 9f).Bytes.ToArray(), Assert.Single(reply.FinalObservation).ToByteArray());
        Assert.Equal(NDArray.From(1f, 0f, 0f, -1f).Bytes.ToArray(), Assert.Single(reply.Observation).ToByteArray());
    }

    [Fact]
    public async Task Reset_WithOptions_ReachesTheEnvironment()
    {
        await using var host = await TestHost.StartAsync();

        var info = Assert.Single(host.Open().Reset(options: ProbeEnv.Rich).Infos).Info;

        Assert.Equal(ValueCodec.Encode(new Info { ["options"] = ProbeEnv.Rich }), info);
    }
}
