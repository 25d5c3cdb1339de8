using System.Diagnostics;
using System.Runtime.Versioning;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>Waits as its last waits teach it: it spins, or sleeps, or sleeps until shortly before the end and spins from there.</summary>
/// <remarks>For one thread at a time.</remarks>
[SupportedOSPlatform("linux")]
internal sealed class Waiter
{
    private const int LooksBetweenClocks = 16;

    private readonly SpinBudget _budget = new();

    /// <summary>Waits for something, at most for a time and what a spin takes.</summary>
    /// <returns>Whether it is there.</returns>
    public bool Wait<T>(T awaited, TimeSpan atMost)
        where T : struct, IAwaited
    {
        if (awaited.IsThere)
        {
            return true;
        }

        var started = Stopwatch.GetTimestamp();
        if (_budget.TakesNap())
        {
            if (awaited.Sleep(Shorter(TimeSpan.FromTicks(_budget.Nap / TimeSpan.NanosecondsPerTick), atMost)))
            {
                _budget.Napped(NanosecondsSince(started));
                return true;
            }

            if (awaited.IsRungFor())
            {
                return false;
            }

            if (_budget.HasRoom() && TrySpin(awaited))
            {
                _budget.Napped(NanosecondsSince(started));
                return true;
            }
        }
        else if (_budget.Spins && _budget.Nap == 0 && TrySpin(awaited))
        {
            _budget.Hit();
            return true;
        }

        var isThere = awaited.Sleep(atMost);
        _budget.Slept(NanosecondsSince(started));
        awaited.IsRungFor();
        return isThere;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static long NanosecondsSince(long started) => (long)Stopwatch.GetElapsedTime(started).TotalNanoseconds;

    private bool TrySpin<T>(T awaited)
        where T : struct, IAwaited
    {
        if (!SpinBudget.TryEnter())
        {
            return false;
        }

        var isThere = Spin(awaited);
        SpinBudget.Leave();
        if (!isThere)
        {
            _budget.Miss();
        }

        return isThere;
    }

    private bool Spin<T>(T awaited)
        where T : struct, IAwaited
    {
        var until = Stopwatch.GetTimestamp() + (_budget.Nanoseconds * Stopwatch.Frequency / 1_000_000_000);
        do
        {
            for (var i = 0; i < LooksBetweenClocks; i++)
            {
                if (awaited.IsThere)
                {
                    return true;
                }

                Thread.SpinWait(1);
            }
        }
        while (Stopwatch.GetTimestamp() < until);
        return false;
    }
}
