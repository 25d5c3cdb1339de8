using GymBridge.Protocol.V1;
using GymBridge.Server.Tests.Infrastructure;

namespace GymBridge.Server.Tests.Service;

/// <summary>What a session holds. The memory of the process is measured, so no other test runs beside.</summary>
[Collection(nameof(SessionMemoryTests))]
[CollectionDefinition(nameof(SessionMemoryTests), DisableParallelization = true)]
public sealed class SessionMemoryTests
{
    [Fact]
    public async Task Open_AThousandSessions_TakeAtMost64KiBEach()
    {
        const int Sessions = 1000;
        await using var host = await TestHost.StartAsync();
        OpenSome(host, 10);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        OpenSome(host, Sessions);

        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Sessions;
        Assert.Equal(Sessions + 10U, host.Client.List(new ListRequest()).State.Sessions);
        Assert.True(bytes <= 64 * 1024, $"{bytes} bytes a session");

        // The client's half is not kept.
        static void OpenSome(TestHost host, int count)
        {
            for (var i = 0; i < count; i++)
            {
                var session = host.Open("CartPole-v1");
                session.Reset(i);
                session.Step(1);
            }
        }
    }
}
