using System.Globalization;

namespace GymBridge.Agents.Options;

/// <summary>Collects what is wrong with a set of options, so that one error reports all of it.</summary>
internal sealed class OptionChecks
{
    // A layer of 2^16 units between two of its kind has 2^32 weights, 16 GiB: nothing that trains here is larger.
    private const int LargestLayer = 65_536;

    private readonly List<string> _faults = [];
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);

    public void AtLeast(string name, long value, long minimum) => Check(value >= minimum, name, value, $"at least {minimum}");

    public void Between(string name, long value, long minimum, long maximum) =>
        Check(value >= minimum && value <= maximum, name, value, $"between {minimum} and {maximum}");

    public void Defined<T>(string name, T value)
        where T : struct, Enum => Check(Enum.IsDefined(value), name, value, $"one of {string.Join(", ", Enum.GetNames<T>())}");

    public void Positive(string name, double value) => Check(value > 0 && double.IsFinite(value), name, value, "positive and finite");

    public void Finite(string name, double value) => Check(double.IsFinite(value), name, value, "finite");

    public void NotNegative(string name, double value) => Check(value >= 0 && double.IsFinite(value), name, value, "finite and not negative");

    public void InUnitInterval(string name, double value) => Check(value is >= 0 and <= 1, name, value, "between 0 and 1");

    public void Positive(string name, Schedule schedule)
    {
        // A line may end at zero: the last update is made before it gets there.
        Positive(name, schedule.Start);
        NotNegative(name, schedule.End);
    }

    public void InUnitInterval(string name, Schedule schedule)
    {
        InUnitInterval(name, schedule.Start);
        InUnitInterval(name, schedule.End);
    }

    /// <summary>A rule about several options together.</summary>
    public void That(bool isFine, string rule)
    {
        if (!isFine)
        {
            _faults.Add(rule);
        }
    }

    public void Sizes(string name, IReadOnlyList<int>? sizes) =>
        Check(
            sizes?.All(size => size is > 0 and <= LargestLayer) ?? false,
            name,
            sizes is null ? "null" : $"[{string.Join(", ", sizes)}]",
            $"between 1 and {LargestLayer} in every element");

    public void Throw(string algorithm)
    {
        if (_faults.Count > 0)
        {
            throw new ArgumentException($"{algorithm} cannot run with these options: {string.Join("; ", _faults)}.");
        }
    }

    /// <summary>A rule about one option; of the rules that it breaks the first is told.</summary>
    public void Check(bool isFine, string name, object value, string rule)
    {
        if (!isFine && _named.Add(name))
        {
            _faults.Add(string.Create(CultureInfo.InvariantCulture, $"{name} must be {rule}, got {value}"));
        }
    }
}
