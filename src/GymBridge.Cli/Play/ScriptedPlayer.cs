namespace GymBridge.Cli.Play;

/// <summary>Keys from a text: one character each, line breaks left out. No time passes between them.</summary>
internal sealed class ScriptedPlayer(TextReader keys) : IPlayer
{
    public bool IsPerson => false;

    public string? Next(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        int character;
        do
        {
            character = keys.Read();
        }
        while (character is '\n' or '\r');

        return character < 0 ? null : KeyName.Of((char)character);
    }

    public string? Within(TimeSpan time, CancellationToken cancellation) => Next(cancellation);
}
