using System.Runtime.InteropServices;

namespace GymBridge.Server.Tests.Service;

/// <summary>How the server in a Python process starts; python/tests/inproc_cases.py has what it does then.</summary>
public class InProcessServerTests
{
    private const int Size = 256;

    [Fact]
    public void Bind_OfAnotherVersion_IsRefusedBeforeAnythingIsMade()
    {
        Assert.Equal(1, Bind(version: 3, Size, () => throw new InvalidOperationException("made")).Code);
        Assert.Equal(1, Bind(version: 2, 8, () => throw new InvalidOperationException("made")).Code);
    }

    [Fact]
    public void Bind_WhenEnvironmentsFail_ReturnsTheText()
    {
        var (code, text) = Bind(version: 2, Size, () => throw new GymBridgeException("no such map: 'x'"));
        Assert.Equal(2, code);
        Assert.Equal("no such map: 'x'", text);
    }

    [Fact]
    public void Bind_WithALongText_CutsIt()
    {
        var (code, text) = Bind(version: 2, Size, () => throw new GymBridgeException(new string('ä', Size)));
        Assert.Equal(2, code);
        Assert.Equal(new string('ä', (Size - 1) / 2), text);
    }

    [Fact]
    public void Bind_WithOptionsThatMakeNoSense_SaysWhich()
    {
        var (code, text) = Bind(version: 2, Size, () => new EnvRegistry(), options => options.Credits = 0);
        Assert.Equal(2, code);
        Assert.Equal("Credits must be 1 to 1024, got 0.", text);
    }

    private static (int Code, string Text) Bind(long version, int size, Func<EnvRegistry> environments, Action<GymBridgeOptions>? configure = null)
    {
        var table = Marshal.AllocHGlobal(Size);
        try
        {
            Marshal.WriteInt64(table, version);
            Marshal.WriteByte(table, sizeof(long), 0);
            var code = InProcessServer.Bind(table, size, environments, configure);
            return (code, Marshal.PtrToStringUTF8(table)!);
        }
        finally
        {
            Marshal.FreeHGlobal(table);
        }
    }
}
