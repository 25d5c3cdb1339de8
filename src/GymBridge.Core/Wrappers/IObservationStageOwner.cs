namespace GymBridge.Wrappers;

/// <summary>A wrapper around a vector environment whose work on observations can be done without it.</summary>
internal interface IObservationStageOwner
{
    /// <summary>What it does to observations.</summary>
    IObservationStage Stage { get; }
}
