using System.Runtime.InteropServices;
using System.Security.Cryptography;
using GymBridge.Environments.Numerics;

namespace GymBridge.Environments.Tests.Numerics;

public class NumPySingleTests
{
    // np.cos and np.sin of 4 x 50 000 float32 angles up to 0.7, 3.2, 20 and 1000; NumPy 2.4.6 on AVX-512.
    [Fact]
    public void CosAndSin_OfManyAngles_HaveNumPysBits()
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var range in (double[])[0.7, 3.2, 20.0, 1000.0])
        {
            var angles = Enumerable.Range(0, 50_000)
                .Select(i => (float)((((ulong)i * 2654435761) % (1UL << 32) / 4294967296.0 * (2 * range)) - range)).ToArray();
            digest.AppendData(MemoryMarshal.AsBytes<float>(Array.ConvertAll(angles, NumPySingle.Cos)));
            digest.AppendData(MemoryMarshal.AsBytes<float>(Array.ConvertAll(angles, NumPySingle.Sin)));
        }

        Assert.Equal("6912adbc6603e8bd", Convert.ToHexStringLower(digest.GetHashAndReset())[..16]);
    }
}
