using GymBridge.Spaces;

namespace GymBridge.Server.Tests.Infrastructure;

/// <summary>An environment whose observations and actions are of all ten spaces; a step gives the action back.</summary>
internal sealed class SpacesEnv() : Env<Info, Info>(All, All)
{
    public static DictSpace All => new(
        ("text", new Text(8, 0)),
        ("tuple", new TupleSpace(new Box(-1, 1, [2], DType.Float64), new Discrete(5, -2))),
        ("binary", new MultiBinary([2, 2])),
        ("multi", new MultiDiscrete([3, 4])),
        ("sequence", new Sequence(new Box(0, 255, [2], DType.UInt8))),
        ("stacked", new Sequence(new Discrete(7), isStacked: true)),
        ("graph", new Graph(new Box(0, 1, [2]), new Discrete(3))),
        ("either", new OneOf(new Discrete(2), new Text(3))));

    protected override ResetResult<Info> OnReset(Info? options)
    {
        ObservationSpace.Seed(Rng.Integers(0L, 1000L));
        return new((Info)ObservationSpace.Sample(), Info.Empty);
    }

    protected override StepResult<Info> OnStep(Info action) => new(action, 1, false, false, Info.Empty);
}
