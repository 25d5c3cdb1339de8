using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using GymBridge.Agents.Randomness;
using GymBridge.Seeding;
using GymBridge.Shared;
using static TorchSharp.torch;

namespace GymBridge.Agents.Checkpoints;

/// <summary>The state of a run on its way into a checkpoint or out of it: one method of an algorithm describes both ways.</summary>
/// <remarks>Each call names a part of the state. While saving it stores the present value; while loading it puts the stored value in its
/// place. Names are unique. The file is a zip; a digest of every part is checked before it is used.</remarks>
public sealed class StateArchive
{
    private const string NumbersEntry = "numbers.json";
    private const string DigestsEntry = "digests.json";

    private readonly ZipArchive _zip;
    private readonly JsonObject _numbers;
    private readonly JsonObject _digests;
    private readonly Action<string> _warn;
    private string _prefix = string.Empty;

    private StateArchive(ZipArchive zip, bool isLoading, JsonObject numbers, JsonObject digests, Action<string> warn)
    {
        (_zip, IsLoading, _numbers, _digests, _warn) = (zip, isLoading, numbers, digests, warn);
    }

    /// <summary>Whether stored values replace present ones.</summary>
    public bool IsLoading { get; }

    /// <summary>A whole number.</summary>
    /// <param name="name">Name of the part.</param>
    /// <param name="value">The present value.</param>
    /// <returns>The present value while saving, the stored one while loading.</returns>
    public long Number(string name, long value) => long.Parse(Word(name, value.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

    /// <summary>A whole number that files of older versions lack.</summary>
    /// <param name="name">Name of the part.</param>
    /// <param name="value">The present value.</param>
    /// <param name="older">What holds for such a file.</param>
    /// <returns>The present value while saving, the stored one while loading.</returns>
    internal long Number(string name, long value, long older) => IsLoading && !_numbers.ContainsKey(_prefix + name) ? older : Number(name, value);

    /// <summary>A floating-point number, to the bit.</summary>
    /// <param name="name">Name of the part.</param>
    /// <param name="value">The present value.</param>
    /// <returns>The present value while saving, the stored one while loading.</returns>
    public double Real(string name, double value) => double.Parse(Word(name, value.ToString("R", CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

    /// <summary>The numbers of an array, whose length stays what it is.</summary>
    /// <exception cref="InvalidDataException">The stored array has another length.</exception>
    public void Array<T>(string name, T[] values)
        where T : unmanaged => Span(name, MemoryMarshal.AsBytes(values.AsSpan()));

    /// <summary>Bytes whose number stays what it is.</summary>
    /// <exception cref="InvalidDataException">The stored part has another length.</exception>
    public void Span(string name, Span<byte> bytes)
    {
        if (IsLoading)
        {
            ReadExactly(name, bytes);
        }
        else
        {
            Write(name, bytes);
        }
    }

    /// <summary>Bytes of any number up to a limit.</summary>
    /// <returns>The present bytes while saving, the stored ones while loading.</returns>
    /// <exception cref="InvalidDataException">The stored part is longer than the limit.</exception>
    public IReadOnlyList<byte> Bytes(string name, List<byte> bytes, long limit)
    {
        if (!IsLoading)
        {
            Write(name, CollectionsMarshal.AsSpan(bytes));
            return bytes;
        }

        return ReadAll(name, limit);
    }

    /// <summary>Rows of bytes that are too many to hold twice.</summary>
    /// <exception cref="InvalidDataException">The stored rows are another number, or damaged.</exception>
    internal void Rows(string name, long count, int rowBytes, RowOf row)
    {
        name = _prefix + name;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (IsLoading && Entry(name).Length != count * rowBytes)
        {
            throw new InvalidDataException($"'{name}' of the checkpoint has {Entry(name).Length} bytes where {count * rowBytes} belong.");
        }

        using (var stream = IsLoading ? Entry(name).Open() : _zip.CreateEntry(name, CompressionLevel.Fastest).Open())
        {
            for (var i = 0L; i < count; i++)
            {
                var bytes = row(i);
                if (IsLoading)
                {
                    stream.ReadExactly(bytes);
                }
                else
                {
                    stream.Write(bytes);
                }

                hash.AppendData(bytes);
            }
        }

        var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (!IsLoading)
        {
            _digests.Add(name, digest);
        }
        else if (_digests[name]?.ToString() != digest)
        {
            throw Damaged(name);
        }
    }

    /// <summary>The bytes of a row.</summary>
    internal delegate Span<byte> RowOf(long row);

    /// <summary>The state of a random stream.</summary>
    public void Stream(string name, Rng stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var words = Words(stream.State);
        Array($"streams/{name}", words);
        if (IsLoading)
        {
            stream.State = State(words);
        }
    }

    /// <summary>The states of the streams of all lanes.</summary>
    public void Streams(string name, LaneStreams streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        var words = Enumerable.Range(0, streams.Lanes).SelectMany(lane => Words(streams[lane].State)).ToArray();
        Array($"streams/{name}", words);
        for (var lane = 0; IsLoading && lane < streams.Lanes; lane++)
        {
            streams[lane].State = State(words.AsSpan(lane * StateWords, StateWords));
        }
    }

    /// <summary>The state of an optimizer: step counts, averages, learning rates.</summary>
    /// <exception cref="NotSupportedException">Its state cannot be saved.</exception>
    public void Optimizer(string name, optim.Optimizer optimizer)
    {
        const long Most = 1L << 34;
        var entry = $"optimizers/{name}";
        if (!IsLoading)
        {
            using var buffer = new MemoryStream();
            OptimizerState.Save(optimizer, buffer);
            Write(entry, buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
            return;
        }

        using var stored = new MemoryStream(ReadAll(entry, Most));
        OptimizerState.Load(optimizer, stored);
    }

    /// <summary>The weights and buffers of a module.</summary>
    /// <exception cref="InvalidDataException">The stored weights do not fit the module.</exception>
    public void Module(string name, nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        var entry = $"{name}.safetensors";
        if (!IsLoading)
        {
            using var buffer = new MemoryStream();
            SafeTensors.Save(buffer, module.state_dict());
            Write(entry, buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
            return;
        }

        try
        {
            using var stored = new MemoryStream(ReadAll(entry, int.MaxValue));
            StateDict.CopyInto(module, SafeTensors.Load(stored), strict: true);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"The checkpoint's weights do not fit the network: {exception.Message}", exception);
        }
    }

    /// <summary>Tells whoever loads a checkpoint what is not as it was.</summary>
    internal void Warn(string message) => _warn(message);

    /// <summary>A JSON document, read or written whole.</summary>
    internal JsonNode Json(string name, Func<JsonNode> value)
    {
        const long Most = 1 << 28;
        if (!IsLoading)
        {
            var node = value();
            Write(name, System.Text.Encoding.UTF8.GetBytes(node.ToJsonString(Indented)));
            return node;
        }

        return Parse(name, ReadAll(name, Most));
    }

    /// <summary>Whether there is a part of a name; while loading.</summary>
    internal bool Has(string name) => _zip.GetEntry(_prefix + name) is not null;

    /// <summary>Puts the names that an action uses below another one: several parts of a kind have the same names.</summary>
    internal void Within(string prefix, Action exchange)
    {
        var outer = _prefix;
        _prefix = outer + prefix;
        exchange();
        _prefix = outer;
    }

    /// <summary>Starts a new archive.</summary>
    internal static StateArchive ForSaving(ZipArchive zip) => new(zip, false, [], [], _ => { });

    /// <summary>Opens an archive.</summary>
    internal static StateArchive ForLoading(ZipArchive zip, Action<string> warn)
    {
        var bare = new StateArchive(zip, true, [], [], warn);
        var digests = (JsonObject)Parse(DigestsEntry, bare.ReadAll(DigestsEntry, 1 << 24));
        var checkedArchive = new StateArchive(zip, true, [], digests, warn);
        var numbers = (JsonObject)Parse(NumbersEntry, checkedArchive.ReadAll(NumbersEntry, 1 << 24));
        return new StateArchive(zip, true, numbers, digests, warn);
    }

    /// <summary>Holds every part against the digest that was written with it.</summary>
    /// <exception cref="InvalidDataException">A part is damaged, or missing.</exception>
    internal void CheckEveryPart()
    {
        foreach (var (name, digest) in _digests)
        {
            using var stream = Entry(name).Open();
            if (digest?.ToString() != Convert.ToHexStringLower(SHA256.HashData(stream)))
            {
                throw Damaged(name);
            }
        }
    }

    /// <summary>Writes what is written last; the archive is complete then.</summary>
    internal void Complete()
    {
        Write(NumbersEntry, System.Text.Encoding.UTF8.GetBytes(_numbers.ToJsonString(Indented)));
        Write(DigestsEntry, System.Text.Encoding.UTF8.GetBytes(_digests.ToJsonString(Indented)));
    }

    private const int StateWords = 6;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static ulong[] Words(RngState state) =>
    [
        (ulong)state.State, (ulong)(state.State >> 64), (ulong)state.Increment, (ulong)(state.Increment >> 64), state.HasUInt32 ? 1UL : 0, state.UInteger,
    ];

    private static RngState State(ReadOnlySpan<ulong> words) => new(
        new UInt128(words[1], words[0]), new UInt128(words[3], words[2]), words[4] == 1, checked((uint)words[5]));

    private static JsonNode Parse(string name, byte[] bytes)
    {
        try
        {
            return JsonNode.Parse(bytes) as JsonObject ?? throw new InvalidDataException($"'{name}' of the checkpoint is no JSON object; the file is damaged.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"'{name}' of the checkpoint is no JSON: {JsonProblem.Describe(exception)}", exception);
        }
    }

    private string Word(string name, string value)
    {
        name = _prefix + name;
        if (!IsLoading)
        {
            _numbers.Add(name, value);
            return value;
        }

        return _numbers.TryGetPropertyValue(name, out var stored) && stored is JsonValue
            ? stored.ToString()
            : throw new InvalidDataException($"The checkpoint lacks '{name}': it is damaged, or of another algorithm or version.");
    }

    private void Write(string name, ReadOnlySpan<byte> bytes)
    {
        name = _prefix + name;
        // What compresses is the history of actions; floats do not, and the fastest level wastes little on them.
        using var stream = _zip.CreateEntry(name, CompressionLevel.Fastest).Open();
        stream.Write(bytes);
        if (name != DigestsEntry)
        {
            _digests.Add(name, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }
    }

    private void ReadExactly(string name, Span<byte> bytes)
    {
        name = _prefix + name;
        var entry = Entry(name);
        if (entry.Length != bytes.Length)
        {
            throw new InvalidDataException(
                $"'{name}' of the checkpoint has {entry.Length} bytes where {bytes.Length} belong: it is of another environment, another number of lanes, or other options.");
        }

        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        CheckDigest(name, bytes);
    }

    private byte[] ReadAll(string name, long limit)
    {
        name = _prefix + name;
        var entry = Entry(name);
        if (entry.Length > limit || entry.Length > int.MaxValue)
        {
            throw new InvalidDataException($"'{name}' of the checkpoint claims {entry.Length} bytes; {limit} are the most.");
        }

        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        CheckDigest(name, bytes);
        return bytes;
    }

    private ZipArchiveEntry Entry(string name) => _zip.GetEntry(name)
        ?? throw new InvalidDataException($"The checkpoint lacks '{name}': it is no checkpoint of GymBridge, or holds a policy alone, or is of another algorithm.");

    private void CheckDigest(string name, ReadOnlySpan<byte> bytes)
    {
        if (name == DigestsEntry)
        {
            return;
        }

        if (_digests[name]?.ToString() != Convert.ToHexStringLower(SHA256.HashData(bytes)))
        {
            throw Damaged(name);
        }
    }

    private static InvalidDataException Damaged(string name) =>
        new($"'{name}' of the checkpoint is damaged: its digest is not the one that was written.");
}
