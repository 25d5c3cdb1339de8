using System.Runtime.Versioning;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>How a waiter waits: how long it pays to look again and again before going to sleep, and after which nap; learned from what the
/// last waits took. docs/transports.md, "How a side waits", has the rule; _shm/spin.py is the same in Python.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SpinBudget
{
    private const long Limit = 200_000;
    private const long Margin = 150_000;
    private const long LongestForeseen = 5_000_000;
    private const int WaitsToForesee = 8;
    private const int WaitsOfALookAround = 256;
    private const int MissCosts = 8; // hits
    private const int MostCredit = 4 * MissCosts;
    private const int LeastGoodWaits = 8;
    private const int MostGoodWaits = 1024;

    private static readonly bool CanSpin = MachineLoad.Processors >= 2;
    private static readonly int SpinnerLimit = Math.Max(1, Environment.ProcessorCount / 2);
    private static int _spinners;

    private readonly bool _canSpin;
    private readonly Func<bool> _isBusy;
    private int _left = 1;
    private int _leftAtMiss = 1;
    private int _credit = MostCredit;
    private int _goodWaitsWanted = LeastGoodWaits;
    private int _goodWaits;
    private int _longWaits;
    private long _shortest;

    /// <summary>The budget of a waiter on this machine.</summary>
    public SpinBudget()
        : this(CanSpin, MachineLoad.IsBusy)
    {
    }

    /// <summary>The budget of a waiter.</summary>
    /// <param name="canSpin">Whether there are two processors.</param>
    /// <param name="isBusy">Whether all of them have something to do.</param>
    public SpinBudget(bool canSpin, Func<bool> isBusy) => (_canSpin, _isBusy, Spins) = (canSpin, isBusy, canSpin);

    /// <summary>Whether it pays to spin.</summary>
    public bool Spins { get; private set; }

    /// <summary>Nanoseconds to sleep before that; 0 for none.</summary>
    public long Nap { get; private set; }

    /// <summary>Nanoseconds to spin.</summary>
    public long Nanoseconds => Nap == 0 ? Limit : 2 * Limit; // what is foreseen is the end of a short one

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

    /// <summary>After a nap: whether there is a processor to spin on.</summary>
    public bool HasRoom()
    {
        if (_isBusy())
        {
            (Spins, _goodWaits) = (false, 0);
        }

        return Spins;
    }

    /// <summary>A wait ended while it spun, without a nap before.</summary>
    public void Hit()
    {
        if (--_left <= 0)
        {
            LookAround();
        }
    }

    /// <summary>A wait ended while it spun after a nap.</summary>
    /// <param name="nanoseconds">What it took, all in all; here and below.</param>
    public void HitAfterNap(long nanoseconds)
    {
        Learn(nanoseconds);
        Hit();
    }

    /// <summary>A wait ended during its nap.</summary>
    public void Woken(long nanoseconds)
    {
        if (nanoseconds < Limit)
        {
            Miss();
        }
        else
        {
            Learn(nanoseconds);
        }
    }

    /// <summary>A wait did not end while it spun.</summary>
    public void Miss()
    {
        var hits = _leftAtMiss - _left;
        _leftAtMiss = _left;
        _credit = Math.Min(MostCredit, _credit + hits) - MissCosts;
        if (hits > 0 && Nap == 0)
        {
            _longWaits = 0;
        }

        if (_credit <= 0)
        {
            (Spins, Nap, _longWaits, _goodWaits) = (false, 0, 0, 0);
            _goodWaitsWanted = Math.Min(MostGoodWaits, _goodWaitsWanted * 2);
        }
    }

    /// <summary>A wait ended in a sleep, whatever came before.</summary>
    public void Slept(long nanoseconds)
    {
        Learn(nanoseconds);
        if (Spins || !_canSpin)
        {
            return;
        }

        _goodWaits = nanoseconds < Nap + Nanoseconds ? _goodWaits + 1 : Math.Max(0, _goodWaits - MissCosts);
        if (_goodWaits < _goodWaitsWanted)
        {
            return;
        }

        _goodWaits = 0;
        if (!_isBusy())
        {
            Spins = true;
            _left = _leftAtMiss = WaitsOfALookAround;
            _credit = MostCredit;
        }
        else if (Nap == 0)
        {
            _goodWaitsWanted = Math.Min(MostGoodWaits, _goodWaitsWanted * 2); // a look costs a good part of a short wait
        }
    }

    private void Learn(long nanoseconds)
    {
        if (nanoseconds < Limit)
        {
            (Nap, _longWaits) = (0, 0);
            return;
        }

        _shortest = _longWaits == 0 ? nanoseconds : Math.Min(_shortest, nanoseconds);
        Nap = Math.Min(Nap, nanoseconds - Margin);
        if (++_longWaits == WaitsToForesee)
        {
            (Nap, _longWaits) = (_shortest <= LongestForeseen ? _shortest - Margin : 0, 0);
        }
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
