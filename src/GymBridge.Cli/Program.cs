using GymBridge.Cli;

StandardStreams.Open();
AddressSpace.WarnOfLimit(Console.Error);
try
{
    return await GymBridgeCommand.RunAsync(args);
}
catch (Exception exception)
{
    // An assembly of ours, or one that tells errors, could not be loaded.
    Console.Error.WriteLine($"error: {exception.Message}");
    return 1;
}
