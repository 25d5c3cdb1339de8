using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Server.Tests.Infrastructure;

/// <summary>Lanes that write their observations before they wait at the gate, and keep the column for longer than they should.</summary>
internal sealed class ColumnEnv(Probe probe, VectorEnvArguments lanes)
    : VectorEnv(lanes.NumEnvs, new Box(double.NegativeInfinity, double.PositiveInfinity, [2]), new Discrete(20), lanes.AutoresetMode)
{
    private int _writes;

    protected override void OnReset(VectorStep result, ReadOnlySpan<Seed?> seeds, ReadOnlySpan<bool> mask, Info? options)
    {
        _writes++;
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (mask.IsEmpty || mask[lane])
            {
                Write(result, lane);
            }
        }
    }

    protected override void OnStep(Columns actions, VectorStep result)
    {
        _writes++;
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            Write(result, lane);
        }

        if (actions[0].AsSpan<long>()[0] == ProbeEnv.WaitAtGate)
        {
            probe.Entered.Release();
            probe.Gate.Wait();
        }
    }

    protected override void OnClose() => Interlocked.Increment(ref probe.Disposed);

    private void Write(VectorStep result, int lane)
    {
        probe.Column = result.Observations[0];
        probe.Column.AsSpan<float>().Slice(2 * lane, 2).Fill((100 * _writes) + lane);
    }
}
