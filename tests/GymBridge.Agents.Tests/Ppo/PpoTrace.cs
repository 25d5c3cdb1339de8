using System.Text.Json;

namespace GymBridge.Agents.Tests.Ppo;

/// <summary>A recorded training run of Stable-Baselines3's PPO (golden/, made by shared/golden/traces/generate_traces.py).</summary>
internal sealed class PpoTrace : IDisposable
{
    private readonly JsonDocument _document;

    public PpoTrace(string file) => _document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", file)));

    public int NumEnvs => _document.RootElement.GetProperty("num_envs").GetInt32();

    public JsonElement Defaults => _document.RootElement.GetProperty("defaults");

    public JsonElement Options => _document.RootElement.GetProperty("options");

    public IReadOnlyList<JsonElement> Iterations => [.. _document.RootElement.GetProperty("iterations").EnumerateArray()];

    public JsonElement Parameters(int iteration) => _document.RootElement.GetProperty("parameters")[iteration];

    /// <summary>An option that the run was given, or Stable-Baselines3's default.</summary>
    public double Option(string name, double defaultValue) =>
        Options.TryGetProperty(name, out var value) ? value.GetDouble() : defaultValue;

    public static float[] Floats(JsonElement tensor) => [.. tensor.GetProperty("data").EnumerateArray().Select(item => (float)item.GetDouble())];

    public static long[] Longs(JsonElement tensor) => [.. tensor.GetProperty("data").EnumerateArray().Select(item => item.GetInt64())];

    public void Dispose() => _document.Dispose();
}
