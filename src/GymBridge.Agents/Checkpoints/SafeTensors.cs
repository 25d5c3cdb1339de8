using System.Buffers.Binary;
using GymBridge.Shared;
using static TorchSharp.torch;

namespace GymBridge.Agents.Checkpoints;

/// <summary>Reads and writes <c>.safetensors</c> files: named tensors without code in them.</summary>
/// <remarks>Writes the bytes that the Python package <c>safetensors</c> writes for the same tensors: by dtype from wide to narrow, then by
/// name. Source: huggingface/safetensors, README.md, "Format". Not for files of more than one shard.</remarks>
public static class SafeTensors
{
    private const int LengthBytes = 8;

    /// <summary>Writes tensors to a file, replacing it: written aside and renamed, so that the one that was there is whole until then.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">Any shape, strides and device; names are unique and are not <c>__metadata__</c>.</param>
    /// <param name="metadata">Texts for the header, such as <c>format</c> = <c>pt</c>, which Transformers expects; none by default.</param>
    /// <exception cref="NotSupportedException">A tensor has a dtype that the format does not have.</exception>
    /// <exception cref="ArgumentException">A tensor is named <c>__metadata__</c>.</exception>
    /// <exception cref="IOException">It cannot be written; what was there is unchanged.</exception>
    public static void Save(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        var header = SafeTensorsHeader.Of(tensors, metadata);
        SafeFile.Replace(path, stream => Write(stream, header, tensors));
    }

    /// <summary>Writes tensors to a stream, which stays open; otherwise as <see cref="Save(string, IReadOnlyDictionary{string, Tensor}, IReadOnlyDictionary{string, string}?)"/>.</summary>
    public static void Save(Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Write(stream, SafeTensorsHeader.Of(tensors, metadata), tensors);
    }

    /// <summary>Reads a file. The tensors are the caller's, on the CPU, in the order of the file's data.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, hostile or not of this format; nothing outside it was read, and no more
    /// memory taken than it is long.</exception>
    /// <exception cref="NotSupportedException">A tensor has a dtype that TorchSharp, or the managed engine, does not have.</exception>
    public static Dictionary<string, Tensor> Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var stream = File.OpenRead(path);
        return Load(stream);
    }

    /// <summary>Reads from the stream's position to its end; the stream can seek. Otherwise as <see cref="Load(string)"/>.</summary>
    public static Dictionary<string, Tensor> Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var available = stream.Length - stream.Position;
        Span<byte> prefix = stackalloc byte[LengthBytes];
        if (available < LengthBytes)
        {
            throw new InvalidDataException($"A safetensors file has at least {LengthBytes} bytes; this one has {available}.");
        }

        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > SafeTensorsHeader.MaxBytes || length > (ulong)(available - LengthBytes))
        {
            throw new InvalidDataException(
                $"The header claims {length} bytes, but the file has {available - LengthBytes} left (and {SafeTensorsHeader.MaxBytes} is the limit): this is not a safetensors file, or it is truncated.");
        }

        var header = new byte[(int)length];
        stream.ReadExactly(header);
        var entries = SafeTensorsHeader.Parse(header, available - LengthBytes - (long)length);
        return StateDict.Build(entries.Count, result =>
        {
            foreach (var entry in entries)
            {
                var tensor = empty(entry.Shape, dtype: entry.ScalarType);
                result.Add(entry.Name, tensor);
                stream.ReadExactly(tensor.bytes);
            }
        });
    }

    /// <summary>Loads a file into a module: first everything is read and checked, then the module changes.</summary>
    /// <param name="module">The module; values are cast to its dtypes.</param>
    /// <param name="path">The file.</param>
    /// <param name="strict">Whether the names must be exactly those of the module's <c>state_dict</c>; if not, others are left alone.</param>
    /// <exception cref="InvalidDataException">As <see cref="Load(string)"/>; the module is unchanged.</exception>
    /// <exception cref="NotSupportedException">As <see cref="Load(string)"/>; the module is unchanged.</exception>
    /// <exception cref="ArgumentException">A name or shape does not fit the module; it is unchanged.</exception>
    public static void LoadInto(nn.Module module, string path, bool strict = true) => StateDict.CopyInto(module, Load(path), strict);

    private static void Write(Stream stream, SafeTensorsHeader header, IReadOnlyDictionary<string, Tensor> tensors)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Bytes.Length);
        stream.Write(prefix);
        stream.Write(header.Bytes);
        foreach (var name in header.Names)
        {
            using var scope = NewDisposeScope();
            stream.Write(tensors[name].detach().cpu().contiguous().bytes);
        }
    }
}
