using GymBridge.Errors;

namespace GymBridge.Values;

/// <summary>Reads the parts of a saved state, which may come from a file or from the other side.</summary>
internal static class SnapshotFields
{
    /// <summary>A part that holds named values.</summary>
    /// <exception cref="SnapshotException">There is none.</exception>
    public static Info Info(Info state, string name, string owner) => Field(state, name, owner) as Info ?? throw Unfit(name, owner);

    /// <summary>A part that is a list.</summary>
    /// <exception cref="SnapshotException">There is none.</exception>
    public static IReadOnlyList<object?> List(Info state, string name, string owner) =>
        Field(state, name, owner) as IReadOnlyList<object?> ?? throw Unfit(name, owner);

    /// <summary>A part of a type, converted as Python's numbers are.</summary>
    /// <exception cref="SnapshotException">There is none, or it has another type.</exception>
    public static T Get<T>(Info state, string name, string owner)
    {
        try
        {
            return PythonValue.To<T>(Field(state, name, owner), $"'{name}' in the state of {owner}");
        }
        catch (ArgumentException error)
        {
            throw new SnapshotException(error.Message);
        }
    }

    /// <summary>A part of so many numbers.</summary>
    /// <exception cref="SnapshotException">There is none, or it is something else.</exception>
    public static double[] Numbers(Info state, string name, int count, string owner)
    {
        try
        {
            return PythonValue.ToNumbers(Field(state, name, owner), count, $"'{name}' in the state of {owner}");
        }
        catch (ArgumentException error)
        {
            throw new SnapshotException(error.Message);
        }
    }

    /// <summary>A part that is an array of one dimension.</summary>
    /// <exception cref="SnapshotException">There is none, or it has another type or length.</exception>
    public static T[] Array<T>(Info state, string name, int length, string owner)
        where T : unmanaged => Field(state, name, owner) is NDArray array && array.DType == DTypes.Of<T>() && array.Length == length
        ? array.ToArray<T>()
        : throw Unfit(name, owner);

    /// <summary>Says that a part is missing or has another form.</summary>
    public static SnapshotException Unfit(string name, string owner) =>
        new($"The state does not fit {owner}: '{name}' is missing, or is something else; restore what SaveState gave.");

    private static object? Field(Info state, string name, string owner) => state.TryGetValue(name, out var value) ? value : throw Unfit(name, owner);
}
