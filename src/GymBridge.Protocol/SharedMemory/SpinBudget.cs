using System.Runtime.Versioning;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>How a waiter waits: how long it pays to look again and again before going to sleep, and after which nap; learned from what the
/// last waits took. docs/transports.md, "How a side waits", has the rule; _shm/spin.py is the same in Python.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SpinBudget
{
    private const long Limit = 400_000;
    private const long Margin = 150_000;
    private const long LongestForeseen = 5_000_000;
    private const int WaitsToForesee = 8;
    private const int LeastForeseen = 6;
    private const int MostRests = 64;
    private const int WaitsOfALookAround = 256;
    private const int MissCosts = 8; // hits
    private const int MostCredit = 4 * MissCosts;
    private const int LeastGoodWaits = 8;
    private const int MostGoodWaits = 1024;
    private const int MostGoodWaitsWhenBusy = 64;

    private static readonly bool CanSpin = MachineLoad.Processors >= 2;
    private static readonly int SpinnerLimit = Math.Max(1, Environment.ProcessorCount / 2);
    private static int _spinners;

    private readonly bool _canSpin;
    private readonly Func<bool> _isBusy;
    private readonly long[] _waits = new long[WaitsToForesee];
    private int _waitCount;
    private int _left = 1;
    private int _leftAtMiss = 1;
    private int _credit = MostCredit;
    private int _goodWaitsWanted = LeastGoodWaits;
    private int _goodWaits;
    private int _rests;
    private int _restsWhenBusy = 1;

    /// <summary>The budget of a waiter on this machine.</summary>
    public SpinBudget()
        : this(CanSpin, MachineLoad.IsBusy)
    {
    }

    /// <summary>The budget of a waiter.</summary>
    /// <param name="canSpin">Whether there are two processors.</param>
    /// <param name="isBusy">Whether all of them have something to do.</param>
    public SpinBudget(bool canSpin, Func<bool> isBusy) => (_canSpin, _isBusy, Spins) = (canSpin, isBusy, canSpin);

    /// <summary>Whether it pays to spin at once, where there is no nap.</summary>
    public bool Spins { get; private set; }

    /// <summary>Nanoseconds to sleep before spinning; 0 for none.</summary>
    public long Nap { get; private set; }

    /// <summary>Nanoseconds to spin.</summary>
    public long Nanoseconds => Nap == 0 ? Limit : AfterNap(Nap);

    /// <summary>Takes one of the few places for spinning threads of this process.</summary>
    public static bool TryEnter()
    {
        if (Interlocked.Increment(ref _spinners) <= SpinnerLimit)
        {
            return true;
        }

        Interlocked.Decrement(ref _spinners);
        return false;
    }

    /// <summary>Gives the place back.</summary>
    public static void Leave() => Interlocked.Decrement(ref _spinners);

    /// <summary>Whether the wait that begins has a nap, and is not one that only sleeps, for all processors were busy lately.</summary>
    public bool TakesNap() => Nap > 0 && (_rests == 0 || _rests-- == 0);

    /// <summary>After a nap: whether there is a processor to spin on.</summary>
    public bool HasRoom()
    {
        var isBusy = _isBusy();
        _rests = isBusy ? _restsWhenBusy : 0;
        _restsWhenBusy = isBusy ? Math.Min(MostRests, 2 * _restsWhenBusy) : Math.Max(1, _restsWhenBusy / 2);
        return !isBusy;
    }

    /// <summary>A wait ended while it spun, without a nap before.</summary>
    public void Hit()
    {
        if (--_left <= 0)
        {
            LookAround();
        }
    }

    /// <summary>A wait did not end while it spun.</summary>
    public void Miss()
    {
        if (Nap > 0)
        {
            return; // the window of the next waits tells whether they are foreseen
        }

        var hits = _leftAtMiss - _left;
        _leftAtMiss = _left;
        _credit = Math.Min(MostCredit, _credit + hits) - MissCosts;
        if (hits > 0)
        {
            _waitCount = 0;
        }

        if (_credit <= 0)
        {
            (Spins, _goodWaits) = (false, 0);
            _goodWaitsWanted = Math.Min(MostGoodWaits, _goodWaitsWanted * 2);
        }
    }

    /// <summary>A wait ended in a nap, or while it spun after one.</summary>
    /// <param name="nanoseconds">What it took, all in all; here and below.</param>
    public void Napped(long nanoseconds) => Learn(nanoseconds);

    /// <summary>A wait ended in a sleep, whatever came before.</summary>
    public void Slept(long nanoseconds)
    {
        Learn(nanoseconds);
        if (Spins || !_canSpin || Nap > 0)
        {
            return;
        }

        _goodWaits = nanoseconds < Limit ? _goodWaits + 1 : Math.Max(0, _goodWaits - MissCosts);
        if (_goodWaits < _goodWaitsWanted)
        {
            return;
        }

        _goodWaits = 0;
        if (!_isBusy())
        {
            Begin();
        }
        else
        {
            _goodWaitsWanted = Math.Max(_goodWaitsWanted, Math.Min(MostGoodWaitsWhenBusy, _goodWaitsWanted * 2)); // a look costs a part of a short wait
        }
    }

    private static long AfterNap(long nap) => Limit + (nap / 4); // what is foreseen is the end of a short one

    private void Begin()
    {
        Spins = true;
        _left = _leftAtMiss = WaitsOfALookAround;
        _credit = MostCredit;
    }

    private void Learn(long nanoseconds)
    {
        if (nanoseconds < Limit && Nap == 0)
        {
            _waitCount = 0;
            return;
        }

        _waits[_waitCount++] = nanoseconds;
        if (nanoseconds >= Limit)
        {
            Nap = Math.Min(Nap, nanoseconds - Margin);
        }

        if (_waitCount == WaitsToForesee)
        {
            _waitCount = 0;
            Foresee();
        }
    }

    private void Foresee()
    {
        var (shortest, shortOnes, hits) = (long.MaxValue, 0, 0);
        foreach (var wait in _waits)
        {
            (shortest, shortOnes) = wait < Limit ? (shortest, shortOnes + 1) : (Math.Min(shortest, wait), shortOnes);
        }

        var nap = shortest - Margin;
        foreach (var wait in _waits)
        {
            hits += wait >= Limit && wait <= nap + AfterNap(nap) ? 1 : 0;
        }

        if (_canSpin && hits >= LeastForeseen && shortest <= LongestForeseen)
        {
            Nap = nap;
            return;
        }

        if (Nap > 0 && shortOnes > WaitsToForesee - LeastForeseen)
        {
            Begin();
        }

        Nap = 0;
    }

    private void LookAround()
    {
        _leftAtMiss += WaitsOfALookAround - _left;
        _left = WaitsOfALookAround;
        if (_isBusy())
        {
            (Spins, _goodWaits) = (false, 0);
        }
        else
        {
            _goodWaitsWanted = Math.Max(LeastGoodWaits, _goodWaitsWanted / 2);
        }
    }
}
