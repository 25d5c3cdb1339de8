using System.Globalization;
using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace GymBridge.Agents.Checkpoints;

/// <summary>The JSON header of a safetensors file: what is where.</summary>
internal sealed class SafeTensorsHeader
{
    /// <summary>The Python package's own limit.</summary>
    public const int MaxBytes = 100_000_000;

    private const string Metadata = "__metadata__";
    private const int MaxDimensions = 64;

    // The order of the package's Dtype enumeration, of which TorchSharp has these; the file goes from the last to the first.
    private static readonly (string Code, ScalarType Type)[] Types =
    [
        ("BOOL", ScalarType.Bool), ("U8", ScalarType.Byte), ("I8", ScalarType.Int8), ("I16", ScalarType.Int16),
        ("F16", ScalarType.Float16), ("BF16", ScalarType.BFloat16), ("I32", ScalarType.Int32), ("F32", ScalarType.Float32),
        ("C64", ScalarType.ComplexFloat32), ("F64", ScalarType.Float64), ("I64", ScalarType.Int64),
    ];

    private SafeTensorsHeader(byte[] bytes, string[] names)
    {
        Bytes = bytes;
        Names = names;
    }

    public byte[] Bytes { get; }

    /// <summary>In the order of the data.</summary>
    public string[] Names { get; }

    public static SafeTensorsHeader Of(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.ContainsKey(Metadata))
        {
            throw new ArgumentException($"'{Metadata}' is the format's own key; give the tensor another name.", nameof(tensors));
        }

        string[] names =
        [
            .. tensors.OrderByDescending(entry => Rank(entry.Key, entry.Value.dtype))
                .ThenBy(entry => entry.Key, Comparer<string>.Create(CompareUtf8)).Select(entry => entry.Key),
        ];
        var json = new StringBuilder("{");
        if (metadata is not null)
        {
            json.Append('"').Append(Metadata).Append("\":{");
            json.AppendJoin(',', metadata.OrderBy(entry => entry.Key, Comparer<string>.Create(CompareUtf8)).Select(entry => $"{Quote(entry.Key)}:{Quote(entry.Value)}"));
            json.Append('}').Append(names.Length > 0 ? "," : string.Empty);
        }

