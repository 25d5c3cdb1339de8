using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text.Json.Nodes;
using GymBridge.Torch;

namespace GymBridge.Cli.Output;

/// <summary><c>gymbridge --version</c>: the version, and the tensor engines that are there.</summary>
internal sealed class VersionReport : SynchronousCommandLineAction
{
    /// <summary>The version of this command.</summary>
    public static string Version { get; } = typeof(VersionReport).Assembly.GetName().Version!.ToString(3);

    /// <summary>Makes <c>--version</c> print this, also together with <c>--json</c>.</summary>
    public static void AttachTo(RootCommand root)
    {
        var option = root.Options.OfType<VersionOption>().Single();
        option.Validators.Clear();
        option.Action = new VersionReport();
    }

    public override int Invoke(ParseResult parseResult)
    {
        var output = CliOutput.From(parseResult);
        var chosen = TorchEngine.Chosen;
        if (output.IsJson)
        {
            CliOutput.WriteJson(new JsonObject
            {
                ["version"] = Version,
                ["engine"] = TorchEngine.NameOf(chosen),
                ["managed"] = TorchEngine.Installed(EngineKind.Managed)?.ToString(),
                ["libtorch"] = TorchEngine.Installed(EngineKind.Libtorch)?.ToString(),
            });
            return 0;
        }

        output.Line($"gymbridge {Version}");
        foreach (var kind in Enum.GetValues<EngineKind>())
        {
            var installed = TorchEngine.Installed(kind)?.ToString() ?? $"{TorchEngine.NameOf(kind)}: not installed ('gymbridge torch install' fetches it)";
            output.Line($"{(kind == chosen ? "engine" : "other engine")} {installed}");
        }

        return 0;
    }
}
