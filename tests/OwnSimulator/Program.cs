using GymBridge.Protocol;
using GymBridge.Server;
using GymBridge.Tests.OwnSimulator;

await using var server = await GymBridgeServer.StartAsync(TroubleEnv.CreateRegistry(), ServerAddress.Parse(args[0]));
await server.WaitForStopAsync();