        var at = 0L;
        for (var i = 0; i < names.Length; i++)
        {
            var tensor = tensors[names[i]];
            var end = at + (tensor.numel() * SizeOf(tensor.dtype));
            json.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? "," : string.Empty)}{Quote(names[i])}:{{\"dtype\":\"{Types[Rank(names[i], tensor.dtype)].Code}\",\"shape\":[{string.Join(',', tensor.shape)}],\"data_offsets\":[{at},{end}]}}");
            at = end;
        }

        var bytes = Encoding.UTF8.GetBytes(json.Append('}').ToString());
        var length = bytes.Length;
        Array.Resize(ref bytes, (length + 7) / 8 * 8);
        bytes.AsSpan(length).Fill((byte)' ');
        return new SafeTensorsHeader(bytes, names);
    }

    /// <summary>The entries in the order of their data; they cover it without gap or overlap.</summary>
    public static List<Entry> Parse(ReadOnlySpan<byte> header, long dataBytes)
    {
        if (header.IsEmpty || header[0] != (byte)'{')
        {
            throw Damaged("it does not start with '{'");
        }

        var entries = new List<Entry>();
        try
        {
            // The reader refuses text that is not UTF-8 only when it reads it; object, entry, shape is as deep as it goes.
            var reader = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = 3 });
            var names = new HashSet<string>(StringComparer.Ordinal);
            Expect(ref reader, JsonTokenType.StartObject);
            while (Key(ref reader) is { } name)
            {
                if (!names.Add(name))
                {
                    throw Damaged($"the name '{name}' appears twice");
                }

                if (name == Metadata)
                {
                    SkipTexts(ref reader);
                }
                else
                {
                    entries.Add(ReadEntry(ref reader, name));
                }
            }

            if (reader.Read())
            {
                throw Damaged("there is something behind the object");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The safetensors header is damaged: it is not JSON of the expected form ({e.Message})", e);
        }

        entries.Sort((a, b) => (a.Begin, a.End, a.Name).CompareTo((b.Begin, b.End, b.Name)));
        var at = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != at)
            {
                throw Damaged($"the data of '{entry.Name}' starts at {entry.Begin}, where {at} was expected");
            }

            at = entry.End;
        }

        return at == dataBytes
            ? entries
            : throw new InvalidDataException($"The tensors of the safetensors file take {at} bytes, but the file has {dataBytes}: it is truncated, or it has something behind its data.");
    }

    private static Entry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        string? code = null;
        long[]? shape = null;
        long[]? offsets = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (Key(ref reader) is { } key)
        {
            if (key switch { "dtype" => code is not null, "shape" => shape is not null, "data_offsets" => offsets is not null, _ => true })
            {
                throw Damaged($"'{name}' has an unknown or repeated key '{key}'");
            }

            if (key == "dtype")
            {
                Expect(ref reader, JsonTokenType.String);
                code = reader.GetString();
            }
            else if (key == "shape")
            {
                shape = Numbers(ref reader, MaxDimensions, name);
            }
            else
            {
                offsets = Numbers(ref reader, 2, name);
            }
        }

        if (code is null || shape is null || offsets is not [var begin, var end])
        {
            throw Damaged($"'{name}' needs dtype, shape and two data_offsets");
        }

        var type = TypeOf(code, name);
        Int128 bytes = SizeOf(type);
        Int128 extent = bytes;
        foreach (var size in shape)
        {
            // Strides are products of the sizes that are not zero: they must be numbers too.
            extent *= Math.Max(size, 1);
            bytes *= size;
            if (extent > long.MaxValue)
            {
                throw Damaged($"the shape [{string.Join(", ", shape)}] of '{name}' is too large");
            }
        }

        if (begin > end || end - begin != bytes)
        {
            throw Damaged($"'{name}' of {code} [{string.Join(", ", shape)}] takes {bytes} bytes, but its data_offsets are [{begin}, {end}]");
        }

        return end - begin <= int.MaxValue
            ? new Entry(name, type, shape, begin, end)
            : throw new NotSupportedException($"'{name}' takes {end - begin} bytes; one tensor may have {int.MaxValue}.");
    }

    private static ScalarType TypeOf(string code, string name)
    {
        foreach (var (known, type) in Types)
        {
            if (known == code)
            {
                return type;
            }
        }

        throw code is "U16" or "U32" or "U64" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" or "F8_E4M3FNUZ" or "F8_E5M2FNUZ" or "F6_E2M3" or "F6_E3M2" or "F4"
            ? new NotSupportedException($"'{name}' is {code}, which TorchSharp does not have; cast it before saving.")
            : Damaged($"'{name}' has the unknown dtype '{code}'");
    }

    private static int Rank(string name, ScalarType type)
    {
        var rank = Array.FindIndex(Types, entry => entry.Type == type);
        return rank >= 0 ? rank : throw new NotSupportedException($"'{name}' is {type}, which safetensors does not have; cast it before saving.");
    }

    private static int SizeOf(ScalarType type) => type switch
    {
        ScalarType.Bool or ScalarType.Byte or ScalarType.Int8 => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        _ => 8,
    };

    private static long[] Numbers(ref Utf8JsonReader reader, int most, string name)
    {
        var numbers = new List<long>();
        Expect(ref reader, JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0 || numbers.Count == most)
            {
                throw Damaged($"shape and data_offsets of '{name}' are at most {most} whole numbers from 0 on");
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static void SkipTexts(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        while (Key(ref reader) is not null)
        {
            Expect(ref reader, JsonTokenType.String);
            _ = reader.GetString();
        }
    }

    private static string? Key(ref Utf8JsonReader reader) => !reader.Read()
        ? throw Damaged("it ends too early")
        : reader.TokenType == JsonTokenType.EndObject ? null : reader.GetString();

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            throw Damaged($"it has {reader.TokenType} where {type} was expected");
        }
    }

    private static InvalidDataException Damaged(string what) => new($"The safetensors header is damaged: {what}.");

    /// <summary>Rust's order of texts: by their UTF-8 bytes, which is by code point.</summary>
    private static int CompareUtf8(string a, string b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b));

    /// <summary>A JSON text as serde_json writes it: nothing is escaped that need not be.</summary>
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>One tensor: bytes <see cref="Begin"/> to <see cref="End"/> of the data.</summary>
    public sealed record Entry(string Name, ScalarType ScalarType, long[] Shape, long Begin, long End);
}
