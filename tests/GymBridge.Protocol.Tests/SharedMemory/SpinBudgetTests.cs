using System.Diagnostics;
using System.Runtime.Versioning;
using GymBridge.Protocol.SharedMemory;

namespace GymBridge.Protocol.Tests.SharedMemory;

/// <summary>When a waiter spins: as Python's does, test_shared_memory.py.</summary>
[SupportedOSPlatform("linux")]
public sealed class SpinBudgetTests
{
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
            budget.Miss();
        }

        Assert.Equal(goesOn, budget.Nanoseconds > 0);
    }

    [Fact]
    public void Slept_AfterMisses_BeginsAgainAfterMoreAndMoreShortWaits()
    {
        var budget = Budget();
        Repeat(3, budget.Miss);
        Assert.True(budget.Nanoseconds > 0);
        budget.Miss();
        Repeat(15, () => Short(budget));
        Assert.Equal(0, budget.Nanoseconds);
        Short(budget);
        Assert.True(budget.Nanoseconds > 0);
    }

    [Fact]
    public void Slept_ShortBetweenRareLongOnes_BeginsAgain()
    {
        var budget = Budget();
        for (var relapse = 0; relapse < 12; relapse++)
        {
            Repeat(4, budget.Miss);
            while (budget.Nanoseconds == 0 && relapse < 11)
            {
                Short(budget);
            }
        }

        for (var rollout = 0; rollout < 100; rollout++)
        {
            Repeat(31, () => Short(budget));
            budget.Slept(Stopwatch.GetTimestamp() - Stopwatch.Frequency);
        }

        Assert.True(budget.Nanoseconds > 0);
    }

    [Fact]
    public void Hit_WhileAllProcessorsAreBusy_EndsSpinningUntilOneIsFree()
    {
        var budget = Budget();
        _isBusy = true;
        budget.Hit();
        Repeat(100, () => Short(budget));
        Assert.Equal(0, budget.Nanoseconds);
        _isBusy = false;
        Repeat(1024, () => Short(budget));
        Assert.True(budget.Nanoseconds > 0);
    }

    [Fact]
    public void OneProcessor_NeverSpins()
    {
        var budget = new SpinBudget(canSpin: false, () => false);
        Repeat(100, () => Short(budget));
        Assert.Equal(0, budget.Nanoseconds);
    }

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }

    // From a moment to come: it took no time, however late this machine is.
    private static void Short(SpinBudget budget) => budget.Slept(Stopwatch.GetTimestamp() + (3600 * Stopwatch.Frequency));

    private SpinBudget Budget() => new(canSpin: true, () => _isBusy);
}
