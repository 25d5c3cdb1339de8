using System.Diagnostics;

namespace GymBridge.Cli.Tests;

/// <summary>What a shell is told when the tabulator is pressed.</summary>
[Collection(InThisProcess.Name)]
public class CompletionTests
{
    [Theory]
    [InlineData("gymbridge tr", "train")]
    [InlineData("gymbridge train Cart", "CartPole-v1")]
    [InlineData("gymbridge train CartPole-v1 --algo re", "reinforce")]
    [InlineData("gymbridge verify CartPole-v1 Pend", "Pendulum-v1")]
    [InlineData("gymbridge describe dp", "dpo")]
    [InlineData("gymbridge exercise X1", "X13")]
    [InlineData("gymbridge figure ba", "backups")]
    [InlineData("gymbridge bench learning ppo-c", "ppo-cartpole")]
    [InlineData("gymbridge mdp solve Chain-v0 --method so", "soft-kl")]
    [InlineData("gymbridge completion z", "zsh")]
    [InlineData("gymbridge eval ", "latest")]
    [InlineData("gymbridge export la", "latest")]
    [InlineData("gymbridge record la", "latest")]
    [InlineData("gymbridge record Cart", "CartPole-v1")]
    [InlineData("gymbridge train --resume la", "latest")]
    [InlineData("gymbridge train CartPole-v1 --init-from l", "latest")]
    [InlineData("gymbridge train CartPole-v1 --network na", "nature-cnn")]
    [InlineData("gymbridge train CartPole-v1 --activation T", "Tanh")]
    public async Task Suggest_BeginningOfAWord_NamesWhatMayStandThere(string line, string expected)
    {
        var result = await InThisProcess.RunAsync($"[suggest:{line.Length}]", line);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(expected, result.Output.Split('\n').Select(word => word.Trim()));
    }

    [Fact]
    public async Task Completion_InBash_CompletesTheWordAtTheCursor()
    {
        var script = (await InThisProcess.RunAsync("completion", "bash")).Output;

        // In the command's place: what it was asked, and words that do not all begin like the one at the cursor.
        var program = $"gymbridge() {{ printf '%s\\n' \"$1\" \"$2\" --traceback train travel; }}\n{script}\n"
            + "COMP_LINE='gymbridge tra'; COMP_POINT=13; _gymbridge gymbridge tra gymbridge; printf '%s ' \"${COMPREPLY[@]}\"; complete -p gymbridge";
        var output = await OutputAsync("bash", ["--norc", "-c", program]);
        Assert.Equal("train travel complete -o bashdefault -o default -F _gymbridge gymbridge", output.Trim());
    }

    // The command's place is taken by a function that tells what it was asked: the line up to the cursor begins with the command.
    [ShellFact("fish")]
    public async Task Completion_InFish_AsksForTheCommandAtTheCursorAlone()
    {
        var script = (await InThisProcess.RunAsync("completion", "fish")).Output;
        var program = $"function gymbridge; echo \"tra-$argv[1]|$argv[2]\"; end\n{script}\ncomplete -C 'cd /tmp; gymbridge tra'";
        Assert.Equal("tra-[suggest:13]|gymbridge tra", (await OutputAsync("fish", ["--no-config", "-c", program])).Trim());
    }

    [ShellFact("fish")]
    public async Task Completion_InFishWhereTheCommandKnowsNothing_NamesFiles()
    {
        var script = (await InThisProcess.RunAsync("completion", "fish")).Output;
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Combine("options.yml"), string.Empty);
        var program = $"function gymbridge; echo; end\n{script}\ncomplete -C 'gymbridge train --config {folder.Combine("opt")}'";
        Assert.Equal(folder.Combine("options.yml"), (await OutputAsync("fish", ["--no-config", "-c", program])).Trim());
    }

    [ShellFact("pwsh")]
    public async Task Completion_InPowerShell_AsksForTheCommandAtTheCursorAlone()
    {
        const string line = "cd /tmp; gymbridge tra";
        var script = (await InThisProcess.RunAsync("completion", "pwsh")).Output;
        var program = $"function gymbridge {{ \"tra-$($args[0])|$($args[1])\"; 'other' }}\n{script}\n"
            + $"[System.Management.Automation.CommandCompletion]::CompleteInput('{line}', {line.Length}, $null).CompletionMatches.CompletionText";
        Assert.Equal("tra-[suggest:13]|gymbridge tra", (await OutputAsync("pwsh", ["-NoProfile", "-Command", program])).Trim());
    }

    [ShellFact("zsh")]
    public async Task Completion_InZsh_IsAScriptOfZsh()
    {
        var script = (await InThisProcess.RunAsync("completion", "zsh")).Output;
        var program = $"compdef() {{ echo \"$@\"; }}; compadd() {{ echo \"$@\"; }}; gymbridge() {{ printf '%s\\n' \"$1|$2\" train; }}\n{script}\n"
            + "BUFFER='gymbridge tra'; CURSOR=13; _gymbridge";
        Assert.Equal("_gymbridge gymbridge\n-- [suggest:13]|gymbridge tra train", (await OutputAsync("zsh", ["-f", "-c", program])).Trim());
    }

    [Theory]
    [InlineData("zsh", "compdef _gymbridge gymbridge")]
    [InlineData("fish", "complete -c gymbridge")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName gymbridge")]
    public async Task Completion_OfOtherShells_AsksTheCommand(string shell, string registration)
    {
        var result = await InThisProcess.RunAsync("completion", shell);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(registration, result.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", result.Output, StringComparison.Ordinal);
        Assert.Equal(result.Output.TrimEnd(), (await InThisProcess.RunAsync("completion", shell, "--json")).Json["script"]!.GetValue<string>().TrimEnd());
    }

    private static async Task<string> OutputAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }
}
