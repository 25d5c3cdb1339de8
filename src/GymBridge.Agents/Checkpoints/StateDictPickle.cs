using System.Buffers.Binary;
using System.Text;
using static TorchSharp.torch;

namespace GymBridge.Agents.Checkpoints;

/// <summary>Values that a tensor is a window on: entry <c>data/Key</c> of the archive.</summary>
internal sealed record PickledStorage(string Key, ScalarType Type, long Count);

/// <summary>A window on a storage; it lies inside it.</summary>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Sizes, long[] Strides);

/// <summary>
/// Reads the pickle of a state dict without executing it: tuples, dictionaries, texts, numbers and tensors are built, and any other
/// operation or global is refused.
/// </summary>
internal ref struct StateDictPickle
{
    private const int MaxDimensions = 64;

    private static readonly Dictionary<string, ScalarType> StorageTypes = new(StringComparer.Ordinal)
    {
        ["torch FloatStorage"] = ScalarType.Float32,
        ["torch DoubleStorage"] = ScalarType.Float64,
        ["torch HalfStorage"] = ScalarType.Float16,
        ["torch BFloat16Storage"] = ScalarType.BFloat16,
        ["torch LongStorage"] = ScalarType.Int64,
        ["torch IntStorage"] = ScalarType.Int32,
        ["torch ShortStorage"] = ScalarType.Int16,
        ["torch CharStorage"] = ScalarType.Int8,
        ["torch ByteStorage"] = ScalarType.Byte,
        ["torch BoolStorage"] = ScalarType.Bool,
        ["torch ComplexFloatStorage"] = ScalarType.ComplexFloat32,
    };

    private readonly Dictionary<int, object?> _memo = [];
    private readonly Stack<int> _marks = new();
    private readonly List<object?> _stack = [];
    private ReadOnlySpan<byte> _rest;

    private StateDictPickle(ReadOnlySpan<byte> pickle) => _rest = pickle;

    private enum Function
    {
        RebuildTensor,
        RebuildParameter,
        OrderedDict,
    }

    /// <summary>The tensors by name, in the order of the file.</summary>
    /// <exception cref="InvalidDataException">The pickle is something else than a dictionary of tensors.</exception>
    public static List<(string Name, PickledTensor Tensor)> Read(ReadOnlySpan<byte> pickle)
    {
        var result = new StateDictPickle(pickle).Run();
        if (result is not List<(object? Key, object? Value)> items)
        {
            throw Refused($"it holds {Describe(result)} where a dictionary of tensors was expected");
        }

        var tensors = new List<(string, PickledTensor)>(items.Count);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in items)
        {
            if (key is not string name || value is not PickledTensor tensor)
            {
                throw Refused($"entry '{Describe(key)}' is {Describe(value)}; save the state_dict alone: torch.save(model.state_dict(), path)");
            }

            if (!names.Add(name))
            {
                throw Refused($"'{name}' appears twice");
            }

            tensors.Add((name, tensor));
        }

        return tensors;
    }

    public static int SizeOf(ScalarType type) => type switch
    {
        ScalarType.Bool or ScalarType.Byte or ScalarType.Int8 => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        _ => 8,
    };

    private object? Run()
    {
        while (true)
        {
            // The names are those of Python's pickle.py.
            var operation = Byte();
            switch (operation)
            {
                case 0x80: // PROTO
                    var protocol = Byte();
                    if (protocol != 2)
                    {
                        throw Refused($"its protocol is {protocol}; torch.save writes 2");
                    }

                    break;
                case (byte)'.': // STOP
                    return _stack.Count == 1 && _marks.Count == 0 ? _stack[0] : throw Refused("it ends with more or less than one value");
                case (byte)'(': // MARK
                    _marks.Push(_stack.Count);
                    break;
                case (byte)'}': // EMPTY_DICT
                    _stack.Add(new List<(object?, object?)>());
                    break;
                case (byte)')': // EMPTY_TUPLE
                    _stack.Add(Array.Empty<object?>());
                    break;
                case (byte)'t': // TUPLE
                    _stack.Add(PopToMark());
                    break;
                case 0x85 or 0x86 or 0x87: // TUPLE1, TUPLE2, TUPLE3
                    _stack.Add(Pop(operation - 0x84));
                    break;
                case (byte)'N': // NONE
                    _stack.Add(null);
                    break;
                case 0x88: // NEWTRUE
                    _stack.Add(true);
                    break;
                case 0x89: // NEWFALSE
                    _stack.Add(false);
                    break;
                case (byte)'K': // BININT1
                    _stack.Add((long)Byte());
                    break;
                case (byte)'M': // BININT2
                    _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)));
                    break;
                case (byte)'J': // BININT
                    _stack.Add((long)Int32());
                    break;
                case 0x8A: // LONG1
                    _stack.Add(Long());
                    break;
                case (byte)'X': // BINUNICODE
                    _stack.Add(Text(Int32()));
                    break;
                case (byte)'q': // BINPUT
                    _memo[Byte()] = Top();
                    break;
                case (byte)'r': // LONG_BINPUT
                    _memo[Int32()] = Top();
                    break;
                case (byte)'h': // BINGET
                    _stack.Add(Recall(Byte()));
                    break;
                case (byte)'j': // LONG_BINGET
                    _stack.Add(Recall(Int32()));
                    break;
                case (byte)'c': // GLOBAL
                    _stack.Add(Global());
                    break;
                case (byte)'Q': // BINPERSID
                    _stack.Add(Storage(Pop(1)[0]));
                    break;
                case (byte)'R': // REDUCE
                    var call = Pop(2);
                    _stack.Add(Call(call[0], call[1]));
                    break;
                case (byte)'s': // SETITEM
                    SetItems(Pop(2));
                    break;
                case (byte)'u': // SETITEMS
                    SetItems(PopToMark());
                    break;
                case (byte)'b': // BUILD: attributes of a dictionary, such as _metadata; they are no part of its items.
                    Pop(1);
                    _ = Top() as List<(object?, object?)> ?? throw Refused("it sets attributes of something else than a dictionary");
                    break;
                default:
                    throw Refused($"it has the operation 0x{operation:X2}, which builds no state dict");
            }
        }
    }

    private static object? Call(object? function, object? arguments) => (function, arguments) switch
    {
        (Function.OrderedDict, object?[] { Length: 0 }) => new List<(object?, object?)>(),
        (Function.RebuildParameter, object?[] { Length: 3 } a) when a[0] is PickledTensor data => data,
        (Function.RebuildTensor, object?[] { Length: 6 or 7 } a) when a[0] is PickledStorage storage
            && a[1] is long offset
            && a[2] is object?[] sizes
            && a[3] is object?[] strides =>
            Tensor(storage, offset, Longs(sizes), Longs(strides)),
        _ => throw Refused($"it calls {Describe(function)} with {Describe(arguments)}"),
    };

    private static PickledTensor Tensor(PickledStorage storage, long offset, long[] sizes, long[] strides)
    {
        if (sizes.Length != strides.Length || offset < 0)
        {
            throw Refused($"a tensor has {sizes.Length} sizes, {strides.Length} strides and offset {offset}");
        }

        Int128 count = 1;
        Int128 extent = 1;
        Int128 last = offset;
        for (var i = 0; i < sizes.Length; i++)
        {
            count *= sizes[i];
            extent *= Math.Max(sizes[i], 1);
            last += (Int128)Math.Max(sizes[i] - 1, 0) * strides[i];
            if (extent > long.MaxValue / 8)
            {
                throw Refused($"a tensor has the shape [{string.Join(", ", sizes)}]");
            }
        }

        // A stride of 0 would make a large tensor of a small storage.
        return count == 0 || (last < storage.Count && count <= storage.Count)
            ? new PickledTensor(storage, offset, sizes, strides)
            : throw Refused($"a tensor of shape [{string.Join(", ", sizes)}], strides [{string.Join(", ", strides)}] and offset {offset} reaches outside its storage of {storage.Count}");
    }

    private static PickledStorage Storage(object? id) =>
        id is object?[] { Length: 5 } parts && parts[0] is "storage" && parts[1] is ScalarType type && parts[2] is string key && parts[4] is long and >= 0 and var count
            ? new PickledStorage(key, type, count)
            : throw Refused($"its persistent id is {Describe(id)}");

    private static long[] Longs(object?[] values) => values.Length <= MaxDimensions && values.All(value => value is long and >= 0)
        ? [.. values.Select(value => (long)value!)]
        : throw Refused($"sizes and strides are at most {MaxDimensions} whole numbers from 0 on");

    private static string Describe(object? value) => value switch
    {
        null => "None",
        string text => text.Length <= 80 ? text : text[..80] + "...",
        object?[] tuple => $"a tuple of {tuple.Length}",
        List<(object?, object?)> => "a dictionary",
        PickledTensor => "a tensor",
        PickledStorage => "a storage",
        ScalarType => "a storage type",
        _ => value.ToString()!,
    };

    private static InvalidDataException Refused(string what) => new($"The pickle is no state dict, or it is damaged: {what}.");

    private object Global()
    {
        var name = $"{Line()} {Line()}";
        return name switch
        {
            "collections OrderedDict" => Function.OrderedDict,
            "torch._utils _rebuild_tensor_v2" => Function.RebuildTensor,
            "torch._utils _rebuild_parameter" => Function.RebuildParameter,
            _ => StorageTypes.TryGetValue(name, out var type) ? type : throw Refused($"it asks for '{name}', which is not known to be harmless"),
        };
    }

    private readonly void SetItems(object?[] items)
    {
        if (Top() is not List<(object?, object?)> dictionary || items.Length % 2 != 0)
        {
            throw Refused("it sets items of something else than a dictionary");
        }

        for (var i = 0; i < items.Length; i += 2)
        {
            dictionary.Add((items[i], items[i + 1]));
        }
    }

    private readonly object? Recall(int index) =>
        _memo.TryGetValue(index, out var value) ? value : throw Refused($"it recalls value {index} before storing it");

    private readonly object? Top() =>
        _stack.Count > (_marks.TryPeek(out var mark) ? mark : 0) ? _stack[^1] : throw Refused("it takes a value that is not there");

    private readonly object?[] PopToMark() =>
        _marks.TryPop(out var mark) ? Pop(_stack.Count - mark) : throw Refused("it takes values back to a mark that is not there");

    private readonly object?[] Pop(int count)
    {
        var start = _stack.Count - count;
        if (start < (_marks.TryPeek(out var mark) ? mark : 0))
        {
            throw Refused("it takes a value that is not there");
        }

        var values = _stack.GetRange(start, count).ToArray();
        _stack.RemoveRange(start, count);
        return values;
    }

    private byte Byte() => Bytes(1)[0];

    private int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    private long Long()
    {
        var bytes = Bytes(Byte());
        if (bytes.Length > sizeof(long))
        {
            throw Refused($"it has a number of {bytes.Length} bytes");
        }

        long value = bytes.Length > 0 && (bytes[^1] & 0x80) != 0 ? -1 : 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return value;
    }

    private string Text(int length) => length >= 0 ? Encoding.UTF8.GetString(Bytes(length)) : throw Refused("it has a text longer than 2 GiB");

    private string Line()
    {
        var end = _rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            throw Refused("it ends too early");
        }

        var line = Encoding.UTF8.GetString(_rest[..end]);
        _rest = _rest[(end + 1)..];
        return line;
    }

    private ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > _rest.Length)
        {
            throw Refused("it ends too early");
        }

        var bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }
}
