using System.Runtime.Versioning;
using GymBridge.Protocol.SharedMemory;

namespace GymBridge.Protocol.Tests.SharedMemory;

/// <summary>When a waiter spins: as Python's does, test_shared_memory.py.</summary>
[SupportedOSPlatform("linux")]
public sealed class SpinBudgetTests
{
    private const long Millisecond = 1_000_000;
    private const long Short = 10_000;

    private bool _isBusy;

    [Theory]
    [InlineData(31, true)] // as in a training: thirty-two steps, and the time of an update
    [InlineData(8, true)]
    [InlineData(300, true)]
    [InlineData(7, false)]
    [InlineData(0, false)]
    public void Miss_NowAndThen_DoesNotEndSpinning(int hits, bool goesOn)
    {
        var budget = Budget();
        for (var round = 0; round < 40; round++)
        {
            Repeat(hits, budget.Hit);
            MissAndSleep(budget, 20 * Millisecond);
        }

        Assert.Equal(goesOn, budget.Spins);
        Assert.Equal(0, budget.Nap);
    }

    [Fact]
    public void Slept_AfterMisses_BeginsAgainAfterMoreAndMoreShortWaits()
    {
        var budget = Budget();
        Repeat(3, budget.Miss);
        Assert.True(budget.Spins);
        budget.Miss();
        Repeat(15, () => budget.Slept(Short));
        Assert.False(budget.Spins);
        budget.Slept(Short);
        Assert.True(budget.Spins);
    }

    [Fact]
    public void Slept_ShortBetweenRareLongOnes_BeginsAgain()
    {
        var budget = Budget();
        for (var relapse = 0; relapse < 12; relapse++)
        {
            Repeat(4, budget.Miss);
            while (!budget.Spins && relapse < 11)
            {
                budget.Slept(Short);
            }
        }

        for (var rollout = 0; rollout < 100; rollout++)
        {
            Repeat(31, () => budget.Slept(Short));
            budget.Slept(1000 * Millisecond);
        }

        Assert.True(budget.Spins);
    }

    [Fact]
    public void Hit_WhileAllProcessorsAreBusy_EndsSpinningUntilOneIsFree()
    {
        var budget = Budget();
        _isBusy = true;
        budget.Hit();
        Repeat(100, () => budget.Slept(Short));
        Assert.False(budget.Spins);
        _isBusy = false;
        Repeat(1024, () => budget.Slept(Short));
        Assert.True(budget.Spins);
    }

    [Theory]
    [InlineData(0.4, 0)]
    [InlineData(0.45, 300_000)]
    [InlineData(0.5, 350_000)]
    [InlineData(5, 4_850_000)]
    [InlineData(5.1, 0)]
    public void Waits_AllOfALongTime_AreSpunAtTheirEnds(double milliseconds, long nap)
    {
        var budget = Budget();
        var wait = (long)(milliseconds * Millisecond);
        Repeat(100, () => Wait(budget, wait));
        Assert.Equal(nap, budget.Nap);
        Assert.Equal(milliseconds == 0.4, budget.Spins); // to their very end
    }

    [Fact]
    public void Waits_OfManyLengths_HaveNapsForTheShortest()
    {
        var budget = Budget();
        for (var i = 0; i < 100; i++)
        {
            Wait(budget, (500 + (i * 37 % 100)) * 1000);
        }

        Assert.InRange(budget.Nap, 350_000, 370_000);
    }

    [Theory]
    [InlineData(40, 31, 20)] // an update now and then
    [InlineData(100, 3, 2)]
    public void Naps_SomeWaitsAreOutOfReach_GoOn(int rounds, int foreseen, int milliseconds)
    {
        var budget = Foreseeing();
        for (var round = 0; round < rounds; round++)
        {
            Repeat(foreseen, () => Wait(budget, Millisecond / 2));
            Wait(budget, milliseconds * Millisecond);
        }

        Assert.Equal(350_000, budget.Nap);
    }

    [Fact]
    public void Naps_WaitsBecomeLongerForGood_FollowThem()
    {
        var budget = Foreseeing();
        Repeat(16, () => Wait(budget, 2 * Millisecond));
        Assert.Equal(1_850_000, budget.Nap);
    }

    [Fact]
    public void Naps_WaitsBecomeShort_EndAndItSpinsAtOnce()
    {
        var budget = Foreseeing();
        Wait(budget, Short);
        Assert.Equal(350_000, budget.Nap); // one does not count
        Repeat(100, () => Wait(budget, Short));
        Assert.Equal(0, budget.Nap);
        Assert.True(budget.Spins);
    }

    [Fact]
    public void Naps_WaitsBecomeShorter_AreShorterAtOnce()
    {
        var budget = Foreseeing();
        Wait(budget, 450_000);
        Assert.Equal(300_000, budget.Nap);
    }

    [Fact]
    public void Naps_OfWaitsThatNobodyCanForesee_End()
    {
        var budget = Budget();
        for (var i = 0; i < 400; i++)
        {
            Wait(budget, (1 + (i * 7 % 13)) * Millisecond);
        }

        Assert.Equal(0, budget.Nap);
        Assert.False(budget.Spins);
    }

    [Fact]
    public void HasRoom_WhileAllProcessorsAreBusy_HasFewerAndFewerNapsUntilOneIsFree()
    {
        var budget = Foreseeing();
        _isBusy = true;
        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 64], Enumerable.Range(0, 8).Select(_ => SleepsAfterALook(budget)));
        Assert.Equal(350_000, budget.Nap);
        _isBusy = false;
        Assert.Equal(0, SleepsAfterALook(budget));
        _isBusy = true;
        Assert.Equal(32, SleepsAfterALook(budget)); // it forgets as slowly as it learned
    }

    [Fact]
    public void OneProcessor_NeverSpins()
    {
        var budget = new SpinBudget(canSpin: false, () => false);
        Repeat(100, () => budget.Slept(Short));
        Repeat(100, () => budget.Slept(Millisecond / 2));
        Assert.False(budget.Spins);
        Assert.False(budget.TakesNap());
    }

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }

    // As SharedSlot does it, on a clock that stands still.
    private static void Wait(SpinBudget budget, long nanoseconds)
    {
        var (naps, nap) = (budget.TakesNap(), budget.Nap);
        if (naps && (nanoseconds < nap || (budget.HasRoom() && nanoseconds <= nap + budget.Nanoseconds)))
        {
            budget.Napped(nanoseconds);
        }
        else if (nap > 0 || !budget.Spins)
        {
            budget.Slept(nanoseconds);
        }
        else if (nanoseconds > budget.Nanoseconds)
        {
            MissAndSleep(budget, nanoseconds);
        }
        else
        {
            budget.Hit();
        }
    }

    private static int SleepsAfterALook(SpinBudget budget)
    {
        budget.HasRoom();
        var sleeps = 0;
        while (!budget.TakesNap())
        {
            budget.Slept(Millisecond / 2);
            sleeps++;
        }

        return sleeps;
    }

    private static void MissAndSleep(SpinBudget budget, long nanoseconds)
    {
        budget.Miss();
        budget.Slept(nanoseconds);
    }

    private SpinBudget Foreseeing()
    {
        var budget = Budget();
        Repeat(100, () => Wait(budget, Millisecond / 2));
        Assert.Equal(350_000, budget.Nap);
        return budget;
    }

    private SpinBudget Budget() => new(canSpin: true, () => _isBusy);
}
