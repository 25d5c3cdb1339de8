namespace GymBridge.Training.Recording;

/// <summary>A file that is written under another name and gets its own when it is complete; else nothing stays.</summary>
internal sealed class AsideFile : IDisposable
{
    private readonly string _path;
    private readonly string _aside;

    public AsideFile(string path)
    {
        _path = path;
        _aside = path + ".new";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Stream = new FileStream(_aside, FileMode.Create, FileAccess.Write);
    }

    public FileStream Stream { get; }

    public void Complete()
    {
        Stream.Dispose();
        File.Move(_aside, _path, overwrite: true);
    }

    public void Dispose()
    {
        Stream.Dispose();
        File.Delete(_aside);
    }
}
