using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

using Anneal = TorchSharp.torch.optim.lr_scheduler.impl.OneCycleLR.AnnealStrategy;
using CyclicMode = TorchSharp.torch.optim.lr_scheduler.impl.CyclicLR.Mode;

namespace GymBridge.Torch.Managed.Tests.Parity;

/// <summary>Schedules that optim.json does not have, against plain Python (golden/generate_optim_rules.py) or worked by hand.</summary>
public class ScheduleTests
{
    [Fact]
    public void Cycles_EveryRecord_GiveTheRateAndTheMomentumOfTheirFormula()
    {
        using var scope = NewDisposeScope();
        var schedules = new Dictionary<string, Func<Optimizer, LRScheduler>>
        {
            ["cyclic triangular"] = o => CyclicLR(o, 0.01, 0.1, 4, 6),
            ["cyclic triangular2"] = o => CyclicLR(o, 0.01, 0.1, 4, 6, CyclicMode.Triangular2),
            ["cyclic exp_range"] = o => CyclicLR(o, 0.01, 0.1, 4, 6, CyclicMode.ExpRange, 0.9),
            ["one cycle"] = o => OneCycleLR(o, 0.1, 20),
            ["one cycle linear"] = o => OneCycleLR(o, 0.1, epochs: 4, steps_per_epoch: 5, anneal_strategy: Anneal.Linear),
            ["one cycle three phases"] = o => OneCycleLR(o, 0.1, 20, three_phase: true),
        };
        var ran = 0;
        foreach (var record in GoldenFile.Load("optim_rules.json").GetProperty("schedules").EnumerateArray())
        {
            foreach (var optimizer in new Optimizer[] { SGD([One()], 0.3, 0.5), Adam([One()], 0.3) })
            {
                var scheduler = schedules[record.GetProperty("schedule").GetString()!](optimizer);
                foreach (var expected in record.GetProperty("values").EnumerateArray())
                {
                    var group = optimizer.ParamGroups.Single();
                    Assert.Equal(GoldenFile.Number(expected[0]), group.LearningRate, 1e-12);
                    Assert.Equal(GoldenFile.Number(expected[1]), group is IBetas betas ? betas.Betas.Item1 : ((IMomentum)group).Momentum, 1e-12);
                    Assert.Equal(group.LearningRate, scheduler.get_last_lr().Single());
                    scheduler.step();
                }
            }
            ran++;
        }
        Assert.Equal(6, ran);
    }

    [Fact]
    public void OneCycle_SteppedPastItsEnd_Refuses()
    {
        using var scope = NewDisposeScope();
        var scheduler = OneCycleLR(SGD([One()], 0.1), 0.1, 2);
        scheduler.step();
        scheduler.step();
        Assert.Contains("The specified number of total steps is 2", Assert.Throws<InvalidOperationException>(scheduler.step).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => OneCycleLR(SGD([One()], 0.1), 0.1));
        Assert.Throws<ArgumentException>(() => OneCycleLR(Adagrad([One()]), 0.1, 2));
        Assert.Throws<ArgumentException>(() => CyclicLR(SGD([One()], 0.1), [0.1, 0.2], [0.3, 0.4]));
    }

    [Fact]
    public void Plateau_ThreeBadEpochs_HalvesTheRateOnceAndCoolsDown()
    {
        using var scope = NewDisposeScope();
        var optimizer = SGD([One()], 0.8);
        var scheduler = ReduceLROnPlateau(optimizer, factor: 0.5, patience: 1, cooldown: 1, min_lr: [0.15]);
        // Bad from the second on: the third is one more than patience; the fourth is cooled down; two more, then at the floor.
        double[] expected = [0.8, 0.8, 0.4, 0.4, 0.4, 0.2, 0.2, 0.2, 0.15, 0.15];
        foreach (var rate in expected)
        {
            scheduler.step(1.0);
            Assert.Equal(rate, optimizer.ParamGroups.Single().LearningRate, 1e-12);
            Assert.Equal(rate, scheduler.get_last_lr().Single(), 1e-12);
        }
        Assert.Throws<InvalidOperationException>(() => scheduler.step());
        Assert.Throws<ArgumentException>(() => ReduceLROnPlateau(optimizer, mode: "lowest"));
    }

    [Theory]
    [InlineData("max", "rel", 1.05, 0.1)]
    [InlineData("max", "rel", 1.15, 1.0)]
    [InlineData("max", "abs", 1.05, 0.1)]
    [InlineData("max", "abs", 1.15, 1.0)]
    [InlineData("min", "abs", 0.95, 0.1)]
    [InlineData("min", "abs", 0.85, 1.0)]
    public void Plateau_EveryMode_TellsProgressByItsThreshold(string mode, string threshold, double second, double expected)
    {
        using var scope = NewDisposeScope();
        var optimizer = SGD([One()], 1.0);
        var scheduler = ReduceLROnPlateau(optimizer, mode, patience: 0, threshold: 0.1, threshold_mode: threshold);
        scheduler.step(1.0);
        scheduler.step(second);
        Assert.Equal(expected, optimizer.ParamGroups.Single().LearningRate, 1e-12);
    }

    [Fact]
    public void Sequential_AtItsMilestone_BeginsTheNextSchedule()
    {
        using var scope = NewDisposeScope();
        var optimizer = SGD([One()], 1.0);
        var scheduler = SequentialLR(optimizer, [ConstantLR(optimizer, 0.1, 2), ExponentialLR(optimizer, 0.5)], [3]);
        double[] expected = [0.1, 0.1, 1.0, 1.0, 0.5, 0.25];
        foreach (var rate in expected)
        {
            Assert.Equal(rate, optimizer.ParamGroups.Single().LearningRate, 1e-12);
            scheduler.step();
        }
        Assert.Throws<ArgumentException>(() => SequentialLR(optimizer, [ExponentialLR(optimizer)], [3]));
    }

    [Fact]
    public void Chained_Schedules_Multiply()
    {
        using var scope = NewDisposeScope();
        var optimizer = SGD([One()], 1.0);
        var scheduler = ChainedLR([ConstantLR(optimizer, 0.1, 2), ExponentialLR(optimizer, 0.5)]);
        double[] expected = [0.1, 0.05, 0.25, 0.125];
        foreach (var rate in expected)
        {
            Assert.Equal(rate, optimizer.ParamGroups.Single().LearningRate, 1e-12);
            scheduler.step();
        }
    }

    private static Parameter One() => new(zeros(1));
}
