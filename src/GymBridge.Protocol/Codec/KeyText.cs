using System.Globalization;

namespace GymBridge.Protocol.Codec;

/// <summary>Keys of Python's dicts as text, for a dict whose keys are strings: 1, True, (1, 'a').</summary>
internal static class KeyText
{
    /// <summary>The text of a key; a string is its own.</summary>
    public static string Of(object key) => key as string ?? Literal(key);

    private static string Literal(object? key) => key switch
    {
        null => "None",
        string text => $"'{text}'",
        TupleValue { Items: [var single] } => $"({Literal(single)},)",
        TupleValue tuple => $"({string.Join(", ", tuple.Items.Select(Literal))})",
        NumPyScalar scalar => Literal(scalar.Item),
        _ => Convert.ToString(key, CultureInfo.InvariantCulture) ?? string.Empty,
    };
}
