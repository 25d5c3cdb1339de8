using System.Text.Json;

namespace GymBridge.Torch.Installation;

/// <summary>A libtorch that is installed and was tried out.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Device">What it computes on: <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Version">Version of libtorch.</param>
/// <param name="TorchSharp">Version of TorchSharp.</param>
/// <param name="Bytes">Size on disk.</param>
/// <param name="WeakVersion">The version requirement that was made weak in this copy; null where none had to be.</param>
public sealed record LibtorchInstallation(string Folder, string Device, string Version, string TorchSharp, long Bytes, string? WeakVersion)
{
    private const string StampFile = "gymbridge-engine.json";

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>Whether it was there already and nothing was done.</summary>
    public bool WasUpToDate { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"libtorch {Version} for {Device} (TorchSharp {TorchSharp}), {Bytes / 1_000_000} MB in '{Folder}'" + (WasUpToDate ? ", was there already" : string.Empty);

    /// <summary>Reads what an installation says of itself; null if there is none, or a broken one.</summary>
    internal static LibtorchInstallation? Read(string folder)
    {
        try
        {
            var path = Path.Combine(folder, StampFile);
            return File.Exists(path) ? JsonSerializer.Deserialize<LibtorchInstallation>(File.ReadAllBytes(path), Format) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    internal void Write(string folder) => File.WriteAllBytes(Path.Combine(folder, StampFile), JsonSerializer.SerializeToUtf8Bytes(this, Format));
}
