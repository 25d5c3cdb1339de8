using GymBridge.Server.InProcess;

namespace GymBridge.Server.Tests.InProcess;

/// <summary>What holds up the thread that calls is ended, whatever it does, and nothing is left of it.</summary>
public sealed class InlineGuardTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    private readonly InlineGuard _guard = new();

    public void Dispose() => _guard.Dispose();

    [Theory]
    [InlineData("sleeps")]
    [InlineData("computes")]
    [InlineData("waits for a lock")]
    [InlineData("sleeps and catches everything")]
    public void Run_OfCodeThatDoesNotComeBack_IsEndedAndTheNextIsNot(string what)
    {
        for (var round = 0; round < 2; round++)
        {
            // .NET aborts a thread once a stay in managed code: Python's calls come from outside, each a stay of its own.
            var wasEnded = false;
            Exception? ended = null, next = null;
            Start(() =>
            {
                _guard.Prepare(Short);
                ended = Record.Exception(() => _guard.Run(() => Hang(what)));
                wasEnded = _guard.WasEnded;
                _guard.Prepare(Timeout.InfiniteTimeSpan);
                next = Record.Exception(() => _guard.Run(() => Thread.Sleep(1))); // an interrupt that was left would hit it
            }).Join();

            Assert.Contains("it goes on from wherever that left it", Assert.IsType<TimeoutException>(ended).Message, StringComparison.Ordinal);
            Assert.True(wasEnded);
            Assert.Null(next);
            Assert.False(_guard.WasEnded);
        }
    }

    [Fact]
    public void Run_OfCodeThatThrows_ThrowsTheSame()
    {
        _guard.Prepare(TimeSpan.FromDays(400));
        var thrown = new InvalidOperationException("mine");

        Assert.Same(thrown, Assert.Throws<InvalidOperationException>(() => _guard.Run(() => throw thrown)));
        Assert.False(_guard.WasEnded);
    }

    [Fact]
    public void InterruptMainThread_EndsTheCallOfThatThreadAlone()
    {
        using var other = new InlineGuard();
        using var release = new ManualResetEventSlim();
        Exception? onMain = null, onOther = null;
        var main = Start(() =>
        {
            InlineGuard.NoteMainThread();
            _guard.Prepare(Timeout.InfiniteTimeSpan);
            onMain = Record.Exception(() => _guard.Run(() => Hang("computes")));
        });
        var beside = Start(() =>
        {
            other.Prepare(Timeout.InfiniteTimeSpan);
            onOther = Record.Exception(() => other.Run(release.Wait));
        });

        while (!main.Join(TimeSpan.FromMilliseconds(50)))
        {
            InlineGuard.InterruptMainThread(); // it does nothing until the call has run for a second
        }

        release.Set();
        beside.Join();
        Assert.IsType<TimeoutException>(onMain);
        Assert.Null(onOther);
    }

    private static Thread Start(ThreadStart run)
    {
        var thread = new Thread(run);
        thread.Start();
        return thread;
    }

    private static void Hang(string what)
    {
        using var never = new ManualResetEventSlim();
        while (true)
        {
            try
            {
                switch (what)
                {
                    case "sleeps":
                        Thread.Sleep(Timeout.Infinite);
                        break;
                    case "computes":
                        break;
                    case "waits for a lock":
                        never.Wait();
                        break;
                    default:
                        Thread.Sleep(1);
                        break;
                }
            }
            catch (ThreadInterruptedException) when (what.EndsWith("everything", StringComparison.Ordinal))
            {
                // As a loop that tries again does.
            }
        }
    }
}
