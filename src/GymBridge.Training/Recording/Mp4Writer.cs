using System.Diagnostics;
using System.Globalization;

namespace GymBridge.Training.Recording;

/// <summary>Writes an MP4 by handing raw frames to <c>ffmpeg</c>.</summary>
public sealed class Mp4Writer : IFrameWriter
{
    private readonly string _path;
    private readonly string _aside;
    private readonly string _ffmpeg;
    private readonly double _framesPerSecond;
    private Process? _process;
    private Task<string> _error = Task.FromResult(string.Empty);
    private FrameShape? _shape;

    /// <summary>Prepares a file, which appears under its name when it is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="framesPerSecond">Frames a second.</param>
    /// <exception cref="ArgumentException">The frames a second are no number above 0, or above a million.</exception>
    /// <exception cref="FileNotFoundException">There is no ffmpeg; the message says what to do.</exception>
    public Mp4Writer(string path, double framesPerSecond)
    {
        _framesPerSecond = FrameRate.Check(framesPerSecond);
        _path = path;
        _aside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "." + Path.GetFileNameWithoutExtension(path) + ".new.mp4");
        _ffmpeg = Ffmpeg.Find() ?? throw new FileNotFoundException(
            $"An MP4 needs ffmpeg, which was found neither on the PATH nor under {Ffmpeg.Variable}. Install it (Debian: apt-get install ffmpeg), or record a GIF or frames instead: -o {Path.ChangeExtension(path, ".gif")}.");
        Directory.CreateDirectory(Path.GetDirectoryName(_aside)!);
    }

    /// <inheritdoc/>
    public void Add(NDArray frame)
    {
        var isFirst = _shape is null;
        FrameShape.Check(ref _shape, frame);
        if (isFirst)
        {
            Start(_shape!.Value);
        }

        try
        {
            _process!.StandardInput.BaseStream.Write(frame.Bytes);
        }
        catch (IOException)
        {
            throw Failed();
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
        if (_process is null)
        {
            throw new InvalidOperationException("An MP4 needs at least one frame.");
        }

        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            throw Failed();
        }

        _process.WaitForExit();
        if (_process.ExitCode != 0)
        {
            throw Failed();
        }

        File.Move(_aside, _path, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process?.Dispose();
        File.Delete(_aside);
    }

    private void Start(FrameShape shape)
    {
        // Players want 4:2:0 colour, which has even sizes only.
        string[] arguments =
        [
            "-y", "-loglevel", "error",
            "-f", "rawvideo", "-pix_fmt", "rgb24",
            "-s", string.Create(CultureInfo.InvariantCulture, $"{shape.Width}x{shape.Height}"),
            "-r", _framesPerSecond.ToString(CultureInfo.InvariantCulture),
            "-i", "-",
            "-an", "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart",
            _aside,
        ];
        _process = Process.Start(new ProcessStartInfo(_ffmpeg, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        _error = _process.StandardError.ReadToEndAsync();
    }

    private IOException Failed()
    {
        _process!.WaitForExit();
        return new IOException($"'{_ffmpeg}' ended with exit code {_process.ExitCode} and made no '{_path}': {_error.GetAwaiter().GetResult().Trim()}");
    }
}
