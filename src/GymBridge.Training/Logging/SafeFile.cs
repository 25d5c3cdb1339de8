namespace GymBridge.Training.Logging;

/// <summary>Replaces a file as a whole: a full disk or a killed process leaves the old one as it was.</summary>
internal static class SafeFile
{
    /// <summary>Writes a file aside, to the disk, and puts it in the place of <paramref name="path"/>.</summary>
    /// <exception cref="IOException">It cannot be written; what was there is unchanged.</exception>
    public static void Replace(string path, Action<Stream> write)
    {
        var aside = path + ".new";
        try
        {
            using (var stream = new FileStream(aside, FileMode.Create, FileAccess.Write, FileShare.Read))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(aside, path, overwrite: true);
        }
        catch
        {
            File.Delete(aside);
            throw;
        }
    }

    /// <summary>Replaces a text file.</summary>
    public static void WriteText(string path, string text) => Replace(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
