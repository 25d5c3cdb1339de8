using System.Security.Cryptography;
using System.Text;
using GymBridge.Values;

namespace GymBridge.Core.Tests.Values;

/// <summary>golden/generate.py wrote float16.json with NumPy; a digest covers 1024 numbers.</summary>
public class Float16TextTests
{
    private const int Block = 1024;

    private static readonly GoldenTexts Golden = GoldenFile.Read<GoldenTexts>("tests/GymBridge.Core.Tests/Values/golden/float16.json");

    [Fact]
    public void Repr_OfEveryFloat16_IsThatOfNumPy() => AssertBlocks(Golden.Scalars, bits => [PythonText.Repr(Half(bits))]);

    [Fact]
    public void Format_OfPairs_IsThatOfNumPy() => AssertBlocks(
        Golden.Pairs, bits => bits % 2 == 0 ? [NumPyText.Format(NDArray.From(Half(bits), Half(bits + 1)))] : []);

    [Fact]
    public void Format_BesideOne_IsThatOfNumPy() => AssertBlocks(Golden.Mixed, bits => [NumPyText.Format(NDArray.From(Half(bits), (Half)1))]);

    private static Half Half(int bits) => BitConverter.UInt16BitsToHalf((ushort)bits);

    private static void AssertBlocks(string[] golden, Func<int, string[]> texts)
    {
        for (var block = 0; block < golden.Length; block++)
        {
            var written = Enumerable.Range(block * Block, Block).SelectMany(texts).ToList();
            var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', written))))[..12];
            Assert.True(golden[block] == digest, $"Block {block}, from {written[0]} to {written[^1]}, differs.");
        }
    }

    private sealed record GoldenTexts(string[] Scalars, string[] Pairs, string[] Mixed);
}
