using Grpc.Core;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Server.Tests.Infrastructure;

namespace GymBridge.Server.Tests.Sessions;

public sealed class SessionStreamsTests
{
    [Fact]
    public async Task Drive_ThirdStreamOfASession_TakesThePlaceOfTheOldest()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open();
        remote.Reset();
        var streams = new List<AsyncDuplexStreamingCall<Call, Reply>>();
        for (var seq = 2UL; seq < 12; seq++)
        {
            var stream = remote.Client.Drive();
            streams.Add(stream);
            Assert.Equal(seq, await StepAsync(stream, remote.StepCall(seq, ProbeEnv.Count)));
        }

        foreach (var stream in streams[..^2])
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
            Assert.Equal("max_streams_per_session", ErrorDetails.Read(refusal.Trailers.GetValueBytes(ErrorDetails.Trailer)).Metadata["cap"]);
        }

        Assert.Equal(12UL, await StepAsync(streams[^2], remote.StepCall(12, ProbeEnv.Count)));
        Assert.Equal(13UL, await StepAsync(streams[^1], remote.StepCall(13, ProbeEnv.Count)));
        Assert.Equal(12, host.Probe.Steps);
        streams.ForEach(stream => stream.Dispose());
        host.AssertQuiet();
    }

    private static async Task<ulong> StepAsync(AsyncDuplexStreamingCall<Call, Reply> stream, Call call)
    {
        await stream.RequestStream.WriteAsync(call);
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        return stream.ResponseStream.Current.Seq;
    }
}
