namespace GymBridge.Cli.Runs;

/// <summary>How a run is watched and kept: what can be changed when it goes on, and stays what it was otherwise.</summary>
/// <param name="EvalFrequency">Timesteps between two evaluations during training; 0 for none.</param>
/// <param name="EvalEpisodes">Episodes of an evaluation; 0 for none at the end.</param>
/// <param name="SaveFrequency">Timesteps between two checkpoints.</param>
/// <param name="KeptCheckpoints">Checkpoints that stay.</param>
/// <param name="StopReward">Mean return of the last 100 episodes that ends the run; null for none.</param>
/// <param name="LogTags">Names in the event files.</param>
/// <param name="LogFrequency">Timesteps between two rows of the logs; null for a thousandth of the run, 10,000 at most.</param>
/// <param name="RestartHost">Whether a process of the environment that dies is started again.</param>
internal sealed record RunMonitoring(
    long EvalFrequency, int EvalEpisodes, long SaveFrequency, int KeptCheckpoints, double? StopReward, string LogTags, long? LogFrequency, bool RestartHost);
