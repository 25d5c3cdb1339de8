namespace GymBridge.Protocol.Tests;

public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:50051", "127.0.0.1:50051", true)]
    [InlineData("localhost:0", "localhost:0", true)]
    [InlineData("[::1]:80", "[::1]:80", true)]
    [InlineData("example.org:443", "example.org:443", false)]
    [InlineData("0.0.0.0:1", "0.0.0.0:1", false)]
    [InlineData("[::]:1", "[::]:1", false)]
    [InlineData("https://example.org:443", "https://example.org:443", false)]
    [InlineData("https://[::1]:443/", "https://[::1]:443", true)]
    [InlineData("unix:/tmp/a", "unix:/tmp/a", true)]
    [InlineData("unix:///tmp/a", "unix:/tmp/a", true)]
    public void Parse_Address_IsReadAndWritten(string text, string expected, bool isLocal)
    {
        var address = ServerAddress.Parse(text);

        Assert.Equal((expected, isLocal), (address.ToString(), address.IsLocal));
        Assert.Equal(address, ServerAddress.Parse(expected));
    }

    [Theory]
    [InlineData("", "'' is not an address;")]
    [InlineData("localhost", "'localhost' is not an address;")]
    [InlineData(":80", "':80' is not an address;")]
    [InlineData("a:x", "'a:x' is not an address;")]
    [InlineData("a:-1", "'a:-1' is not an address;")]
    [InlineData("a:65536", "Port 65536 does not exist;")]
    [InlineData("::1:80", "Address '::1:80' has more than one colon;")]
    [InlineData("http://a:80", "Address 'http://a:80' has more than one colon;")]
    [InlineData("a b:80", "'a b' is not a host name or IP address;")]
    [InlineData("[nonsense:x]:80", "'[nonsense:x]' is not a host name or IP address;")]
    [InlineData("https://", "'https://' is not an address;")]
    [InlineData("unix:relative", "'relative' is not an absolute path of a Unix socket;")]
    [InlineData("unix:", "'' is not an absolute path of a Unix socket;")]
    public void Parse_WhatIsNoAddress_SaysWhy(string text, string start)
    {
        Assert.StartsWith(start, Assert.Throws<FormatException>(() => ServerAddress.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unix_PathTooLong_SaysBothLengths()
    {
        var path = "/" + new string('x', 107);

        Assert.Contains("may have 107 bytes", Assert.Throws<FormatException>(() => ServerAddress.Unix(path)).Message, StringComparison.Ordinal);
        Assert.Contains("has 108", Assert.Throws<FormatException>(() => ServerAddress.Unix(path)).Message, StringComparison.Ordinal);
    }
}
