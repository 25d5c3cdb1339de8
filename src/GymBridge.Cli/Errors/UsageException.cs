namespace GymBridge.Cli.Errors;

/// <summary>The command line makes no sense: exit code 2. The message names the value and what to write instead.</summary>
internal sealed class UsageException : Exception
{
    public UsageException(string message)
        : base(message)
    {
    }

    public UsageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
