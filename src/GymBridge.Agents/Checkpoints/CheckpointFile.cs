using System.IO.Compression;
using GymBridge.Shared;

namespace GymBridge.Agents.Checkpoints;

/// <summary>A <c>.gym</c> file: written aside, flushed to the disk and renamed, so that the one that was there is whole until then.</summary>
internal static class CheckpointFile
{
    public static void Save(string path, Action<StateArchive> write)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        SafeFile.Replace(full, stream =>
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            var archive = StateArchive.ForSaving(zip);
            write(archive);
            archive.Complete();
        });
    }

    public static T Load<T>(string path, Action<string> warn, Func<StateArchive, T> read)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"'{path}' {(Directory.Exists(path) ? "is a folder" : "does not exist")}; pass a file that Save, or a run of gymbridge train, wrote.", path);
        }

        try
        {
            using var zip = Open(path);
            return read(StateArchive.ForLoading(zip, warn));
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"'{path}' cannot be loaded: {exception.Message}", exception);
        }
    }

    private static ZipArchive Open(string path)
    {
        try
        {
            return ZipFile.OpenRead(path);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"it is no file that Save wrote, or not the whole of it ({exception.Message.TrimEnd('.')}).", exception);
        }
    }
}
