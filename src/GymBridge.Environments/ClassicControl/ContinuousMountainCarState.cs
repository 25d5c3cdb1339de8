namespace GymBridge.Environments.ClassicControl;

/// <summary>Position and velocity of the car (m, m/s), and whether they are float32.</summary>
/// <remarks>Gymnasium's state is float64 after a reset and float32 after a step, and NumPy 2 computes accordingly.</remarks>
internal readonly record struct ContinuousMountainCarState(double Position, double Velocity, bool IsSingle);
