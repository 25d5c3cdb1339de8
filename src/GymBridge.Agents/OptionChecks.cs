using System.Globalization;

namespace GymBridge.Agents;

/// <summary>Collects what is wrong with a set of options, so that one error reports all of it.</summary>
internal sealed class OptionChecks
{
    private readonly List<string> _faults = [];

    public void AtLeast(string name, long value, long minimum) => Check(value >= minimum, name, value, $"at least {minimum}");

    public void Positive(string name, double value) => Check(value > 0 && double.IsFinite(value), name, value, "positive and finite");

    public void NotNegative(string name, double value) => Check(value >= 0 && double.IsFinite(value), name, value, "finite and not negative");

    public void InUnitInterval(string name, double value) => Check(value is >= 0 and <= 1, name, value, "between 0 and 1");

    public void Sizes(string name, IReadOnlyList<int> sizes) =>
        Check(sizes.All(size => size > 0), name, $"[{string.Join(", ", sizes)}]", "positive in every element");

    public void Throw(string algorithm)
    {
        if (_faults.Count > 0)
        {
            throw new ArgumentException($"{algorithm} cannot run with these options: {string.Join("; ", _faults)}.");
        }
    }

    private void Check(bool isFine, string name, object value, string rule)
    {
        if (!isFine)
        {
            _faults.Add(string.Create(CultureInfo.InvariantCulture, $"{name} must be {rule}, got {value}"));
        }
    }
}
