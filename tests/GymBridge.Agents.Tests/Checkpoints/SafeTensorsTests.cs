using System.Buffers.Binary;
using System.Text;
using GymBridge.Agents.Checkpoints;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Checkpoints;

/// <summary>Files of PyTorch's state dict and of the Python package safetensors (golden/checkpoint/generate.py), and hostile ones.</summary>
public class SafeTensorsTests
{
    [Fact]
    public void Load_PyTorchsStateDict_HasItsBitsAndTheModelsOutput()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(CheckpointFiles.Describe(), CheckpointFiles.Describe(SafeTensors.Load(CheckpointFiles.Path("state_dict.safetensors"))));
        var model = CheckpointFiles.Model();
        SafeTensors.LoadInto(model, CheckpointFiles.Path("state_dict.safetensors"), strict: false);
        CheckpointFiles.AssertOutput(model);
    }

    [Theory]
    [InlineData("package.safetensors", false)]
    [InlineData("package_metadata.safetensors", true)]
    public void Save_SameTensors_WritesThePackagesBytes(string file, bool metadata)
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        SafeTensors.Save(stream, PackageTensors(), metadata ? new Dictionary<string, string> { ["format"] = "pt" } : null);
        Assert.Equal(CheckpointFiles.Bytes(file), stream.ToArray());
    }

    [Theory]
    [InlineData("package.safetensors")]
    [InlineData("package_metadata.safetensors")]
    public void Load_ThePackagesFile_HasItsTensors(string file)
    {
        using var scope = NewDisposeScope();
        var loaded = SafeTensors.Load(CheckpointFiles.Path(file)).OrderBy(entry => entry.Key, StringComparer.Ordinal);
        Assert.Equal(CheckpointFiles.Describe(PackageTensors().OrderBy(entry => entry.Key, StringComparer.Ordinal)), CheckpointFiles.Describe(loaded));
    }

    [Fact]
    public void Save_ModuleAndLoadInto_RestoresIt()
    {
        using var scope = NewDisposeScope();
        var (from, to) = (CheckpointFiles.Model(), CheckpointFiles.Model());
        var path = Path.Combine(Directory.CreateTempSubdirectory("gymbridge").FullName, "model.safetensors");
        SafeTensors.Save(path, from.state_dict());
        SafeTensors.LoadInto(to, path);
        Assert.Equal(CheckpointFiles.Describe(from.state_dict()), CheckpointFiles.Describe(to.state_dict()));
    }

    [Fact]
    public void Save_CannotBeWritten_LeavesTheOldFileWhole()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.Combine("model.safetensors");
        SafeTensors.Save(path, CheckpointFiles.Model().state_dict());
        var bytes = System.IO.File.ReadAllBytes(path);
        using var other = new FileStream(path + ".new", FileMode.Create, FileAccess.Write, FileShare.None);
        Assert.ThrowsAny<IOException>(() => SafeTensors.Save(path, CheckpointFiles.Model().state_dict()));
        Assert.Equal(bytes, System.IO.File.ReadAllBytes(path));
    }

    [Fact]
    public void Save_TransposedTensor_WritesItsValuesInOrder()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        SafeTensors.Save(stream, new Dictionary<string, Tensor> { ["t"] = tensor(new float[,] { { 1, 2 }, { 3, 4 } }).t() });
        stream.Position = 0;
        Assert.Equal([1f, 3f, 2f, 4f], SafeTensors.Load(stream)["t"].data<float>().ToArray());
    }

    [Fact]
    public void LoadInto_AnotherModule_NamesWhatDiffersAndLeavesItUnchanged()
    {
        using var scope = NewDisposeScope();
        var path = CheckpointFiles.Path("state_dict.safetensors");
        var model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 3));
        var before = CheckpointFiles.Describe(model.state_dict());
        var names = Assert.Throws<ArgumentException>(() => SafeTensors.LoadInto(model, path));
        Assert.Contains("unexpected [scale64, empty]", names.Message, StringComparison.Ordinal);
        var shape = Assert.Throws<ArgumentException>(() => SafeTensors.LoadInto(model, path, strict: false));
        Assert.Equal("'3.weight' is [3, 4] in the module, but [2, 4] in the file.", shape.Message);
        Assert.Equal(before, CheckpointFiles.Describe(model.state_dict()));
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "takes 8 bytes")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "starts at 4, where 0")]
    [InlineData("""{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "starts at 0, where 4")]
    [InlineData("""{"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "starts at 4, where 8")]
    [InlineData("""{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "take 12 bytes, but the file has 8")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "take 4 bytes, but the file has 8")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1099511627776,1099511627776],"data_offsets":[0,8]}}""", "too large")]
    [InlineData("""{"w":{"dtype":"F32","shape":[0,9223372036854775807,4],"data_offsets":[0,0]}}""", "too large")]
    [InlineData("""{"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "whole numbers")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}""", "whole numbers")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "data_offsets are [8, 0]")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", "whole numbers")]
    [InlineData("""{"w":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", "unknown dtype 'F33'")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2]}}""", "needs dtype, shape")]
    [InlineData("""{"w":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "repeated key 'dtype'")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"extra":1}}""", "unknown or repeated key 'extra'")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "'w' appears twice")]
    [InlineData("""{"w":{"dtype":"F32","shape":[[2]],"data_offsets":[0,8]}}""", "damaged")]
    [InlineData("""{"w":[[[[[[[[[[[[[[[[2]]]]]]]]]]]]]]]]}""", "StartArray where StartObject")]
    [InlineData("""{"__metadata__":{"a":1},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "Number where String")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} x""", "damaged")]
    [InlineData("""{"w":""", "damaged")]
    [InlineData(" {}", "does not start with '{'")]
    [InlineData("", "does not start with '{'")]
    public void Load_HostileHeader_IsRefused(string header, string why)
    {
        var error = Assert.Throws<InvalidDataException>(() => SafeTensors.Load(new MemoryStream(File(header, new byte[8]))));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TextThatIsNotUtf8_IsRefused()
    {
        byte[] header = [.. "{\""u8, 0xFF, 0xFE, .. "\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"u8];
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        Assert.Throws<InvalidDataException>(() => SafeTensors.Load(new MemoryStream([.. prefix, .. header, .. new byte[8]])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(100)]
    [InlineData(967)]
    public void Load_Truncated_IsRefused(int length) =>
        Assert.Throws<InvalidDataException>(() => SafeTensors.Load(new MemoryStream(CheckpointFiles.Bytes("state_dict.safetensors")[..length])));

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(100_000_001)]
    public void Load_HeaderLongerThanTheFile_IsRefusedBeforeMemoryIsTaken(ulong length)
    {
        var file = new byte[1024];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => SafeTensors.Load(new MemoryStream(file)));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
    }

    [Fact]
    public void Load_DtypeThatTorchSharpLacks_SaysSo() => Assert.Contains(
        "'w' is U16",
        Assert.Throws<NotSupportedException>(() => SafeTensors.Load(new MemoryStream(File("""{"w":{"dtype":"U16","shape":[4],"data_offsets":[0,8]}}""", new byte[8])))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Save_NamedMetadata_IsRefused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => SafeTensors.Save(new MemoryStream(), new Dictionary<string, Tensor> { ["__metadata__"] = zeros(1) }));
    }

    private static byte[] File(string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, text.Length);
        return [.. prefix, .. text, .. data];
    }

    private static Dictionary<string, Tensor> PackageTensors() => new()
    {
        ["b.weight"] = arange(6, dtype: ScalarType.Float32).reshape(2, 3),
        ["a"] = tensor(new[] { 1e-300, -0.0, double.PositiveInfinity }),
        ["steps"] = tensor(-7L),
        ["int32"] = tensor(new[,] { { 1 }, { -2 } }),
        ["uint8"] = tensor(new byte[] { 0, 255 }),
        ["bool"] = tensor(new[] { true, false, true }),
        ["empty"] = zeros(0, 3),
        ["é \"quoted\" \\ back\n\t\b\f\r\u0001\u007f\u2028</script>"] = ones(1),
        ["\U0001f600 after \uffff in UTF-16, before it in UTF-8"] = ones(1),
        ["\uffff"] = ones(1),
    };
}
