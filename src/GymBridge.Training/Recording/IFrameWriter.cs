namespace GymBridge.Training.Recording;

/// <summary>Writes the frames of one video as they come; none is kept.</summary>
/// <remarks>The video is complete once the writer is disposed of after <see cref="Complete"/>; without that, nothing is left behind.</remarks>
public interface IFrameWriter : IDisposable
{
    /// <summary>Appends a frame.</summary>
    /// <param name="frame">uint8 [H, W, 3], the same size every time.</param>
    /// <exception cref="ArgumentException">The array is no image, or of another size than the first.</exception>
    void Add(NDArray frame);

    /// <summary>Ends the video.</summary>
    /// <exception cref="InvalidOperationException">There was no frame.</exception>
    void Complete();
}
