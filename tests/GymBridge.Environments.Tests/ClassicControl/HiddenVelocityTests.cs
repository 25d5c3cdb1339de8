using GymBridge.Seeding;
using GymBridge.Wrappers;

namespace GymBridge.Environments.Tests.ClassicControl;

/// <summary>CartPole without velocities is not Markov; a stack of frames brings them back.</summary>
public class HiddenVelocityTests
{
    private const double SecondsPerStep = 0.02;

    [Fact]
    public void FrameStack_OfTwoPositions_GivesTheVelocityOfTheStepBefore()
    {
        var registry = EnvironmentCatalog.CreateRegistry();
        using var whole = registry.Make<float[], long>("CartPole-v1");
        using var positions = registry.Make<float[], long>("CartPoleNoVel-v1").FrameStack(2);
        var (before, rng) = (whole.Reset(7).Observation, new Rng(7));
        positions.ResetObject(7);
        for (var t = 0; t < 200; t++)
        {
            var action = rng.Choice(2L);
            var after = whole.Step(action);
            var frames = ((NDArray)positions.StepObject(action).Observation).ToArray<float>();
            Assert.Equal([0f, 0f, 0f, 0f], [frames[1], frames[3], frames[5], frames[7]]);
            foreach (var i in (int[])[0, 2])
            {
                // Positions in float32, divided by 0.02.
                Assert.Equal(before[i + 1], (frames[4 + i] - frames[i]) / SecondsPerStep, 1e-4);
            }

            before = after.Observation;
            if (after.Ended)
            {
                before = whole.Reset().Observation;
                positions.ResetObject();
            }
        }
    }
}
