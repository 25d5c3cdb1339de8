using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Environments.Tests;

/// <summary>Runs an environment as golden/generate.py does and digests everything that it returns.</summary>
internal sealed class TrajectoryReplay : IDisposable
{
    public const int Steps = 20_000;
    public const int Checkpoint = 1000;

    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Env _env;
    private readonly Info? _options;
    private readonly string? _policy;
    private readonly bool _hasText;

    public TrajectoryReplay(GoldenTrajectory golden)
    {
        _hasText = golden.EnvId.StartsWith("FrozenLake", StringComparison.Ordinal)
            || golden.EnvId.StartsWith("CliffWalking", StringComparison.Ordinal)
            || golden.EnvId.StartsWith("Taxi", StringComparison.Ordinal);
        _options = golden.OptionsInfo;
        _policy = golden.Policy;
        _env = EnvironmentCatalog.CreateRegistry().Make(
            golden.EnvId, new MakeOptions { Kwargs = golden.KwargsInfo, RenderMode = _hasText ? "ansi" : null });
    }

    public List<string> Checkpoints { get; } = [];

    public int Terminations { get; private set; }

    public int Truncations { get; private set; }

    public double Return { get; private set; }

    public void Run(Seed seed)
    {
        _env.ActionSpace.Seed(seed);
        var (observation, info) = _env.ResetObject(seed, _options);
        FeedState(observation, info);
        for (var t = 0; t < Steps; t++)
        {
            var step = _env.StepObject(Choose(t, observation, info));
            (observation, info) = (step.Observation, step.Info);
            Feed(observation);
            FeedDouble(step.Reward);
            _digest.AppendData([step.Terminated ? (byte)1 : (byte)0, step.Truncated ? (byte)1 : (byte)0]);
            FeedInfo(info);
            FeedGenerator();
            FeedText();
            Terminations += step.Terminated ? 1 : 0;
            Truncations += step.Truncated ? 1 : 0;
            Return += step.Reward;
            if (step.Ended)
            {
                (observation, info) = _env.ResetObject(null, _options);
                FeedState(observation, info);
            }

            if ((t + 1) % Checkpoint == 0)
            {
                Checkpoints.Add(Convert.ToHexStringLower(_digest.GetCurrentHash())[..16]);
            }
        }
    }

    public void Dispose()
    {
        _digest.Dispose();
        _env.Dispose();
    }

    private object Choose(int t, object observation, Info info)
    {
        // Always draws, so that the stream does not depend on the policy.
        var action = _policy == "mask" ? ((Discrete)_env.ActionSpace).Sample((NDArray)info["action_mask"]!) : _env.ActionSpace.Sample();
        if (_policy != "pump" || t / Checkpoint % 2 == 0)
        {
            return action;
        }

        var seen = ((NDArray)observation).AsSpan<float>();
        return _env.Unwrapped.GetType().Name switch
        {
            "MountainCarEnv" => seen[1] >= 0 ? 2L : 0L,
            "ContinuousMountainCarEnv" => NDArray.From((seen[1] >= 0 ? 1.25f : -1.0f) * Math.Abs(((NDArray)action).AsSpan<float>()[0])),
            "PendulumEnv" => NDArray.From(((NDArray)action).AsSpan<float>()[0] * 1.5f),
            _ => seen[4] < 0 ? 2L : 0L,
        };
    }

    private void FeedState(object observation, Info info)
    {
        Feed(observation);
        FeedInfo(info);
        FeedGenerator();
        FeedText();
    }

    private void FeedText()
    {
        if (_hasText)
        {
            _digest.AppendData(Encoding.UTF8.GetBytes((string)_env.Render()!));
        }
    }

    private void FeedInfo(Info info)
    {
        foreach (var (key, value) in info)
        {
            _digest.AppendData(Encoding.UTF8.GetBytes(key));
            Feed(value!);
        }
    }

    private void Feed(object value)
    {
        switch (value)
        {
            case NDArray array:
                _digest.AppendData("a"u8);
                _digest.AppendData(array.Bytes);
                break;
            case TupleValue tuple:
                foreach (var item in tuple)
                {
                    FeedLong((long)item!);
                }

                break;
            case bool flag:
                _digest.AppendData([(byte)'b', flag ? (byte)1 : (byte)0]);
                break;
            case long number:
                _digest.AppendData("i"u8);
                FeedLong(number);
                break;
            default:
                _digest.AppendData("f"u8);
                FeedDouble((double)value);
                break;
        }
    }

    private void FeedLong(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        _digest.AppendData(bytes);
    }

    private void FeedDouble(double value) => FeedLong(BitConverter.DoubleToInt64Bits(value));

    private void FeedGenerator()
    {
        var state = _env.Rng.State;
        Span<byte> bytes = stackalloc byte[37];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, state.State);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes[16..], state.Increment);
        bytes[32] = state.HasUInt32 ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[33..], state.UInteger);
        _digest.AppendData(bytes);
    }
}
