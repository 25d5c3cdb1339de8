namespace GymBridge.Shared;

/// <summary>A file that is replaced as a whole: it is written aside, so that a full disk or a killed process leaves the old one as it was.</summary>
internal sealed class SafeFile : IDisposable
{
    private const string Devices = "/dev/";

    // Of one process: who looks for what a killed writer has left would take away what a third one begins meanwhile.
    private static readonly Lock Beginning = new();

    private readonly string _target;
    private readonly string? _aside;
    private bool _isComplete;

    /// <summary>Begins to write what will take the place of <paramref name="path"/>, or of what that is a link to.</summary>
    /// <exception cref="IOException">It cannot be written, or somebody else writes it now.</exception>
    public SafeFile(string path)
    {
        _target = TargetOf(path);

        // A device that a file takes the place of is gone for everybody.
        _aside = _target.StartsWith(Devices, StringComparison.Ordinal) ? null : _target + ".new";
        Stream = _aside is null
            ? new FileStream(_target, FileMode.Open, FileAccess.Write)
            : CreateAside(_aside);
    }

    /// <summary>Takes the content.</summary>
    public FileStream Stream { get; }

    /// <summary>Writes a file aside, to the disk, and puts it in the place of <paramref name="path"/>, or of what that is a link to.</summary>
    /// <exception cref="IOException">It cannot be written; what was there is unchanged.</exception>
    public static void Replace(string path, Action<Stream> write)
    {
        using var file = new SafeFile(path);
        write(file.Stream);
        file.Complete();
    }

    /// <summary>Replaces a text file.</summary>
    public static void WriteText(string path, string text) => Replace(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>Puts what was written to the disk and in its place.</summary>
    public void Complete()
    {
        if (_aside is null)
        {
            return;
        }

        Stream.Flush(flushToDisk: true);
        if (OperatingSystem.IsWindows())
        {
            Stream.Dispose(); // elsewhere it is renamed while nobody else can write it
        }

        File.Move(_aside, _target, overwrite: true);
        _isComplete = true; // a file of that name is another's from now on
    }

    /// <summary>Drops what is not complete.</summary>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        finally
        {
            if (_aside is not null && !_isComplete)
            {
                File.Delete(_aside);
            }
        }
    }

    // Open for reading as well: it has its name before the writer lets go of it. Writers know of each other by the name that is taken.
    private static FileStream CreateAside(string path)
    {
        using var turn = Beginning.EnterScope();
        try
        {
            // Who was killed has left it; of one who lives it is not to be had.
            using var left = new FileStream(path, FileMode.Open, FileAccess.Write, OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None);
            File.Delete(path);
        }
        catch (FileNotFoundException)
        {
        }

        return new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
    }

    private static string TargetOf(string path)
    {
        var full = Path.GetFullPath(path);
        return new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
    }
}
