namespace GymBridge.Values;

/// <summary>Converts values that came from Python to what C# code wants, as Python's own number tower allows.</summary>
internal static class PythonValue
{
    /// <summary>The value as another type: an int where a float is wanted, a NumPy scalar where a number is.</summary>
    /// <param name="value">A value that an <see cref="Info"/> can hold.</param>
    /// <param name="what">What is converted, for the message: "Keyword argument 'g'".</param>
    /// <exception cref="ArgumentException">The value has another type.</exception>
    public static T To<T>(object? value, string what) => (value is NumPyScalar scalar && typeof(T) != typeof(NumPyScalar) ? scalar.Item : value) switch
    {
        T typed => typed,
        null when default(T) is null => default!,
        float number when typeof(T) == typeof(double) => (T)(object)(double)number,
        long number when typeof(T) == typeof(double) => (T)(object)(double)number,
        int number when typeof(T) == typeof(double) => (T)(object)(double)number,
        int number when typeof(T) == typeof(long) => (T)(object)(long)number,
        bool flag when typeof(T) == typeof(double) => (T)(object)(flag ? 1.0 : 0.0),
        long number when typeof(T) == typeof(int) => (T)(object)checked((int)number),
        _ => throw new ArgumentException($"{what} must be of type {typeof(T).Name}, got {value ?? "None"} ({value?.GetType().Name ?? "None"})."),
    };

    /// <summary>A copy that shares nothing that can change with the value.</summary>
    /// <param name="value">A value that an <see cref="Info"/> can hold.</param>
    public static object? DeepCopy(object? value)
    {
        switch (value)
        {
            case Info info:
                var copy = new Info();
                foreach (var (key, item) in info)
                {
                    copy[key] = DeepCopy(item);
                }

                return copy;
            case NDArray array:
                return array.Clone();
            case NumPyScalar scalar:
                return new NumPyScalar(scalar.Value.Clone());
            case TupleValue tuple:
                return new TupleValue([.. tuple.Select(DeepCopy)]);
            case byte[] bytes:
                return bytes.Clone();
            case OrderedDictionary<object, object?> dict:
                var dictCopy = new OrderedDictionary<object, object?>();
                foreach (var (key, item) in dict)
                {
                    dictCopy[key] = DeepCopy(item);
                }

                return dictCopy;
            case IReadOnlyList<object?> list:
                return list.Select(DeepCopy).ToList();
            default:
                return value;
        }
    }

    /// <summary>The numbers of an array, list or tuple.</summary>
    /// <param name="value">A one-dimensional array of floats or integers, or a list or tuple of numbers.</param>
    /// <param name="count">How many there must be.</param>
    /// <param name="what">What is converted, for the message.</param>
    /// <exception cref="ArgumentException">The value is something else, or has another length.</exception>
    public static double[] ToNumbers(object? value, int count, string what)
    {
        var items = value switch
        {
            NDArray { Shape.Length: 1 } array => [.. Enumerable.Range(0, array.Length).Select(array.GetItem)],
            IReadOnlyList<object?> list => list,
            _ => throw new ArgumentException($"{what} must be an array, list or tuple of {count} numbers, got {PythonText.Repr(value)}."),
        };
        return items.Count == count
            ? [.. items.Select(item => To<double>(item, what))]
            : throw new ArgumentException($"{what} must hold {count} numbers, got {items.Count}.");
    }
}
