using GymBridge.Protocol.Errors;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Codec;

/// <summary>Between the values of infos, options, keyword arguments and attributes and their message. Python types survive.</summary>
/// <remarks>
/// The .NET types are those that <see cref="Info"/> documents. Reading gives them back with these normal forms: every int in 64
/// bits is a <see cref="long"/>, a larger one a <see cref="System.Numerics.BigInteger"/>; <c>np.float32</c> is a
/// <see cref="float"/>; a dict whose keys are all strings, also an empty one, is an <see cref="Info"/>. Writing also takes what has
/// an obvious form: other integer types and enums as int, arrays of numbers, lists and dictionaries, times and ids as text.
/// </remarks>
internal static class ValueCodec
{
    /// <summary>The message of a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">What the value is, for the path in an error: <c>info['a'][2]</c>.</param>
    /// <param name="sharesArrays">True: arrays and bytes are not copied; they must not change until the message is serialized.</param>
    /// <exception cref="NotSupportedException">A value cannot be carried: its type, its depth or the number of items.</exception>
    public static Wire.Value Encode(object? value, string name = "value", bool sharesArrays = false) =>
        new ValueWriter(name, sharesArrays).Write(value);

    /// <summary>The value of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="name">What the value is, for the path in an error.</param>
    /// <param name="budget">What its spaces may take; null: as much as one message.</param>
    /// <exception cref="ProtocolException">The message holds no value, or exceeds depth, number of items or budget.</exception>
    public static object? Decode(Wire.Value message, string name = "value", SpaceBudget? budget = null) =>
        new ValueReader(name, budget ?? new SpaceBudget(ProtocolConstants.MaxSpaceBytes)).Read(message);

    /// <summary>The dict with string keys of a message; null (absent or None) is null.</summary>
    /// <exception cref="ProtocolException">The value is no such dict.</exception>
    public static Info? DecodeInfo(Wire.Value? message, string name, SpaceBudget? budget = null) =>
        message is null ? null : Decode(message, name, budget) switch
        {
            null => null,
            Info info => info,
            var other => throw new ProtocolException($"{name} must be a dict with string keys, got {(other is System.Collections.IDictionary ? "other keys" : PythonTypeName.Of(other))}.") { Reason = ErrorReasons.BadValue },
        };

    /// <summary>The info of a reply; null (absent or None) is null.</summary>
    /// <remarks>Python has keys of any kind, such as the numbers of agents, and no info may fail a step: those that are no text become it, as
    /// Python writes them.</remarks>
    /// <exception cref="ProtocolException">The value is no dict.</exception>
    public static Info? DecodeReplyInfo(Wire.Value? message, string name) =>
        message is null ? null : new ValueReader(name, new SpaceBudget(ProtocolConstants.MaxSpaceBytes), writesNone: true).Read(message) switch
        {
            null => null,
            Info info => info,
            OrderedDictionary<object, object?> dict => WithTextKeys(dict),
            var other => throw new ProtocolException($"{name} must be a dict, got {PythonTypeName.Of(other)}.") { Reason = ErrorReasons.BadValue },
        };

    // A key that is text keeps its name, whatever the others become.
    private static Info WithTextKeys(OrderedDictionary<object, object?> dict)
    {
        var info = new Info();
        foreach (var (key, value) in dict)
        {
            var text = KeyText.Of(key);
            while (key is not string && (info.ContainsKey(text) || dict.ContainsKey(text)))
            {
                text += "'";
            }

            info[text] = value;
        }

        return info;
    }
}
