namespace GymBridge.Cli.Play;

/// <summary>A person at the keyboard of this terminal.</summary>
internal sealed class KeyboardPlayer : IPlayer
{
    // Short for a hand; a read that blocked could not be cancelled.
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    public bool IsPerson => true;

    public string? Next(CancellationToken cancellation)
    {
        while (true)
        {
            if (Console.KeyAvailable && KeyName.Of(Console.ReadKey(intercept: true)) is { } key)
            {
                return key;
            }

            Wait(Poll, cancellation);
        }
    }

    public string? Within(TimeSpan time, CancellationToken cancellation)
    {
        Wait(time, cancellation);
        string? last = null;
        while (Console.KeyAvailable)
        {
            last = KeyName.Of(Console.ReadKey(intercept: true)) ?? last;
        }

        return last;
    }

    private static void Wait(TimeSpan time, CancellationToken cancellation)
    {
        cancellation.WaitHandle.WaitOne(time);
        cancellation.ThrowIfCancellationRequested();
    }
}
