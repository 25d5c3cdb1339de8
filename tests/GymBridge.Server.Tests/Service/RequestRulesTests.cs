using Grpc.Core;
using GymBridge.Server.Service;
using Microsoft.AspNetCore.Http;

namespace GymBridge.Server.Tests.Service;

public sealed class RequestRulesTests
{
    [Theory]
    [InlineData("1n")]
    [InlineData("99n")]
    [InlineData("100n")]
    [InlineData("99999999n", false)]
    [InlineData("999u")]
    [InlineData("1000u", false)]
    [InlineData("0m")]
    [InlineData("0H")]
    [InlineData("1m", false)]
    [InlineData("20S", false)]
    [InlineData("9999M", false)]
    [InlineData("99999999H", false)]
    public void Check_ADeadline_IsOverIfItIsLessThanAMillisecond(string timeout, bool isOver = true)
    {
        Assert.Equal(isOver ? StatusCode.DeadlineExceeded : (StatusCode?)null, StatusOf(timeout));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("S")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData("1x")]
    [InlineData("1s")]
    [InlineData("1.5S")]
    [InlineData("5 S")]
    [InlineData(" 5S")]
    [InlineData("\u0661S")] // a digit, but none of these
    [InlineData("999999999S")]
    [InlineData("2147483647H")]
    public void Check_ADeadlineThatIsNone_IsInternal(string timeout)
    {
        Assert.Equal(StatusCode.Internal, StatusOf(timeout));
    }

    [Fact]
    public void Check_NoDeadlineOrTwo_IsFineOrInternal()
    {
        Assert.Null(RequestRules.Check(new HeaderDictionary()));
        Assert.Equal(StatusCode.Internal, RequestRules.Check(new HeaderDictionary { ["grpc-timeout"] = (string[])["1S", "1S"] })?.StatusCode);
    }

    private static StatusCode? StatusOf(string timeout) => RequestRules.Check(new HeaderDictionary { ["grpc-timeout"] = timeout })?.StatusCode;
}
