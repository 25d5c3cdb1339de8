namespace GymBridge.Shared;

/// <summary>A lock between processes, held through an open file: whoever dies releases it.</summary>
internal static class FileLock
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits for the lock; dispose the stream to release it.</summary>
    public static async Task<FileStream> AcquireAsync(string path, Action onWait, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException))
            {
                if (attempt == 0)
                {
                    onWait();
                }

                await Task.Delay(RetryInterval, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
