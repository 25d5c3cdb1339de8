namespace GymBridge.Environments.ClassicControl;

/// <summary>Position and velocity of the cart (m, m/s), angle and angular velocity of the pole (rad, rad/s).</summary>
internal readonly record struct CartPoleState(double X, double XDot, double Theta, double ThetaDot);
