// Serves an environment of one's own to Python. Run it, then in Python:
//     env = gymbridge.make("Corridor-v0", address="127.0.0.1:50051")
using Examples;
using GymBridge.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(50051, listen => listen.Protocols = HttpProtocols.Http2));
builder.Services.AddGymBridge().AddEnvironment<Corridor>("Corridor-v0", maxEpisodeSteps: 50);

var app = builder.Build();
app.MapGymBridge();
await app.RunAsync();
