using System.Runtime.Versioning;
using GymBridge.Protocol.SharedMemory;

namespace GymBridge.Client.Transports.Rpc;

/// <summary>Waits for the replies of one session, as a side of shared memory waits.</summary>
/// <remarks>A thread that sleeps lets its processor go idle, which then takes up to 200 microseconds to come back on a virtual
/// machine: as long as the whole call.</remarks>
internal sealed class ReplyWait
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly Waiter? _waiter = OperatingSystem.IsLinux() ? new Waiter() : null;

    /// <summary>Waits for a task to end, well or badly.</summary>
    /// <returns>Whether it has.</returns>
    public bool Completes(Task task, TimeSpan atMost) =>
        OperatingSystem.IsLinux() ? _waiter!.Wait(new AwaitedTask(task), atMost) : Sleep(task, atMost);

    private static bool Sleep(Task task, TimeSpan atMost)
    {
        try
        {
            return task.Wait(atMost);
        }
        catch (AggregateException)
        {
            return true;
        }
    }

    [SupportedOSPlatform("linux")]
    private readonly struct AwaitedTask(Task task) : IAwaited
    {
        public bool IsThere => task.IsCompleted;

        // A task is waited for in whole milliseconds; the end of a nap, in which no reply is expected, is slept without it.
        public unsafe bool Sleep(TimeSpan atMost)
        {
            var rest = TimeSpan.FromTicks(atMost.Ticks % Tick.Ticks);
            if (ReplyWait.Sleep(task, atMost - rest))
            {
                return true;
            }

            if (rest > TimeSpan.Zero)
            {
                var nobody = 0u;
                Futex.Wait(&nobody, 0, rest);
            }

            return task.IsCompleted;
        }

        public bool IsRungFor() => false;
    }
}
