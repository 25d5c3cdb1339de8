using System.CommandLine;
using System.Text.Json.Nodes;
using GymBridge.Cli.Errors;
using GymBridge.Cli.Output;

namespace GymBridge.Cli.Commands;

/// <summary><c>gymbridge completion SHELL</c>: the script that makes a shell complete verbs, options, environments and algorithms.</summary>
internal static class CompletionCommand
{
    // Each asks the command itself what may stand at the cursor ([suggest:POSITION] LINE); where it knows nothing, the shell names files.
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # source <(gymbridge completion bash), or this line in ~/.bashrc
            _gymbridge() {
                COMPREPLY=()
                local word
                while IFS= read -r word; do
                    [[ -n $word && $word == "$2"* ]] && COMPREPLY+=("$word")
                done < <(gymbridge "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
            }
            complete -o bashdefault -o default -F _gymbridge gymbridge
            """,
        ["zsh"] = """
            # source <(gymbridge completion zsh), or this line in ~/.zshrc behind compinit
            _gymbridge() {
                local -a words_found
                words_found=("${(@f)$(gymbridge "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                words_found=(${words_found:#})
                (( ${#words_found} )) && compadd -- $words_found || _files
            }
            compdef _gymbridge gymbridge
            """,
        ["fish"] = """
            # gymbridge completion fish > ~/.config/fish/completions/gymbridge.fish
            function __gymbridge_complete
                set -l line (commandline -cp | string trim --left | string collect)
                gymbridge "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null | string match -r '.+'
                or __fish_complete_path (commandline -ct)
            end
            complete -c gymbridge -f -a '(__gymbridge_complete)'
            """,
        ["pwsh"] = """
            # gymbridge completion pwsh | Out-String | Invoke-Expression, or this line in $PROFILE
            Register-ArgumentCompleter -Native -CommandName gymbridge -ScriptBlock {
                param($word, $line, $position)
                gymbridge "[suggest:$($position - $line.Extent.StartOffset)]" "$line" | Where-Object { $_ -and $_ -like "$word*" } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }
            """,
    };

    private static readonly Argument<string> Shell = new("SHELL") { Description = $"One of {string.Join(", ", Scripts.Keys)}." };

    /// <summary>The shells.</summary>
    public static IReadOnlyCollection<string> Shells => Scripts.Keys;

    public static Command Create()
    {
        var command = new Command("completion", "Print the script that makes a shell complete this command: source <(gymbridge completion bash).") { Shell };
        command.SetWork(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var shell = parsed.GetRequiredValue(Shell);
        var script = Scripts.GetValueOrDefault(shell) ?? throw new UsageException($"There is no completion for '{shell}'; there is one for {string.Join(", ", Scripts.Keys)}.");
        if (CliOutput.From(parsed).IsJson)
        {
            CliOutput.WriteJson(new JsonObject { ["shell"] = shell, ["script"] = script });
        }
        else
        {
            Console.Out.WriteLine(script);
        }

        return 0;
    }
}
