namespace GymBridge.Environments.ClassicControl;

/// <summary>The physics of one cart and pole, which attributes may change; the names are Gymnasium's.</summary>
/// <remarks>As in Gymnasium the sums and products stay as they were made when a part of them is set.</remarks>
internal sealed class CartPoleParameters
{
    /// <summary>Those of every cart and pole until an attribute is set; never changed.</summary>
    public static CartPoleParameters Default { get; } = new();

    public double Gravity { get; set; } = CartPoleDynamics.Gravity;

    public double CartMass { get; set; } = 1.0; // kilograms; in TotalMass

    public double PoleMass { get; set; } = CartPoleDynamics.PoleMass;

    public double TotalMass { get; set; } = CartPoleDynamics.TotalMass;

    public double PoleHalfLength { get; set; } = CartPoleDynamics.PoleHalfLength;

    public double PoleMassLength { get; set; } = CartPoleDynamics.PoleMassLength;

    public double ForceMagnitude { get; set; } = CartPoleDynamics.ForceMagnitude;

    public double Tau { get; set; } = CartPoleDynamics.Tau;

    public string Integrator { get; set; } = "euler";

    public double XThreshold { get; set; } = CartPoleDynamics.XThreshold;

    public double ThetaThreshold { get; set; } = CartPoleDynamics.ThetaThreshold;

    public bool IsEuler => ReferenceEquals(Integrator, "euler") || Integrator == "euler";

    public void Declare(AttributeTable attributes) => attributes
        .Add<double>("gravity", () => Gravity, value => Gravity = value)
        .Add<double>("masscart", () => CartMass, value => CartMass = value)
        .Add<double>("masspole", () => PoleMass, value => PoleMass = value)
        .Add<double>("total_mass", () => TotalMass, value => TotalMass = value)
        .Add<double>("length", () => PoleHalfLength, value => PoleHalfLength = value)
        .Add<double>("polemass_length", () => PoleMassLength, value => PoleMassLength = value)
        .Add<double>("force_mag", () => ForceMagnitude, value => ForceMagnitude = value)
        .Add<double>("tau", () => Tau, value => Tau = value)
        .Add<string>("kinematics_integrator", () => Integrator, value => Integrator = value)
        .Add<double>("theta_threshold_radians", () => ThetaThreshold, value => ThetaThreshold = value)
        .Add<double>("x_threshold", () => XThreshold, value => XThreshold = value);
}
