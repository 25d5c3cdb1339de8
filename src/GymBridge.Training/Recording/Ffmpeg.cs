namespace GymBridge.Training.Recording;

/// <summary>Finds ffmpeg.</summary>
internal static class Ffmpeg
{
    /// <summary>Names the program outside the PATH; imageio's and MoviePy's variable.</summary>
    public const string Variable = "IMAGEIO_FFMPEG_EXE";

    /// <summary>The program; null where there is none.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : null;
        }

        var name = OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg";
        return (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }
}
