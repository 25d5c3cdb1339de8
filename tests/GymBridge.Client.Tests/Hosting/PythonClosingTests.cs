using GymBridge.Client.Errors;
using GymBridge.Client.Hosting;

namespace GymBridge.Client.Tests.Hosting;

/// <summary>What <c>close()</c> of a Python environment raises is thrown by Close, and a warning of Dispose.</summary>
public sealed class PythonClosingTests
{
    private static readonly EnvId Closes = EnvId.Parse("gymbridge_client_closing:Closing-v0");
    private static readonly MakeOptions Badly = new() { Kwargs = new Info { ["badly"] = "the recorder is full" } };

    [PythonTheory]
    [InlineData(1)]
    [InlineData(3)]
    public void Close_EnvironmentThatRaises_ThrowsItOnce(int lanes)
    {
        using var env = new PythonEnvSource().MakeVec(Closes, lanes, Badly);
        env.Reset(env.CreateStep(), 1);

        Assert.Equal("the recorder is full", Assert.Throws<IOException>(env.Close).Message);
        env.Close();
    }

    [PythonFact]
    public void Dispose_EnvironmentThatRaises_WarnsInOneSentence()
    {
        using var env = new PythonEnvSource().Make(Closes, Badly);
        env.Reset(1);
        var warnings = new List<string>();
        void Note(GymWarning warning) => warnings.Add(warning.Message);
        GymWarnings.Raised += Note;
        try
        {
            env.Dispose();
        }
        finally
        {
            GymWarnings.Raised -= Note;
        }

        Assert.Contains($"Closing '{env.Spec!.Id}' failed: OSError: the recorder is full", warnings);
    }

    [PythonFact]
    public void Close_EnvironmentThatEndsTheProcess_SaysHow()
    {
        using var env = new PythonEnvSource().Make(Closes, new MakeOptions { Kwargs = new Info { ["exit_code"] = 5L } });
        env.Reset(1);

        Assert.Contains("ended with exit code 5", Assert.Throws<SessionLostException>(env.Close).Message, StringComparison.Ordinal);
    }
}
