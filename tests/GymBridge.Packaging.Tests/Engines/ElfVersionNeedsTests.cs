using GymBridge.Packaging.Tests.Support;
using GymBridge.Torch.Installation;

namespace GymBridge.Packaging.Tests.Engines;

/// <summary>TorchSharp's own native library, made to load where the C++ runtime is older.</summary>
public class ElfVersionNeedsTests
{
    private const string Newest = "GLIBCXX_3.4.32";

    [Fact]
    public async Task MakeWeak_VersionThatNothingIsBoundTo_ChangesOneByte()
    {
        var before = await LibraryAsync();
        var after = before.ToArray();
        Assert.True(ElfVersionNeeds.MakeWeak(after, Newest));
        var changed = Enumerable.Range(0, before.Length).Where(i => before[i] != after[i]).ToList();
        Assert.Equal((0, 2), (before[Assert.Single(changed)], after[changed[0]]));
        Assert.False(ElfVersionNeeds.MakeWeak(after, Newest));
    }

    [Fact]
    public async Task MakeWeak_VersionInUse_IsRefused()
    {
        var library = await LibraryAsync();
        var before = library.ToArray();
        var error = Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.MakeWeak(library, "GLIBCXX_3.4.30"));
        Assert.Contains("a relocation needs version", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, library);
    }

    [Fact]
    public async Task MakeWeak_VersionThatIsNotNeeded_ChangesNothing() => Assert.False(ElfVersionNeeds.MakeWeak(await LibraryAsync(), "GLIBCXX_9.9"));

    [Fact]
    public async Task MakeWeak_NoLibrary_IsRefused()
    {
        var library = await LibraryAsync();
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.MakeWeak(new byte[100], Newest));
        Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.MakeWeak(library.AsSpan(0, 4096), Newest));
    }

    private static async Task<byte[]> LibraryAsync() => await File.ReadAllBytesAsync(Path.Combine(
        await NuGetSetup.SharedPackagesAsync(), "torchsharp", PackageVersions.Of("TorchSharp"), "runtimes", "linux-x64", "native", "libLibTorchSharp.so"));
}
