using System.CommandLine;
using System.Text.Json.Nodes;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Output;
using GymBridge.Torch;
using GymBridge.Torch.Binding;
using GymBridge.Torch.Installation;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge torch</c>: fetches libtorch, and says whether an assembly can run on an engine.</summary>
internal static class TorchCommand
{
    private static readonly Option<string> Device = new("--device")
    {
        Description = "What libtorch is to compute on: cpu or cuda.",
        DefaultValueFactory = _ => "cpu",
    };

    private static readonly Option<bool> Force = new("--force") { Description = "Install again what is there already." };

    private static readonly Argument<string> Assembly = new("DLL") { Description = "An assembly that was compiled against TorchSharp." };

    public static Command Create()
    {
        var install = new Command(
            "install",
            $"Fetch libtorch for --engine libtorch, with the .NET SDK's own restore, into the user's cache (${EngineFolders.HomeVariable}, else ~/.cache/gymbridge), and try it out.") { Device, Force };
        install.SetWork(InstallAsync);
        var check = new Command("check", "Say whether an assembly can run on the managed engine: every type and member of TorchSharp that it uses.") { Assembly };
        check.SetWork((parsed, _) => Check(parsed));
        return new Command("torch", "Manage the tensor engines that agents compute with.") { install, check };
    }

    private static async Task<int> InstallAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        var options = new LibtorchInstallOptions { Device = parsed.GetValue(Device)!, Force = parsed.GetValue(Force), Progress = output.Line };
        var installation = await LibtorchInstaller.InstallAsync(options, cancellation);
        if (output.IsJson)
        {
            CliOutput.WriteJson(new JsonObject
            {
                ["folder"] = installation.Folder,
                ["device"] = installation.Device,
                ["libtorch"] = installation.Version,
                ["torchsharp"] = installation.TorchSharp,
                ["bytes"] = installation.Bytes,
                ["weak_version"] = installation.WeakVersion,
                ["was_up_to_date"] = installation.WasUpToDate,
            });
        }
        else
        {
            output.Line(installation.ToString());
            output.Line("Next: gymbridge train CartPole-v1 --engine libtorch");
        }

        return 0;
    }

    private static int Check(ParseResult parsed)
    {
        var output = CliOutput.From(parsed);
        var path = parsed.GetValue(Assembly)!;
        if (!File.Exists(path))
        {
            throw new UsageException($"'{path}' is no file; name an assembly, such as bin/Release/net10.0/MyAgents.dll.");
        }

        var engine = TorchEngine.Installed(EngineKind.Managed)!;
        IReadOnlyList<BindingProblem> problems;
        try
        {
            problems = EngineBinding.Check(path, Path.Combine(EngineFolders.Find(EngineKind.Managed)!, "TorchSharp.dll"));
        }
        catch (BadImageFormatException)
        {
            throw new UsageException($"'{path}' is no .NET assembly.");
        }

        if (output.IsJson)
        {
            CliOutput.WriteJson(new JsonObject
            {
                ["assembly"] = path,
                ["engine"] = engine.ToString(),
                ["complete"] = problems.Count == 0,
                ["missing"] = new JsonArray([.. problems.Select(problem => new JsonObject { ["member"] = problem.Member, ["reason"] = problem.Reason })]),
            });
        }
        else if (problems.Count == 0)
        {
            output.Line($"'{Path.GetFileName(path)}' can run on {engine}.");
        }
        else
        {
            output.Line(EngineBinding.Describe(Path.GetFileName(path), engine, problems));
        }

        return problems.Count == 0 ? 0 : 1;
    }
}
