using System.CommandLine;
using System.CommandLine.Parsing;
using GymBridge.Agents;
using GymBridge.Cli.Errors;
using GymBridge.Torch;

namespace GymBridge.Cli.Options;

/// <summary>What computes: <c>--engine</c>, <c>--device</c> and <c>--threads</c>, settled before the first tensor.</summary>
internal static class EngineOptions
{
    private const string Cpu = "cpu";

    private static readonly Option<EngineKind?> Engine = new("--engine")
    {
        Description = $"Tensor engine: managed (the default: quick on small networks, the same bits everywhere) or libtorch ('gymbridge torch install' fetches it); also ${TorchEngine.Variable}.",
        HelpName = "ENGINE",
        CustomParser = ParseEngine,
        Arity = new ArgumentArity(1, 2),
    };

    private static readonly Option<string?> Device = new("--device")
    {
        Description = "Device of the networks: cpu (the default), cuda or cuda:N; another than cpu implies --engine libtorch.",
        HelpName = "DEVICE",
        CustomParser = ParseDevice,
    };

    private static readonly Option<int?> Threads = IntegerOption.CreateOptional(
        "--threads", "Threads of tensor operations; by default 1 on libtorch, where more cost more than they bring for networks of this size.", 1);

    public static void AddTo(Command command) => OptionGroup.Add(command, "What computes", Engine, Device, Threads);

    /// <summary>Chooses the engine: the command line's, else the variable's, else that of a saved run if it is there, else the managed one.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="note">Told when a saved run's engine is not taken.</param>
    /// <param name="saved">The engine of a saved run, by name; null where there is none.</param>
    /// <exception cref="TorchEngineException">The engine is not installed.</exception>
    /// <exception cref="UsageException">The engine does not have the device.</exception>
    public static EngineIdentity Choose(ParseResult parsed, Action<string> note, string? saved = null)
    {
        var device = parsed.GetValue(Device) ?? Cpu;
        var asked = parsed.GetValue(Engine);
        if (device != Cpu && asked == EngineKind.Managed)
        {
            throw new UsageException($"The managed engine computes on the CPU alone; --device {device} needs --engine libtorch.");
        }

        asked ??= device == Cpu ? TorchEngine.FromVariable() : EngineKind.Libtorch;
        TorchEngine.Choose(asked ?? OfRun(saved) ?? EngineKind.Managed);
        var engine = EngineIdentity.Current;
        if (saved is not null && NameOf(saved) != engine.Name)
        {
            note($"note: the run was made on {saved}, this is {engine}: results agree to rounding, not to the bit.");
        }

        if (parsed.GetValue(Threads) is { } threads)
        {
            TensorSettings.UseThreads(threads);
        }

        if (device != Cpu)
        {
            TensorSettings.UseDevice(device);
        }

        return engine;
    }

    private static EngineKind? OfRun(string? saved) =>
        saved is not null && TorchEngine.TryParse(NameOf(saved), out var engine) && TorchEngine.Installed(engine) is not null ? engine : null;

    private static string NameOf(string identity) => identity.Split(' ')[0];

    private static EngineKind? ParseEngine(ArgumentResult result)
    {
        var names = result.Tokens.SelectMany(token => token.Value.Split(',')).Distinct().ToList();
        if (names.Count > 1)
        {
            result.AddError($"One process computes with one engine, got {string.Join(" and ", names)}; two engines agree to rounding, never to the bit.");
            return null;
        }

        if (!TorchEngine.TryParse(names[0], out var engine))
        {
            result.AddError($"'{names[0]}' is no tensor engine; choose managed or libtorch.");
            return null;
        }

        return engine;
    }

    private static string? ParseDevice(ArgumentResult result)
    {
        var name = result.Tokens.Single().Value;
        var index = name.StartsWith("cuda:", StringComparison.Ordinal) ? name["cuda:".Length..] : "0";
        if (name is not (Cpu or "cuda") && !(name.StartsWith("cuda:", StringComparison.Ordinal) && index.Length is > 0 and < 4 && index.All(char.IsAsciiDigit)))
        {
            result.AddError($"'{name}' is no device; choose cpu, cuda or cuda:N.");
        }

        return name;
    }
}
