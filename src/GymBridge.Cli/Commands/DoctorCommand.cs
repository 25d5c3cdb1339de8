using System.CommandLine;
using System.Text.Json.Nodes;
using GymBridge.Cli.Diagnosis;
using GymBridge.Cli.Options;
using GymBridge.Cli.Output;
using GymBridge.Protocol;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge doctor [ADDRESS]</c>: what is installed, and why a server can or cannot be used.</summary>
internal static class DoctorCommand
{
    private static readonly Argument<ServerAddress?> Address = AddressOption.CreateArgument(
        "ADDRESS", "A server to look at: host:port, https://host:port or unix:/path.");

    public static Command Create()
    {
        var command = new Command("doctor", "Show what is installed, and why a server can or cannot be used.") { Address };
        ServerOptions.AddCredentialsTo(command);
        command.SetWork(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var output = CliOutput.From(parsed);
        var findings = InstallationCheck.Run(cancellation).ToList();
        if (parsed.GetValue(Address) is { } address)
        {
            findings.AddRange(ServerCheck.Run(address, ServerOptions.Read(parsed), cancellation));
        }

        if (output.IsJson)
        {
            CliOutput.WriteJson(new JsonArray([.. findings.Select(ToJson)]));
        }
        else
        {
            findings.ForEach(finding => output.Line($"{Sign(finding.Mark)}  {finding.Name,-20}  {finding.Text}"));
        }

        return findings.Exists(finding => finding.Mark == Mark.Broken) ? 1 : 0;
    }

    private static JsonObject ToJson(Finding finding) => new()
    {
        ["name"] = finding.Name.Trim(),
        ["state"] = finding.Mark.ToString().ToLowerInvariant(),
        ["text"] = finding.Text,
    };

    private static string Sign(Mark mark) => mark switch
    {
        Mark.Ok => "ok    ",
        Mark.Absent => "-     ",
        _ => "BROKEN",
    };
}
