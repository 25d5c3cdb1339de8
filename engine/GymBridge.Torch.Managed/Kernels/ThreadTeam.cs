using System.Runtime.ExceptionServices;

namespace GymBridge.Torch.Managed;

/// <summary>
/// Threads that wait for the parts of a kernel, hot for some microseconds and then asleep: a kernel of a training step takes not much
/// longer than it takes to wake a thread. Whoever calls takes parts as well, so that it never waits for a helper that has not begun.
/// One kernel at a time; another thread's runs where it is.
/// </summary>
internal static class ThreadTeam
{
    private const int MostParts = ushort.MaxValue;

    // About 20 us: what lies between two kernels of a training step.
    private const int Spins = 32;
    private const int PausesOfSpin = 16;

    private static readonly SemaphoreSlim Wake = new(0);
    private static readonly Lock Starting = new();

    // Which kernel (32 bits), its parts (16) and the next of them (16): in one number, so that nobody takes a part of the next kernel for
    // one of the last.
    private static long _ticket;
    private static int _busy;
    private static int _done;
    private static int _asleep;
    private static int _helpers;
    private static Action<int>? _part;
    private static Exception? _error;

    /// <summary>Runs all parts, some of them on helpers; false where the team is at work for another thread, and nothing was done.</summary>
    public static bool TryRun(int parts, Action<int> part)
    {
        if (parts > MostParts || Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
            return false;
        if (_helpers < Threads.Count - 1)
            Start(Threads.Count - 1);
        (_part, _error, _done) = (part, null, 0);
        Interlocked.Exchange(ref _ticket, (((_ticket >> 32) + 1) << 32) | ((long)parts << 16));
        var wake = Math.Min(Volatile.Read(ref _asleep), parts - 1);
        if (wake > 0)
            Wake.Release(wake);

        var before = Threads.Enter(true);
        while (TakePart())
        {
        }
        Threads.Enter(before);
        var wait = default(SpinWait);
        while (Volatile.Read(ref _done) < parts)
            wait.SpinOnce(sleep1Threshold: -1);
        var error = _error;
        (_part, _error) = (null, null);
        Volatile.Write(ref _busy, 0);
        if (error is not null)
            ExceptionDispatchInfo.Throw(error);
        return true;
    }

    private static void Start(int helpers)
    {
        lock (Starting)
        {
            for (; _helpers < helpers; _helpers++)
            {
                var id = _helpers;
                new Thread(() => Help(id)) { IsBackground = true, Name = $"Tensor kernels {id + 1}" }.Start();
            }
        }
    }

    private static void Help(int id)
    {
        Threads.Enter(true);
        while (true)
        {
            for (var spin = 0; spin < Spins;)
            {
                if (IsWanted(id) && TakePart())
                {
                    spin = 0;
                }
                else
                {
                    Thread.SpinWait(PausesOfSpin);
                    spin++;
                }
            }

            // Counted before it looks once more: a kernel that is not seen here sees the sleeper and wakes it.
            Interlocked.Increment(ref _asleep);
            if (!IsWanted(id) || !HasPart(Volatile.Read(ref _ticket)))
                Wake.Wait();
            Interlocked.Decrement(ref _asleep);
        }
    }

    private static bool IsWanted(int id) => id < Threads.Count - 1;

    private static bool HasPart(long ticket) => (ticket & MostParts) < ((ticket >> 16) & MostParts);

    private static bool TakePart()
    {
        while (true)
        {
            var ticket = Volatile.Read(ref _ticket);
            if (!HasPart(ticket))
                return false;
            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) != ticket)
                continue;
            try
            {
                // The kernel is not over before this part is done: it still is the one of the ticket.
                _part!((int)(ticket & MostParts));
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref _error, exception, null);
            }
            finally
            {
                Interlocked.Increment(ref _done);
            }
            return true;
        }
    }
}
