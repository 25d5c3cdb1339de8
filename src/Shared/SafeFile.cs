namespace GymBridge.Shared;

/// <summary>Replaces a file as a whole: a full disk or a killed process leaves the old one as it was.</summary>
internal static class SafeFile
{
    private const string Devices = "/dev/";

    /// <summary>Writes a file aside, to the disk, and puts it in the place of <paramref name="path"/>, or of what that is a link to.</summary>
    /// <exception cref="IOException">It cannot be written; what was there is unchanged.</exception>
    public static void Replace(string path, Action<Stream> write)
    {
        var target = TargetOf(path);
        if (target.StartsWith(Devices, StringComparison.Ordinal))
        {
            // A device that a file takes the place of is gone for everybody.
            using var device = new FileStream(target, FileMode.Open, FileAccess.Write);
            write(device);
            return;
        }

        var aside = target + ".new";
        try
        {
            using (var stream = new FileStream(aside, FileMode.Create, FileAccess.Write, FileShare.Read))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(aside, target, overwrite: true);
        }
        catch
        {
            File.Delete(aside);
            throw;
        }
    }

    /// <summary>Replaces a text file.</summary>
    public static void WriteText(string path, string text) => Replace(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    private static string TargetOf(string path)
    {
        var full = Path.GetFullPath(path);
        return new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
    }
}
