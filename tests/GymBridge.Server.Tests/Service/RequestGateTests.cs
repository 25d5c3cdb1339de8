using GymBridge.Server.Security;
using GymBridge.Server.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace GymBridge.Server.Tests.Service;

public sealed class RequestGateTests : IDisposable
{
    private readonly string _tokenFile = Path.Combine(Path.GetTempPath(), $"gb-{Guid.NewGuid():N}");

    [Theory]
    [InlineData("/gymbridge.v1.EnvService/Open", "16")]
    [InlineData("/GYMBRIDGE.v1.EnvService/Open", "16")] // routing would find the method all the same
    [InlineData("/grpc.health.v1.Health/Watch", "16")]
    [InlineData("/grpc.health.v1.health/check", "16")]
    [InlineData("/Grpc.Health.v1.Health/Check", "16")]
    [InlineData("/GRPC.REFLECTION.v1alpha.ServerReflection/ServerReflectionInfo", "16")]
    [InlineData("/grpc.health.v1.Health/Check", null)]
    [InlineData("/page", null)]
    public async Task Request_ToAnApplicationWithATokenButWithoutIt_IsRefusedWhateverTheCaseOfItsPath(string path, string? status)
    {
        await File.WriteAllTextAsync(_tokenFile, Tokens.NewToken());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_tokenFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var gate = new RequestGate(AccessPolicy.ForApplication(_tokenFile, NullLogger.Instance), isWholeServer: false, NullLogger<RequestGate>.Instance);
        var context = new DefaultHttpContext();
        context.Request.Path = path;
        var isLetIn = false;

        await gate.InvokeAsync(context, _ =>
        {
            isLetIn = true;
            return Task.CompletedTask;
        });

        Assert.Equal(status is null, isLetIn);
        Assert.Equal(status, context.Response.Headers["grpc-status"].SingleOrDefault());
    }

    public void Dispose() => File.Delete(_tokenFile);
}
