using GymBridge.Protocol.Credentials;

namespace GymBridge.Cli.Output;

/// <summary>A file that is there while a server listens, for whoever waits for it.</summary>
internal sealed class Ready : IDisposable
{
    private readonly string? _path;

    private Ready(string? path) => _path = path;

    /// <summary>Writes the file whole, by renaming: nobody reads half of it.</summary>
    /// <param name="path">Where; null for nowhere.</param>
    /// <param name="line">What stands in it.</param>
    /// <exception cref="GymBridgeException">It cannot be written there.</exception>
    public static Ready Write(string? path, string line)
    {
        if (path is not null)
        {
            if (OperatingSystem.IsLinux() && PosixFile.Look(path) is { IsRegular: false })
            {
                // A device that a file takes the place of is gone when the file is.
                throw new GymBridgeException($"--ready-file '{path}' is there and is no plain file; name one that is to be made.");
            }

            var temporary = $"{path}.{Environment.ProcessId}";
            try
            {
                File.WriteAllText(temporary, line + "\n");
                File.Move(temporary, path, overwrite: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                TryDelete(temporary);
                var reason = exception is DirectoryNotFoundException ? "there is no such folder" : exception.Message;
                throw new GymBridgeException($"--ready-file '{path}' cannot be written: {reason}.", exception);
            }
        }

        return new Ready(path);
    }

    // A full disk leaves an empty file.
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // What kept it from being written keeps it from being deleted.
        }
    }

    public void Dispose()
    {
        if (_path is not null)
        {
            File.Delete(_path);
        }
    }
}
