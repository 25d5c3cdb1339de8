using System.Globalization;
using System.Numerics;
using GymBridge.Values;

namespace GymBridge.Environments.ClassicControl;

/// <summary>Reads the numbers that classic control environments take as reset options.</summary>
/// <remarks>Source: <c>gymnasium/envs/classic_control/utils.py</c> 1.4.0.</remarks>
internal static class ResetOptions
{
    /// <summary>The bounds of the start state from the options <c>low</c> and <c>high</c>.</summary>
    /// <exception cref="ArgumentException">A bound is no number, or low is above high.</exception>
    public static (double Low, double High) Bounds(Info? options, double defaultLow, double defaultHigh)
    {
        var low = Number(options, "low", defaultLow);
        var high = Number(options, "high", defaultHigh);
        return low > high
            ? throw new ArgumentException($"Lower bound ({PythonText.Repr(low)}) must be lower than higher bound ({PythonText.Repr(high)}).")
            : (low, high);
    }

    /// <summary>One option as a number; its default if it is not there.</summary>
    /// <exception cref="ArgumentException">The option is no number.</exception>
    public static double Number(Info? options, string name, double defaultValue)
    {
        if (options is null || !options.TryGetValue(name, out var value))
        {
            return defaultValue;
        }

        return value switch
        {
            double number => number,
            float number => number,
            bool flag => flag ? 1 : 0,
            int or long => Convert.ToDouble(value, CultureInfo.InvariantCulture),
            BigInteger number => (double)number,
            NumPyScalar scalar => Convert.ToDouble(scalar.Item, CultureInfo.InvariantCulture),
            NDArray { Length: 1 } array => Convert.ToDouble(array.GetItem(0), CultureInfo.InvariantCulture),
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw new ArgumentException(
                $"An option ({value switch { string text => text, NDArray array => NumPyText.Format(array), _ => PythonText.Repr(value) }}) could not be converted to a float."),
        };
    }
}
