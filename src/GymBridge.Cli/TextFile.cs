using System.Globalization;

namespace GymBridge.Cli;

/// <summary>Text files that a user names: read up to a limit, for a device has no end.</summary>
internal static class TextFile
{
    private const int MostBytes = 64 << 20;

    /// <summary>The whole text.</summary>
    /// <exception cref="InvalidDataException">It is longer than such a file ever is.</exception>
    public static string Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var text = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (file.Read(buffer) is > 0 and var count)
        {
            text.Write(buffer.AsSpan(0, count));
            if (text.Length > MostBytes)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"'{path}' is longer than {MostBytes >> 20} MiB, which no such file is."));
            }
        }

        text.Position = 0;
        using var reader = new StreamReader(text);
        return reader.ReadToEnd();
    }
}
