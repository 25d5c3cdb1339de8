namespace GymBridge.Agents.Collecting;

/// <summary>Keeps the episodes of a run where they are while somebody else steps an environment, which may be the one that is trained on.</summary>
internal sealed class KeptEpisodes : IDisposable
{
    private readonly VectorEnv _env;
    private readonly Info? _state;

    /// <summary>Begins; where the environment cannot be brought back, the run is told that its episodes are lost.</summary>
    /// <param name="driver">Of the run; null if the policy is in no training.</param>
    /// <param name="env">What is stepped until this is disposed.</param>
    public KeptEpisodes(EnvDriver? driver, VectorEnv env)
    {
        _env = env;
        if (driver is not { HasStarted: true } || !(ReferenceEquals(env, driver.Env) || Lanes(env).Intersect(Lanes(driver.Env)).Any()))
        {
            return;
        }

        if (env.CanSaveState)
        {
            _state = env.SaveState();
        }
        else
        {
            driver.LoseEpisodes();
        }
    }

    /// <summary>Brings the environment back.</summary>
    public void Dispose()
    {
        if (_state is not null)
        {
            _env.RestoreState(_state);
        }
    }

    private static IEnumerable<Env> Lanes(VectorEnv env) => env is SyncVectorEnv lanes ? Enumerable.Range(0, lanes.NumEnvs).Select(lane => lanes[lane]) : [];
}
