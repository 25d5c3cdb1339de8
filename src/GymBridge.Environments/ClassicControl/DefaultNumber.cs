namespace GymBridge.Environments.ClassicControl;

/// <summary>Numbers whose defaults are ints in Gymnasium's source.</summary>
internal static class DefaultNumber
{
    /// <summary>The value of an attribute: an int where it is whole, as Gymnasium's default is.</summary>
    public static object Of(double value) => double.IsInteger(value) ? (object)(long)value : value;
}
