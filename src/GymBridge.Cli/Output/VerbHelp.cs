using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace GymBridge.Cli.Output;

/// <summary>The help of a verb below another one, of whose arguments it takes none: <c>bench ENV</c> and <c>bench learning</c>.</summary>
internal sealed class VerbHelp : SynchronousCommandLineAction
{
    private readonly SynchronousCommandLineAction _help;

    private VerbHelp(SynchronousCommandLineAction help) => _help = help;

    public override bool ClearsParseErrors => true;

    public static void AttachTo(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new VerbHelp((SynchronousCommandLineAction)option.Action!);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var upper = parseResult.CommandResult.Command.Parents.OfType<Command>()
            .SelectMany(command => command.Arguments)
            .Where(argument => !argument.Hidden)
            .ToList();
        upper.ForEach(argument => argument.Hidden = true);
        try
        {
            return _help.Invoke(parseResult);
        }
        finally
        {
            upper.ForEach(argument => argument.Hidden = false);
        }
    }
}
