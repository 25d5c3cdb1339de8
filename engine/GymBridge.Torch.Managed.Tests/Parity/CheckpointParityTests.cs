using System.Text.Json;
using FsCheck.Xunit;
using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests.Parity;

/// <summary>The .dat checkpoint that TorchSharp would have written, read and written back.</summary>
public class CheckpointParityTests
{
    private static string DatFile => Path.Combine(AppContext.BaseDirectory, "golden", "checkpoint", "state_dict.dat");

    private static JsonElement Expected => GoldenFile.Load(Path.Combine("checkpoint", "expected.json"));

    [Fact]
    public void Dat_Loaded_HasTheValuesAndTheModelsOutput()
    {
        using var scope = NewDisposeScope();
        var model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 2));
        model.load(DatFile, strict: false);
        var state = model.state_dict();
        foreach (var entry in Expected.GetProperty("state_dict").EnumerateObject().Where(e => e.Name is not ("scale64" or "empty")))
        {
            Assert.Null(GoldenFile.Difference(state[entry.Name], entry.Value, 0, 0, signedZero: true));
        }
        model.eval();
        Assert.Null(GoldenFile.Difference(model.call(GoldenFile.Tensor(Expected.GetProperty("input"))), Expected.GetProperty("output"), 1e-5, 1e-6));
    }

    [Fact]
    public void Dat_WrittenBack_IsTheSameFileByteForByte()
    {
        using var scope = NewDisposeScope();
        var state = new Dictionary<string, Tensor>();
        foreach (var name in Expected.GetProperty("order").EnumerateArray().Select(e => e.GetString()!))
        {
            state[name] = GoldenFile.Tensor(Expected.GetProperty("state_dict").GetProperty(name));
        }

        using var stream = new MemoryStream();
        nn.Module.save_state_dict(new BinaryWriter(stream), state);
        Assert.Equal(File.ReadAllBytes(DatFile), stream.ToArray());
    }

    [Fact]
    public void Dat_Strict_RefusesAnotherModel()
    {
        using var scope = NewDisposeScope();
        var model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2));
        Assert.Throws<ArgumentException>(() => model.load(DatFile));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(200)]
    public void Dat_Truncated_IsRefusedAndTheModelUnchanged(int length)
    {
        using var scope = NewDisposeScope();
        var model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 2));
        var before = model.get_parameter("0.weight")!.data<float>().ToArray();
        var bytes = File.ReadAllBytes(DatFile)[..length];
        Assert.ThrowsAny<IOException>(() => model.load(new MemoryStream(bytes), strict: false));
        Assert.Equal(before, model.get_parameter("0.weight")!.data<float>().ToArray());
    }

    /// <summary>Refused with one of the documented exceptions and the model unchanged, or read: a changed weight is still a weight.</summary>
    [Property(MaxTest = 200, Replay = "(1234567890123,4567)")]
    public void Dat_Damaged_IsRefusedOrRead(ushort[] places, byte[] values, ushort length)
    {
        var bytes = File.ReadAllBytes(DatFile);
        for (var i = 0; i < Math.Min(places.Length, values.Length); i++)
        {
            bytes[places[i] % bytes.Length] ^= values[i];
        }

        // Half of the files keep their length.
        bytes = length % 2 == 0 ? bytes : bytes[..(length % bytes.Length)];
        using var scope = NewDisposeScope();
        var model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 2));
        string State() => string.Join(' ', model.state_dict().Select(entry => entry.Key + Convert.ToHexString(entry.Value.bytes)));
        var before = State();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            model.load(new MemoryStream(bytes), strict: false);
        }
        catch (Exception e) when (e is FormatException or EndOfStreamException or ArgumentException or NotSupportedException)
        {
            Assert.Equal(before, State());
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < 10_000_000);
    }

    [Fact]
    public void Dat_HostileSizes_AreRefusedBeforeMemoryIsTaken()
    {
        using var scope = NewDisposeScope();
        // One entry "w": float32, two dimensions of 2^40.
        byte[] size = [0x80, 0x80, 0x80, 0x80, 0x80, 0x20];
        byte[] file = [1, 1, (byte)'w', 6, 2, .. size, .. size];
        var model = nn.Sequential(("w", nn.Linear(2, 2)));
        Assert.ThrowsAny<Exception>(() => TorchSharp.TensorExtensionMethods.Load(new BinaryReader(new MemoryStream(file[3..]))));
        Assert.Throws<ArgumentException>(() => model.load(new MemoryStream(file)));
        // A length that never ends.
        Assert.Throws<FormatException>(() => model.load(new MemoryStream([.. Enumerable.Repeat((byte)0xFF, 20)])));
    }
}
