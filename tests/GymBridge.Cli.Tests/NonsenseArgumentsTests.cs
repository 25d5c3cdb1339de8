using System.CommandLine;

namespace GymBridge.Cli.Tests;

/// <summary>Every option and argument of every verb with values that nobody would write: never an exception, never a trace.</summary>
/// <remarks>In this process, with a work that is cancelled from the start: what a value breaks, it breaks before that.</remarks>
[Collection(InThisProcess.Name)]
public sealed class NonsenseArgumentsTests : IDisposable
{
    private static readonly string[] Values =
    [
        string.Empty, " ", "nonsense", "-1", "-9223372036854775809", "99999999999999999999", "1e999", "NaN", "0x10", "1,2", "[", "{\"a\":", "=", "a=b=c", "a=[1,",
        "\0", "\n", "é\u202e", "https://", "unix:", "unix:/proc/x/y", "[::]:x", "::", "@", "/", ".", "*", "%s", new('x', 5000),
    ];

    // They would run pip, or only print.
    private static readonly HashSet<string> Skipped = ["--extra", "--force", "--help", "--version"];

    private readonly TemporaryFolder _folder = new();
    private readonly string _previousFolder = Environment.CurrentDirectory;

    public NonsenseArgumentsTests() => Environment.CurrentDirectory = _folder.FullName;

    [Fact]
    public async Task Command_NonsenseForAnyOption_IsToldWithoutATrace()
    {
        var seen = new HashSet<(string, string?)>(); // what several verbs share needs to be tried once
        foreach (var (command, path) in Leaves(GymBridgeCommand.Root, []))
        {
            foreach (var option in command.Options.Where(option => !Skipped.Contains(option.Name) && seen.Add((option.Name, option.Description))))
            {
                string[] start = [.. path, .. command.Arguments.Where(IsRequired).Select(_ => "CartPole-v1"), option.Name];
                foreach (var value in Values)
                {
                    await AssertTold([.. start, value]);
                }

                await AssertTold(start);
                await AssertTold([.. start, "1", option.Name, "2"]);
            }
        }
    }

    [Fact]
    public async Task Command_NonsenseForAnyArgument_IsToldWithoutATrace()
    {
        foreach (var (command, path) in Leaves(GymBridgeCommand.Root, []).Where(leaf => leaf.Path is not (["python", ..] or ["torch", "install"])))
        {
            foreach (var value in Values)
            {
                await AssertTold([.. path, .. command.Arguments.Select(_ => value)]);
                await AssertTold([.. path, .. command.Arguments.Select(_ => "CartPole-v1"), value]);
            }
        }
    }

    [Fact]
    public async Task Command_NonsenseVerb_IsToldWithoutATrace()
    {
        foreach (var value in Values)
        {
            await AssertTold([value]);
            await AssertTold(["python", value]);
        }
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _previousFolder;
        _folder.Dispose();
    }

    private static bool IsRequired(Argument argument) => argument.Arity.MinimumNumberOfValues > 0;

    private static IEnumerable<(Command Command, string[] Path)> Leaves(Command command, string[] path) => command.Subcommands.Count == 0
        ? [(command, path)]
        : command.Subcommands.SelectMany(inner => Leaves(inner, [.. path, inner.Name]));

    private static async Task AssertTold(string[] arguments)
    {
        var line = string.Join(' ', arguments.Select(argument => argument.Length > 40 ? argument[..40] + "..." : $"'{argument}'"));
        var result = await InThisProcess.RunAsync(arguments, new CancellationToken(canceled: true));
        var (exitCode, error) = (result.ExitCode, result.Output + result.Error); // check tells its warnings on stdout
        Assert.True(exitCode is 0 or 1 or 2 or 130, $"{line}: exit code {exitCode}");
        Assert.True(exitCode == 0 || error.Length > 0, $"{line}: exit code {exitCode} without a word");
        foreach (var sign in new[] { "   at ", "Unhandled", "Bug in GymBridge", "System.", "`1[" })
        {
            Assert.False(error.Contains(sign, StringComparison.Ordinal), $"{line}: {error}");
        }
    }
}
