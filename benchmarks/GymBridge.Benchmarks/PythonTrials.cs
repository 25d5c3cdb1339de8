using System.Diagnostics;
using System.Text.Json.Nodes;

namespace GymBridge.Benchmarks;

/// <summary>A peer in Python that stays, and measures a trial when it is asked: so its trials and ours come in turn, and meet the same machine.</summary>
internal sealed class PythonTrials(string script, Process process) : IDisposable
{
    /// <summary>Measures one trial.</summary>
    public JsonObject Next()
    {
        process.StandardInput.WriteLine();
        process.StandardInput.Flush();
        return JsonNode.Parse(process.StandardOutput.ReadLine() ?? throw new GymBridgeException($"'{script}' has ended; its output is above."))!.AsObject();
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
