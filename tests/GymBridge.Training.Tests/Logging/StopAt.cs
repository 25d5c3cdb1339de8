using GymBridge.Agents;

namespace GymBridge.Training.Tests.Logging;

/// <summary>Ends a run after the update that reaches a number of timesteps, as a kill or Ctrl-C would.</summary>
internal sealed class StopAt(long timesteps) : TrainingCallback
{
    public override bool OnUpdate(Algorithm algorithm, UpdateReport report) => report.Timesteps < timesteps;
}
