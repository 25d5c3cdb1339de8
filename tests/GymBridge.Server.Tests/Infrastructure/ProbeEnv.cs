using GymBridge.Spaces;

namespace GymBridge.Server.Tests.Infrastructure;

/// <summary>What the environments of one host did, and a gate at which a step can be held.</summary>
internal sealed class Probe
{
    public int Steps;
    public int Resets;
    public int Made;
    public int Disposed;
    public Column? Column;

    public ManualResetEventSlim Gate { get; } = new(true);

    public SemaphoreSlim Entered { get; } = new(0);
}

/// <summary>An environment whose action says what goes wrong.</summary>
internal sealed class ProbeEnv : Env<float[], long>
{
    public const long Count = 0;
    public const long WaitAtGate = 1;
    public const long ThrowArgument = 2;
    public const long InfoWithObject = 3;
    public const long RichInfo = 4;
    public const long ThrowLongMessage = 5;
    public const long ThrowOutOfMemory = 6;
    public const long LargeInfo = 7;
    public const long ThrowUnknown = 8;
    public const long Terminate = 9;

    private readonly Probe _probe;
    private readonly bool _closesBadly;
    private int _steps;

    public ProbeEnv(Probe probe, EnvArguments arguments)
        : base(new Box(double.NegativeInfinity, double.PositiveInfinity, [2]), new Discrete(20))
    {
        _probe = probe;
        if (arguments.Get("fail", false))
        {
            throw new InvalidOperationException("The probe fails in its constructor.");
        }

        if (arguments.Get("wait", false))
        {
            probe.Entered.Release();
            probe.Gate.Wait();
        }

        _closesBadly = arguments.Get("closes_badly", false);
        Interlocked.Increment(ref probe.Made);
    }

    public static Info Rich { get; } = new()
    {
        ["none"] = null,
        ["int"] = 3L,
        ["tuple"] = TupleValue.Of(1L, 2.5, "x"),
        ["array"] = NDArray.From(1f, 2f),
        ["scalar"] = NumPyScalar.From(7L),
        ["nested"] = new Info { ["deep"] = new List<object?> { true } },
    };

    protected override ResetResult<float[]> OnReset(Info? options)
    {
        Interlocked.Increment(ref _probe.Resets);
        _steps = 0;
        return new ResetResult<float[]>([0, -1], options is null ? Info.Empty : new Info { ["options"] = options });
    }

    protected override StepResult<float[]> OnStep(long action)
    {
        Interlocked.Increment(ref _probe.Steps);
        _probe.Entered.Release();
        var info = action switch
        {
            WaitAtGate => Wait(),
            ThrowArgument => throw new ArgumentException("Two is a bad number.", nameof(action)),
            InfoWithObject => new Info { ["when"] = new object() },
            RichInfo => Rich,
            ThrowLongMessage => throw new InvalidOperationException(new string('é', 10_000)),
#pragma warning disable CA2201 // The point is how the host takes it.
            ThrowOutOfMemory => throw new OutOfMemoryException("No memory left for the probe."),
#pragma warning restore CA2201
            LargeInfo => new Info { ["blob"] = new byte[1_000_000] },
            ThrowUnknown => throw new UnheardOfException("never heard of"),
            _ => Info.Empty,
        };
        return new StepResult<float[]>([++_steps, action], 0.5, action == Terminate, false, info);
    }

    protected override void OnClose()
    {
        Interlocked.Increment(ref _probe.Disposed);
        if (_closesBadly)
        {
            throw new IOException("The recorder is full.");
        }
    }

    private Info Wait()
    {
        _probe.Gate.Wait();
        return Info.Empty;
    }

    private sealed class UnheardOfException(string message) : Exception(message);
}
