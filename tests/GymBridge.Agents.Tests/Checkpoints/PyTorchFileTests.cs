using System.IO.Compression;
using System.Text;
using GymBridge.Agents.Checkpoints;
using static TorchSharp.torch;

namespace GymBridge.Agents.Tests.Checkpoints;

/// <summary>A file of torch.save, and hostile ones.</summary>
public class PyTorchFileTests
{
    private const string Ordered = "ccollections\nOrderedDict\n";
    private const string Rebuild = "ctorch._utils\n_rebuild_tensor_v2\n";
    private const string Persistent = "((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuK\u0002tQ";

    [Fact]
    public void Load_PyTorchsStateDict_HasItsBitsAndTheModelsOutput()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(CheckpointFiles.Describe(), CheckpointFiles.Describe(PyTorchFile.Load(CheckpointFiles.Path("state_dict.pt"))));
        var model = CheckpointFiles.Model();
        PyTorchFile.LoadInto(model, CheckpointFiles.Path("state_dict.pt"), strict: false);
        CheckpointFiles.AssertOutput(model);
    }

    [Fact]
    public void Load_TwoWindowsOnOneStorage_ShareItAgain()
    {
        using var scope = NewDisposeScope();
        var tensors = PyTorchFile.Load(Archive($"}}({Item("a", Tensor(0, "K\u0002\u0085", "K\u0001\u0085"))}{Item("b", Tensor(1, ")", ")"))}u."));
        tensors["b"].fill_(9);
        Assert.Equal([1f, 9f], tensors["a"].data<float>().ToArray());
        Assert.Empty(tensors["b"].shape);
    }

    [Theory]
    [InlineData("cos\nsystem\nX\u0002\0\0\0ls\u0085R.", "asks for 'os system'")]
    [InlineData("cbuiltins\neval\n.", "asks for 'builtins eval'")]
    [InlineData("ctorch._utils\n_rebuild_qtensor\n.", "not known to be harmless")]
    [InlineData("(i os\nsystem\n.", "operation 0x69")]
    [InlineData("}}\u0081.", "operation 0x81")]
    [InlineData("}2.", "operation 0x32")]
    [InlineData(".", "more or less than one value")]
    [InlineData("}}.", "more or less than one value")]
    [InlineData("t.", "mark that is not there")]
    [InlineData("R.", "value that is not there")]
    [InlineData("}(R.", "value that is not there")]
    [InlineData("h\u0005.", "recalls value 5")]
    [InlineData("N.", "None where a dictionary")]
    [InlineData("}K\u0001K\u0002s.", "entry '1' is 2")]
    [InlineData("}X\u0001\0\0\0aNs.", "entry 'a' is None")]
    [InlineData("}q\0X\u0001\0\0\0ah\0s.", "entry 'a' is a dictionary")]
    [InlineData("}X\uffff\u007f", "damaged")]
    [InlineData("X\u0001\0\0\0a\u0080\u0004.", "protocol is 4")]
    [InlineData("\u008a\u0009\0\0\0\0\0\0\0\0\u0001.", "a number of 9 bytes")]
    [InlineData(Ordered + "K\u0001\u0085R.", "it calls OrderedDict with a tuple of 1")]
    [InlineData("K\u0001)R.", "it calls 1 with")]
    [InlineData("K\u0001Q.", "persistent id is 1")]
    public void Load_HostilePickle_IsRefused(string pickle, string why)
    {
        var error = Assert.Throws<InvalidDataException>(() => PyTorchFile.Load(Archive(pickle)));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "K\u0003\u0085", "K\u0001\u0085")] // too long
    [InlineData(2, "K\u0001\u0085", "K\u0001\u0085")] // starts behind the end
    [InlineData(0, "K\u0002\u0085", "K\u0002\u0085")] // the second element is outside
    [InlineData(0, "J\0\0\0\u007f\u0085", "K\0\u0085")] // a large tensor of stride 0
    [InlineData(0, "K\u0001\u0085", ")")] // no stride
    [InlineData(0, "J\0\0\0\u0080\u0085", "K\u0001\u0085")] // a negative size
    [InlineData(0, "\u008a\u0008\0\0\0\0\0\0\0\u0040K\0\u0086", "K\u0001K\u0001\u0086")] // empty, with strides past 63 bits
    public void Load_TensorOutsideItsStorage_IsRefused(int offset, string sizes, string strides) =>
        Assert.Throws<InvalidDataException>(() => PyTorchFile.Load(Archive($"}}{Item("a", Tensor(offset, sizes, strides))}s.")));

    [Fact]
    public void Load_StorageOfAnotherSize_IsRefused()
    {
        var pickle = $"}}{Item("a", Tensor(0, "K\u0002\u0085", "K\u0001\u0085"))}s.";
        Assert.Contains("has 4 bytes", Assert.Throws<InvalidDataException>(() => PyTorchFile.Load(Archive(pickle, storage: new byte[4]))).Message, StringComparison.Ordinal);
        Assert.Contains("no storage 'data/0'", Assert.Throws<InvalidDataException>(() => PyTorchFile.Load(Archive(pickle, key: "1"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_CompressedEntry_IsRefused()
    {
        var file = Archive("}.", storage: new byte[1 << 20], level: CompressionLevel.Optimal);
        Assert.Contains("compressed", Assert.Throws<InvalidDataException>(() => PyTorchFile.Load(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_BigEndian_IsRefused() => Assert.Contains(
        "little-endian",
        Assert.Throws<InvalidDataException>(() => PyTorchFile.Load(Archive("}.", byteorder: "big"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Load_NoArchive_IsRefused() => Assert.Throws<InvalidDataException>(() => PyTorchFile.Load(new MemoryStream(new byte[100])));

    private static string Item(string name, string value) => $"X\u0001\0\0\0{name}{value}";

    private static string Tensor(int offset, string sizes, string strides) => $"{Rebuild}{Persistent}K{(char)offset}{sizes}{strides}\u0089{Ordered})RtR";

    /// <summary>An archive as torch.save writes it; a letter of the pickle is a byte.</summary>
    private static MemoryStream Archive(string pickle, byte[]? storage = null, string key = "0", string byteorder = "little", CompressionLevel level = CompressionLevel.NoCompression)
    {
        var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Add(string name, byte[] bytes)
            {
                using var stream = archive.CreateEntry(name, level).Open();
                stream.Write(bytes);
            }

            Add("archive/data.pkl", [0x80, 2, .. Encoding.Latin1.GetBytes(pickle)]);
            Add("archive/byteorder", Encoding.ASCII.GetBytes(byteorder));
            Add($"archive/data/{key}", storage ?? [.. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f)]);
        }

        file.Position = 0;
        return file;
    }
}
