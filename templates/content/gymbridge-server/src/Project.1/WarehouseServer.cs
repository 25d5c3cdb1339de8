using System.Net;
using GymBridge.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Project._1;

/// <summary>An ASP.NET application that serves environments to this machine.</summary>
public static class WarehouseServer
{
    /// <summary>Builds it.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="port">The port; 0 for one that is free.</param>
    public static WebApplication Create(string[] args, int port)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGymBridge().AddEnvironment<WarehouseEnv>("Warehouse-v0", maxEpisodeSteps: 50);

        var app = builder.Build();
        app.MapGymBridge();
        return app;
    }
}
