using GymBridge.Server.Service;
using Microsoft.AspNetCore.Hosting;

namespace GymBridge.Server.Hosting;

/// <summary>Puts the request gate before everything else that an application does with a request.</summary>
internal sealed class GateFilter(RequestGate gate) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
    {
        application.Use(inner => context => gate.InvokeAsync(context, inner));
        next(application);
    };
}
