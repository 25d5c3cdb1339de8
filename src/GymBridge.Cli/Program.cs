using GymBridge.Cli;

return await GymBridgeCommand.RunAsync(args);
