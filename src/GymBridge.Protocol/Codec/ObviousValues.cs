using System.Collections;
using System.Globalization;

namespace GymBridge.Protocol.Codec;

/// <summary>.NET values that are none of those an <see cref="Info"/> documents, and yet have one obvious Python form.</summary>
internal static class ObviousValues
{
    /// <summary>The value in a form that can be carried.</summary>
    public static bool TryConvert(object value, out object? converted)
    {
        converted = value switch
        {
            sbyte or byte or short or ushort or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
            ulong number => new System.Numerics.BigInteger(number),
            Enum number => Convert.ToInt64(number, CultureInfo.InvariantCulture),
            char letter => letter.ToString(),
            decimal or Guid or TimeSpan or Uri => Convert.ToString(value, CultureInfo.InvariantCulture) ?? value.ToString(),
            DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
            DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
            DateOnly date => date.ToString("O", CultureInfo.InvariantCulture),
            TimeOnly time => time.ToString("O", CultureInfo.InvariantCulture),
            FileSystemInfo file => file.ToString(),
            Array array when DTypes.TryOf(array.GetType().GetElementType()!, out var dtype) => ToArray(array, dtype),
            IDictionary dictionary => ToDict(dictionary),
            IReadOnlyDictionary<string, object?> dictionary => ToInfo(dictionary),
            IEnumerable items => new List<object?>(items.Cast<object?>()),
            _ => null,
        };
        return converted is not null;
    }

    private static NDArray ToArray(Array array, DType dtype)
    {
        var shape = Enumerable.Range(0, array.Rank).Select(array.GetLength).ToArray();
        var copy = new NDArray(dtype, shape);
        var bytes = copy.Length * dtype.ItemSize();
        var source = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan(
            ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(array), bytes);
        source.CopyTo(copy.Bytes);
        return copy;
    }

    private static OrderedDictionary<object, object?> ToDict(IDictionary dictionary)
    {
        var dict = new OrderedDictionary<object, object?>();
        foreach (DictionaryEntry entry in dictionary)
        {
            dict[entry.Key] = entry.Value;
        }

        return dict;
    }

    private static Info ToInfo(IReadOnlyDictionary<string, object?> dictionary)
    {
        var info = new Info();
        foreach (var (key, value) in dictionary)
        {
            info[key] = value;
        }

        return info;
    }
}
