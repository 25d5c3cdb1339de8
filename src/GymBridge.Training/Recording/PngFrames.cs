using System.Globalization;
using SixLabors.ImageSharp;

namespace GymBridge.Training.Recording;

/// <summary>Writes frames as pictures, one file each: <c>NAME-frame-000000.png</c>.</summary>
public sealed class PngFrames : IFrameWriter
{
    private readonly string _stem;
    private FrameShape? _shape;
    private int _frames;

    /// <summary>Writes into a folder, made where there is none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">Beginning of the files' names.</param>
    public PngFrames(string folder, string name)
    {
        Directory.CreateDirectory(folder);
        _stem = Path.Combine(folder, name);
    }

    /// <inheritdoc/>
    public void Add(NDArray frame)
    {
        FrameShape.Check(ref _shape, frame);
        using var image = FrameShape.ToImage(frame);
        image.SaveAsPng(string.Create(CultureInfo.InvariantCulture, $"{_stem}-frame-{_frames:D6}.png"));
        _frames++;
    }

    /// <inheritdoc/>
    public void Complete()
    {
        if (_frames == 0)
        {
            throw new InvalidOperationException("There was no frame to write.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
