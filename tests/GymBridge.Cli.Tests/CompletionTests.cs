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
        using var bash = Process.Start(new ProcessStartInfo("bash", ["--norc", "-c", program]) { RedirectStandardOutput = true })!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.Equal("train travel complete -o bashdefault -o default -F _gymbridge gymbridge", output.Trim());
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
}
