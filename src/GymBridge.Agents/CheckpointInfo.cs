using System.Text.Json.Nodes;
using GymBridge.Seeding;

namespace GymBridge.Agents;

/// <summary>What a checkpoint says of its run.</summary>
/// <param name="Algorithm">Name of the algorithm.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Timesteps">Environment steps that were made.</param>
/// <param name="TotalTimesteps">Environment steps that the run was to make; null if that was not said.</param>
/// <param name="NumEnvs">Lanes of the environment.</param>
/// <param name="EnvId">Id of the environment; null where it had none.</param>
/// <param name="Engine">The tensor engine that computed it, with its version.</param>
public sealed record CheckpointInfo(string Algorithm, Seed Seed, long Timesteps, long? TotalTimesteps, int NumEnvs, string? EnvId, string? Engine)
{
    /// <summary>Whether the run was cancelled within an update, with which it goes on: it is not complete, however many timesteps it has.</summary>
    public bool IsPaused { get; init; }

    internal static CheckpointInfo Of(JsonNode header)
    {
        try
        {
            return new CheckpointInfo(
                header["algorithm"]!.GetValue<string>(),
                Seed.Parse(header["seed"]!.GetValue<string>()),
                header["timesteps"]!.GetValue<long>(),
                header["total_timesteps"]?.GetValue<long>(),
                header["num_envs"]!.GetValue<int>(),
                header["env_id"]?.GetValue<string>(),
                header["engine"]?.GetValue<string>())
            {
                IsPaused = header["is_paused"]?.GetValue<bool>() ?? false,
            };
        }
        catch (Exception exception) when (exception is NullReferenceException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"what it says of its run is damaged: {exception.Message}", exception);
        }
    }
}
