using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GymBridge.Cli;

/// <summary>Ctrl-C and SIGTERM: the first asks the work to end, the second ends the process.</summary>
/// <remarks>It listens before anything else is done, so that no signal falls between: System.CommandLine listens only once an action
/// has returned its task, and a server that already answers would be killed. Whoever is waited for in vain is told so.</remarks>
internal sealed class Interruption : IDisposable
{
    /// <summary>The exit code of a command that was interrupted.</summary>
    public const int ExitCode = 130;

    // SIGXFSZ of Linux and macOS, which .NET has no name for: a file that may not grow is an exception where it is written, not the end of
    // the process without a word.
    private const PosixSignal FileTooLong = (PosixSignal)25;

    // A server closes its sessions and a training run saves its weights, also on a loaded machine.
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);

    // Of all other work nothing is lost: a million lanes that are being made, or a step that hangs.
    private static readonly TimeSpan ShortStopTime = TimeSpan.FromSeconds(5);

    // coreutils' timeout sends its signal to the command and then to the group that the command is in: that is one request. Nobody presses
    // Ctrl-C twice in so short a time.
    private static readonly TimeSpan OneRequest = TimeSpan.FromMilliseconds(250);

    private static int _keepers;

    private readonly CancellationTokenSource _source;
    private readonly List<PosixSignalRegistration> _registrations = [];
    private Timer? _shortLimit;
    private Timer? _limit;
    private long _asked;

    public Interruption(CancellationToken cancellationToken)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        if (!OperatingSystem.IsWindows())
        {
            _registrations.Add(PosixSignalRegistration.Create(FileTooLong, context => context.Cancel = true));
        }
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Says, until it is disposed, that the work has something to bring to its end after a signal.</summary>
    public static IDisposable TakesTime() => new Keeper();

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _shortLimit?.Dispose();
        _limit?.Dispose();
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref _asked, Stopwatch.GetTimestamp(), 0) is var asked and > 0)
        {
            if (Stopwatch.GetElapsedTime(asked) > OneRequest)
            {
                GiveUp("Interrupted twice: ended at once, what was not saved is lost.");
            }

            return;
        }

        _shortLimit = new Timer(_ => GiveUpUnlessKept(), null, ShortStopTime, Timeout.InfiniteTimeSpan);
        _limit = new Timer(_ => GiveUp(StopTime), null, StopTime, Timeout.InfiniteTimeSpan);
        _source.Cancel();
    }

    private static void GiveUpUnlessKept()
    {
        if (Volatile.Read(ref _keepers) == 0)
        {
            GiveUp(ShortStopTime);
        }
    }

    private static void GiveUp(TimeSpan after) =>
        GiveUp($"Interrupted: ended after {after.TotalSeconds:F0} s in which the work came to no end, what was not saved is lost.");

    private static void GiveUp(string message)
    {
        Console.Error.WriteLine(message);
        Environment.Exit(ExitCode);
    }

    private sealed class Keeper : IDisposable
    {
        private int _isDisposed;

        public Keeper() => Interlocked.Increment(ref _keepers);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                Interlocked.Decrement(ref _keepers);
            }
        }
    }
}
