using GymBridge.Spaces;

namespace GymBridge.Tests.OwnSimulator;

/// <summary>An environment whose action says what goes wrong in the step.</summary>
public sealed class TroubleEnv : Env<float[], long>
{
    /// <summary>Says by a file beside the gate that it is there, and waits for the gate.</summary>
    public const long Wait = 1;

    /// <summary>Looks at an object that is not there: a fault of the processor.</summary>
    public const long Null = 2;

    /// <summary>Throws.</summary>
    public const long Throw = 3;

    /// <summary>Says by a file beside the gate that it is there, and computes without a pause; now and then it looks for the gate.</summary>
    public const long Compute = 4;

    private readonly string?[] _nothing = new string?[1];
    private float _steps;
    private string _gate = "nowhere";

    public TroubleEnv()
        : base(new Box(0f, float.MaxValue, [1]), new Discrete(5))
    {
    }

    public static EnvRegistry CreateRegistry()
    {
        var registry = new EnvRegistry();
        registry.Register(new EnvSpec { Id = "Trouble-v0" }, _ => new TroubleEnv());
        return registry;
    }

    protected override ResetResult<float[]> OnReset(Info? options)
    {
        _steps = 0;
        if (options is { Count: > 0 })
        {
            Thread.Sleep(20); // any option: a slow environment
            _gate = options["gate"] as string ?? _gate;
        }

        return new([_steps]);
    }

    protected override StepResult<float[]> OnStep(long action)
    {
        _steps++;
        switch (action)
        {
            case Wait:
                File.WriteAllText(_gate + ".entered", string.Empty);
                while (!File.Exists(_gate))
                {
                    Thread.Sleep(5);
                }

                break;
            case Compute:
                File.WriteAllText(_gate + ".entered", string.Empty);
                var looks = 0u;
                while (++looks % (1 << 24) != 0 || !File.Exists(_gate))
                {
                    // Nothing that could be interrupted.
                }

                break;
            case Null:
                _steps = _nothing[0]!.Length;
                break;
            case Throw:
                throw new InvalidOperationException("trouble was asked for");
        }

        return new([_steps], 1, false);
    }
}
