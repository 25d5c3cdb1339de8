using System.CommandLine;
using System.Text.Json.Nodes;
using GymBridge.Cli.Output;
using GymBridge.Client.Installation;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge python install</c>: makes the virtual environment in which Python environments run.</summary>
internal static class PythonCommand
{
    private static readonly Option<string[]> Extras = new("--extra")
    {
        Description = "Extras to install as well, named as Gymnasium's: atari (with its ROMs), box2d, classic-control, mujoco, or all of these.",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Python = new("--python")
    {
        Description = "Interpreter to make the environment with; by default $GYMBRIDGE_PYTHON, else python3.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> Package = new("--package")
    {
        Description = "Folder of the package's sources, installed editable: 'python' in a checkout; by default the package of this version.",
        HelpName = "FOLDER",
    };

    private static readonly Option<bool> Force = new("--force") { Description = "Install again even if nothing has changed." };

    public static Command Create()
    {
        Extras.AcceptOnlyFromAmong("all", "atari", "box2d", "classic-control", "dev", "mujoco", "test");
        var install = new Command("install", "Make the virtual environment and install the gymbridge package in it.") { Extras, Python, Package, Force };
        install.SetWork(InstallAsync);
        return new Command("python", "Manage the Python that Python environments run in.") { install };
    }

    private static async Task<int> InstallAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        var installation = await PythonInstaller.InstallAsync(
            new PythonInstallOptions
            {
                Extras = [.. parsed.GetValue(Extras) ?? []],
                Python = parsed.GetValue(Python),
                PackageFolder = parsed.GetValue(Package),
                Force = parsed.GetValue(Force),
                Progress = output.Line,
            },
            cancellation);
        if (output.IsJson)
        {
            CliOutput.WriteJson(new JsonObject
            {
                ["folder"] = installation.Environment.Folder,
                ["interpreter"] = installation.Environment.Interpreter,
                ["version"] = installation.PackageVersion,
                ["source"] = installation.Source.ToString(),
            });
        }
        else
        {
            output.Line(installation.ToString());
        }

        return 0;
    }
}
