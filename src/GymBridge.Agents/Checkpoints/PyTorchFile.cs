using System.IO.Compression;
using System.Text;
using static TorchSharp.torch;

namespace GymBridge.Agents.Checkpoints;

/// <summary>Reads <c>.pt</c> files: what <c>torch.save(module.state_dict(), path)</c> writes.</summary>
/// <remarks>Such a file is a zip of stored entries: a pickle, and one entry of raw values per storage. The pickle is not executed: a small
/// machine knows the operations that build dictionaries and tensors and refuses every other, as <c>torch.load(weights_only=True)</c>
/// does. Source: PyTorch, torch/serialization.py and torch/_weights_only_unpickler.py.</remarks>
public static class PyTorchFile
{
    private const int MaxPickleBytes = 64 << 20;

    /// <summary>Reads a state dict. The tensors are the caller's, on the CPU; those that shared memory when saved share it again.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, hostile, or holds something else than named tensors; nothing in it was
    /// executed, and no more memory taken than it is long.</exception>
    /// <exception cref="NotSupportedException">The managed engine does not have the dtype of a tensor.</exception>
    public static Dictionary<string, Tensor> Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var stream = File.OpenRead(path);
        return Load(stream);
    }

    /// <summary>Reads from a stream that can seek; otherwise as <see cref="Load(string)"/>.</summary>
    public static Dictionary<string, Tensor> Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var archive = Open(stream);
        var entries = Entries(archive, stream.Length);
        var pickle = entries.Keys.Where(name => name.EndsWith("/data.pkl", StringComparison.Ordinal)).ToArray() is [var only]
            ? only
            : throw new InvalidDataException("The archive has no data.pkl, or several: torch.save did not write it in its zip format (PyTorch 1.6 or later).");
        var folder = pickle[..^"data.pkl".Length];
        if (entries.TryGetValue(folder + "byteorder", out var order) && Encoding.ASCII.GetString(Read(order, 16)) != "little")
        {
            throw new InvalidDataException("The values of the file are not little-endian; save it on another machine.");
        }

        var described = StateDictPickle.Read(Read(entries[pickle], MaxPickleBytes));
        var storages = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        try
        {
            return StateDict.Build(described.Count, result =>
            {
                foreach (var (name, tensor) in described)
                {
                    result.Add(name, Build(tensor, storages, key => entries.GetValueOrDefault(folder + "data/" + key)));
                }
            });
        }
        finally
        {
            foreach (var storage in storages.Values)
            {
                storage.Dispose();
            }
        }
    }

    /// <summary>Loads a file into a module: first everything is read and checked, then the module changes.</summary>
    /// <param name="module">The module; values are cast to its dtypes.</param>
    /// <param name="path">The file.</param>
    /// <param name="strict">Whether the names must be exactly those of the module's <c>state_dict</c>; if not, others are left alone.</param>
    /// <exception cref="InvalidDataException">As <see cref="Load(string)"/>; the module is unchanged.</exception>
    /// <exception cref="NotSupportedException">As <see cref="Load(string)"/>; the module is unchanged.</exception>
    /// <exception cref="ArgumentException">A name or shape does not fit the module; it is unchanged.</exception>
    public static void LoadInto(nn.Module module, string path, bool strict = true) => StateDict.CopyInto(module, Load(path), strict);

    private static Tensor Build(PickledTensor tensor, Dictionary<string, Tensor> storages, Func<string, ZipArchiveEntry?> find)
    {
        if (tensor.Sizes.Contains(0))
        {
            return empty(tensor.Sizes, dtype: tensor.Storage.Type);
        }

        var (key, type, count) = tensor.Storage;
        if (!storages.TryGetValue(key, out var storage))
        {
            var entry = find(key) ?? throw new InvalidDataException($"The archive has no storage 'data/{key}'.");
            if (entry.Length != (Int128)count * StateDictPickle.SizeOf(type))
            {
                throw new InvalidDataException($"Storage 'data/{key}' of {count} x {type} has {entry.Length} bytes.");
            }

            storage = empty([count], dtype: type);
            storages.Add(key, storage);
            ReadExactly(entry, storage.bytes);
        }
        else if (storage.dtype != type || storage.numel() != count)
        {
            throw new InvalidDataException($"Storage 'data/{key}' is described as {storage.numel()} x {storage.dtype} and as {count} x {type}.");
        }

        return storage.as_strided(tensor.Sizes, tensor.Strides, tensor.Offset);
    }

    private static ZipArchive Open(Stream stream)
    {
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damaged(e);
        }
    }

    private static Dictionary<string, ZipArchiveEntry> Entries(ZipArchive archive, long fileBytes)
    {
        var entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        try
        {
            Int128 total = 0;
            foreach (var entry in archive.Entries)
            {
                // Compressed or overlapping entries would take more memory than the file is long.
                total += entry.Length;
                if (entry.CompressedLength != entry.Length || total > fileBytes)
                {
                    throw new InvalidDataException($"Entry '{entry.FullName}' is compressed or larger than the file; torch.save stores its entries.");
                }

                if (!entries.TryAdd(entry.FullName, entry))
                {
                    throw new InvalidDataException($"The archive has two entries '{entry.FullName}'.");
                }
            }
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damaged(e);
        }

        return entries;
    }

    private static byte[] Read(ZipArchiveEntry entry, int most)
    {
        if (entry.Length > most)
        {
            throw new InvalidDataException($"Entry '{entry.FullName}' has {entry.Length} bytes; {most} is the limit.");
        }

        var bytes = new byte[entry.Length];
        ReadExactly(entry, bytes);
        return bytes;
    }

    private static void ReadExactly(ZipArchiveEntry entry, Span<byte> target)
    {
        try
        {
            using var stream = entry.Open();
            stream.ReadExactly(target);
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damaged(e);
        }
    }

    private static bool IsDamage(Exception e) => e is IOException or ArgumentException or NotSupportedException or OverflowException;

    private static InvalidDataException Damaged(Exception e) => new($"The file is no zip archive of torch.save, or it is damaged: {e.Message}", e);
}
