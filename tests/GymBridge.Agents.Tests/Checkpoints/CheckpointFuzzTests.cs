using FsCheck.Xunit;
using GymBridge.Agents.Checkpoints;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Checkpoints;

/// <summary>Damaged files: refused with the documented exceptions, or read (a changed weight is still a weight); a refusal changes nothing.</summary>
public class CheckpointFuzzTests
{
    [Property(MaxTest = 300, Replay = "(1234567890123,4567)")]
    public void SafeTensors_Damaged_IsRefusedOrRead(ushort[] places, byte[] values, ushort length) =>
        Check("state_dict.safetensors", SafeTensors.LoadInto, places, values, length);

    [Property(MaxTest = 300, Replay = "(1234567890123,4567)")]
    public void PyTorchFile_Damaged_IsRefusedOrRead(ushort[] places, byte[] values, ushort length) =>
        Check("state_dict.pt", PyTorchFile.LoadInto, places, values, length);

    [Property(MaxTest = 100, Replay = "(1234567890123,4567)")]
    public void Dat_Damaged_IsRefusedOrRead(ushort[] places, byte[] values, ushort length) =>
        Check("state_dict.dat", (model, path, strict) => model.load(path, strict), places, values, length);

    private static void Check(string file, Action<nn.Module, string, bool> load, ushort[] places, byte[] values, ushort length)
    {
        var bytes = CheckpointFiles.Bytes(file);
        for (var i = 0; i < Math.Min(places.Length, values.Length); i++)
        {
            bytes[places[i] % bytes.Length] ^= values[i];
        }

        // Half of the files keep their length.
        bytes = length % 2 == 0 ? bytes : bytes[..(length % bytes.Length)];
        var path = Path.Combine(Path.GetTempPath(), $"gymbridge-{Environment.ProcessId}-{file}");
        File.WriteAllBytes(path, bytes);
        using var scope = NewDisposeScope();
        var model = CheckpointFiles.Model();
        var before = CheckpointFiles.Describe(model.state_dict());
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            load(model, path, false);
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or ArgumentException or FormatException or EndOfStreamException)
        {
            Assert.Equal(before, CheckpointFiles.Describe(model.state_dict()));
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < 10_000_000);
        File.Delete(path);
    }
}
