using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Agents;

/// <summary>An algorithm: its options, and how its trainers and agents are made.</summary>
/// <param name="Name">Name: <c>ppo</c>.</param>
/// <param name="OptionsType">Record type of its options.</param>
/// <param name="DefaultOptions">Options that suit an environment, tuned where it is known.</param>
/// <param name="NumEnvs">Lanes that options ask for.</param>
/// <param name="DefaultTimesteps">Environment steps of a run unless said otherwise.</param>
/// <param name="CreateTrainer">Starts a run.</param>
/// <param name="CreateAgent">Makes an agent with fresh weights, to load saved ones into.</param>
public sealed record Algorithm(
    string Name,
    Type OptionsType,
    Func<EnvId, object> DefaultOptions,
    Func<object, int> NumEnvs,
    long DefaultTimesteps,
    Func<VectorEnv, object, Seed, long, Trainer> CreateTrainer,
    Func<Space, Space, object, Agent> CreateAgent);
