namespace GymBridge.Shared;

/// <summary>Makes folders for what is needed for a while, where the system wants them.</summary>
internal static class ScratchFolder
{
    /// <summary>Makes an empty folder, open to its owner alone.</summary>
    /// <param name="prefix">Beginning of its name.</param>
    /// <param name="purpose">What it is for, as the error says it.</param>
    /// <exception cref="IOException">None can be made; the message says what to do.</exception>
    public static DirectoryInfo Create(string prefix, string purpose)
    {
        try
        {
            // Whoever may write everywhere would make what TMPDIR names by mistake, and leave it behind.
            return Directory.Exists(Path.GetTempPath()) ? Directory.CreateTempSubdirectory(prefix) : throw new DirectoryNotFoundException();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"No folder for {purpose} can be made in '{Path.GetTempPath()}', which is no folder that can be written. Set TMPDIR to one that can.", exception);
        }
    }
}
