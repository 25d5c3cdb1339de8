using System.Diagnostics;

namespace GymBridge.Bundled.Torch.Tests.IO;

/// <summary>A test that reads event files with TensorBoard's Python package: skipped where no Python has it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TensorBoardFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Interpreter = new(Find);

    public TensorBoardFactAttribute() => Skip = Interpreter.Value is null ? "No Python here has the packages tensorboard and pillow: pip install tensorboard." : null;

    /// <summary>Runs the Python that has it; returns what it prints.</summary>
    public static string Run(params string[] arguments)
    {
        var (exitCode, output, error) = Start(Interpreter.Value!, arguments);
        Assert.True(exitCode == 0, error);
        return output;
    }

    private static string? Find()
    {
        string[] candidates = [Path.Combine(RepositoryRoot.Path, ".venv", "bin", "python"), Path.Combine(RepositoryRoot.Path, ".venv", "Scripts", "python.exe"), "python3", "python"];
        return Array.Find(candidates, python =>
        {
            try
            {
                return Start(python, ["-c", "import PIL, tensorboard"]).ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        });
    }

    private static (int ExitCode, string Output, string Error) Start(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
