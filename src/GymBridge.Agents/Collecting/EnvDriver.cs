using System.Globalization;
using System.Text.Json.Nodes;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Observations;
using GymBridge.Seeding;
using GymBridge.Wrappers;

namespace GymBridge.Agents.Collecting;

/// <summary>
/// Steps the environment that an agent trains on: resets it once, counts episodes and steps, refuses what is not finite, and can
/// bring it back to where a checkpoint left it.
/// </summary>
/// <remarks>With SameStep every step of a lane is a transition. With NextStep the step after the end of an episode ignores its action and
/// only resets: it is no transition, and <see cref="IsTransition"/> says so.</remarks>
public sealed class EnvDriver
{
    private const string NormalizationsEntry = "env/normalizations.json";

    private readonly EnvHistory _history;
    private readonly IReadOnlyList<Normalization> _normalizations;
    private readonly ReadOnlyMemory<double> _originalRewards;
    private List<object?> _firstNormalizations = [];
    private readonly bool[] _isResetting;
    private readonly bool[] _wasResetting;
    private long _absorbed;
    private bool _isReseeded;
    private bool _hasLostEpisodes;

    /// <summary>Takes over the stepping of an environment, which stays the caller's.</summary>
    /// <param name="env">Autoreset SameStep or NextStep.</param>
    /// <param name="seed">Lane i is reset with seed + i.</param>
    /// <param name="encoder">Turns its observations into features.</param>
    /// <exception cref="ArgumentException">The environment does not reset lanes by itself.</exception>
    public EnvDriver(VectorEnv env, Seed seed, ObservationEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(encoder);
        if (env.AutoresetMode == AutoresetMode.Disabled)
        {
            throw new ArgumentException("Training needs an environment that resets its lanes by itself; make it with autoreset SameStep or NextStep, not Disabled.", nameof(env));
        }

        Env = env;
        Seed = seed;
        Encoder = encoder;
        Current = env.CreateStep();
        Actions = env.CreateActions();
        Episodes = new EpisodeTracker(env.NumEnvs);
        _history = new EnvHistory(Actions, isNeeded: !env.CanSaveState);
        _normalizations = Normalization.Of(env);
        _originalRewards = _normalizations.LastOrDefault(normalization => !normalization.OriginalRewards.IsEmpty)?.OriginalRewards ?? Current.Rewards;
        _isResetting = new bool[env.NumEnvs];
        _wasResetting = new bool[env.NumEnvs];
    }

    /// <summary>The environment that is stepped; it stays the caller's.</summary>
    public VectorEnv Env { get; }

    /// <summary>Seed of the first reset.</summary>
    public Seed Seed { get; }

    /// <summary>Turns observations into features.</summary>
    public ObservationEncoder Encoder { get; }

    /// <summary>What the last reset or step returned.</summary>
    public VectorStep Current { get; }

    /// <summary>The actions of the next step; fill them before <see cref="Step"/>.</summary>
    public Columns Actions { get; }

    /// <summary>Finished episodes, with the rewards as they were before NormalizeReward.</summary>
    public EpisodeTracker Episodes { get; }

    /// <summary>Transitions so far, over all lanes.</summary>
    public long Timesteps { get; private set; }

    /// <summary>Whether the environment is in the midst of its episodes; false before the first reset, and after loading a checkpoint from
    /// which it begins anew.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Ends the run before the next step.</summary>
    /// <value>None.</value>
    public CancellationToken Cancellation { get; set; }

    /// <summary>Whether the run was ended at a moment from which it goes on: nothing that it had done so far is to be done again.</summary>
    internal bool IsPaused { get; set; }

    /// <summary>Whether somebody else has stepped the environment, so that its lanes are not where the last step of the run left them.</summary>
    internal bool HasLostEpisodes => _hasLostEpisodes && !_isReseeded;

    /// <summary>Told that somebody else steps the environment.</summary>
    internal void LoseEpisodes() => _hasLostEpisodes = true;

    /// <summary>Resets all lanes with their seeds, the first time that it is called.</summary>
    public void Start()
    {
        if (!HasStarted)
        {
            _firstNormalizations = SaveNormalizations();
            Env.Reset(Current, Seed);
            HasStarted = true;
        }
    }

    /// <summary>Begins a new episode in every lane; the generators of the environment run on.</summary>
    public void Restart()
    {
        Env.Reset(Current);
        _history.AddReset();
        Array.Clear(_isResetting);
        Array.Clear(_wasResetting);
        for (var lane = 0; lane < Env.NumEnvs; lane++)
        {
            Episodes.Restart(lane);
        }
    }

    /// <summary>Begins a new episode in every lane from a seed of its own.</summary>
    /// <param name="seeds">One for each lane.</param>
    /// <param name="option">Name of a reset option that numbers the start states: lanes with one seed after another are a group, and group g gets g. Null gives none.</param>
    /// <param name="groupSize">Lanes of a group, where there is an option.</param>
    /// <remarks>Whoever does so before each update needs no way back to where the environment was: a checkpoint holds none.</remarks>
    public void Restart(ReadOnlySpan<Seed?> seeds, string? option = null, int groupSize = 1)
    {
        if (!HasStarted)
        {
            _firstNormalizations = SaveNormalizations();
        }

        if (option is null)
        {
            Env.Reset(Current, seeds);
        }
        else
        {
            ResetGroups(seeds, option, groupSize);
        }

        (HasStarted, _isReseeded) = (true, true);
        Array.Clear(_isResetting);
        Array.Clear(_wasResetting);
        for (var lane = 0; lane < Env.NumEnvs; lane++)
        {
            Episodes.Restart(lane);
        }
    }

    /// <summary>Takes <see cref="Actions"/> in every lane.</summary>
    /// <exception cref="NonFiniteException">A reward is NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException"><see cref="Cancellation"/> is cancelled.</exception>
    public void Step()
    {
        Cancellation.ThrowIfCancellationRequested();
        StepAnyway();
    }

    /// <summary>Ends the run here, where it is cancelled: between two steps, of the environment or of an optimizer, and before random numbers
    /// are drawn for the next one.</summary>
    /// <exception cref="OperationCanceledException"><see cref="Cancellation"/> is cancelled.</exception>
    internal void PauseIfCancelled()
    {
        var isPaused = false;
        PauseIfCancelled(ref isPaused);
    }

    /// <summary>As the other one, for a part that has to know it too.</summary>
    /// <param name="isPaused">Whether the run ends here. It is asked once: a cancellation that comes in between waits for the next step.</param>
    internal void PauseIfCancelled(ref bool isPaused)
    {
        isPaused = IsPaused = Cancellation.IsCancellationRequested;
        if (isPaused)
        {
            throw new OperationCanceledException(Cancellation);
        }
    }

    /// <summary>As <see cref="Step"/>, for a caller that has looked at <see cref="Cancellation"/> before it chose the actions.</summary>
    internal void StepAnyway()
    {
        if (!_isReseeded)
        {
            _history.AddStep(Actions);
        }

        using (UpdateClock.Measure(UpdatePhase.Environment))
        {
            Env.Step(Actions, Current);
        }

        _isResetting.CopyTo(_wasResetting, 0);
        for (var lane = 0; lane < Env.NumEnvs; lane++)
        {
            if (!IsTransition(lane))
            {
                _isResetting[lane] = false;
                continue;
            }

            Timesteps++;
            var reward = Current.Rewards[lane];
            if (!double.IsFinite(reward))
            {
                throw new NonFiniteException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The environment{Name} gave the reward {reward} in lane {lane} at timestep {Timesteps}; rewards must be finite. Mend the environment, or wrap it with TransformReward."));
            }

            Episodes.Add(lane, _originalRewards.Span[lane], EpisodeEnd.Of(Current, lane));
            _isResetting[lane] = Env.AutoresetMode == AutoresetMode.NextStep && HasEnded(lane);
        }
    }

    /// <summary>Counts what another driver has done, which steps a part of the lanes by itself.</summary>
    /// <param name="part">The other driver.</param>
    /// <param name="ended">Episodes that it has ended; emptied.</param>
    internal void Absorb(EnvDriver part, List<(double Return, long Length)> ended)
    {
        Timesteps += part.Timesteps - part._absorbed;
        part._absorbed = part.Timesteps;
        foreach (var (episodeReturn, length) in ended)
        {
            Episodes.AddEpisode(episodeReturn, length);
        }

        ended.Clear();
    }

    /// <summary>Counts transitions that others made.</summary>
    internal void AddTimesteps(long timesteps) => Timesteps += timesteps;

    /// <summary>Whether the last step of a lane was a transition, and not the mere reset of <see cref="AutoresetMode.NextStep"/>.</summary>
    public bool IsTransition(int lane) => !_wasResetting[lane];

    /// <summary>Whether the last step ended the episode of a lane.</summary>
    public bool HasEnded(int lane) => Current.Terminated[lane] || Current.Truncated[lane];

    /// <summary>Encodes the present observations.</summary>
    /// <param name="features">float32 [N, F]; filled.</param>
    /// <exception cref="NonFiniteException">An observation holds NaN or infinity.</exception>
    public void Encode(Span<float> features)
    {
        try
        {
            Encoder.Encode(Current.Observations, features);
        }
        catch (ArgumentException exception)
        {
            throw new GymBridgeException($"The environment{Name} broke its promise at timestep {Timesteps}. {exception.Message} Mend the environment, or its space.", exception);
        }

        Check(features, 0, "observation");
    }

    /// <summary>Encodes the last observation of an episode that the last step ended.</summary>
    /// <param name="lane">A lane for which <see cref="HasEnded"/>.</param>
    /// <param name="features">float32 [F]; filled.</param>
    /// <exception cref="NonFiniteException">The observation holds NaN or infinity.</exception>
    public void EncodeFinal(int lane, Span<float> features)
    {
        Encoder.EncodeLane(Current.HasFinal[lane] ? Current.FinalObservations : Current.Observations, lane, features);
        Check(features, lane, "final observation");
    }

    /// <summary>Saves where the environment is, or brings it there.</summary>
    /// <param name="archive">The checkpoint.</param>
    /// <param name="isAtRest">Whether the run can go on from here: false in the middle of an update, after which episodes begin anew.</param>
    internal void Exchange(StateArchive archive, bool isAtRest)
    {
        Timesteps = archive.Number("env/timesteps", Timesteps);
        _absorbed = Timesteps;
        Episodes.Exchange(archive, "episodes");
        var isReseeded = _isReseeded && !(IsPaused && Env.CanSaveState);
        var way = (WayBack)archive.Number("env/way_back", (long)(!HasStarted ? WayBack.Unused : isReseeded ? WayBack.Reseeded : isAtRest && !_hasLostEpisodes ? Way : WayBack.None));
        switch (way)
        {
            case WayBack.Unused:
                return;
            case WayBack.Reseeded:
                ExchangeNormalizations(archive, "last");
                return;
            case WayBack.Snapshot:
                var state = archive.Json("env/state.json", WriteState);
                if (archive.IsLoading)
                {
                    ReadState(state);
                }

                for (var i = 0; i < Current.Observations.Count; i++)
                {
                    archive.Span($"env/observations_{i}", Current.Observations[i].Bytes);
                }

                break;
            case WayBack.Replay:
                _history.Exchange(archive);
                if (archive.IsLoading)
                {
                    ExchangeNormalizations(archive, "first");
                    Env.Reset(Current, Seed);
                    _history.Replay(Env, Current, Actions);
                }

                break;
            default:
                ExchangeNormalizations(archive, "last");
                BeginAnew(archive);
                return;
        }

        ExchangeNormalizations(archive, "last");

        archive.Array("env/resetting", _isResetting);
        if (archive.IsLoading)
        {
            HasStarted = true;
            Array.Clear(_wasResetting);
        }
    }

    /// <summary>How the environment is brought back.</summary>
    private enum WayBack
    {
        /// <summary>Not: episodes begin anew.</summary>
        None,

        /// <summary>By its own snapshot.</summary>
        Snapshot,

        /// <summary>By doing again what was done to it.</summary>
        Replay,

        /// <summary>It was not stepped here yet, or its lanes are stepped elsewhere.</summary>
        Unused,

        /// <summary>There is no need to: it is reset with seeds before it is stepped again.</summary>
        Reseeded,
    }

    private WayBack Way => Env.CanSaveState ? WayBack.Snapshot : _history.IsComplete ? WayBack.Replay : WayBack.None;

    private string Name => Env.Spec is { } spec ? $" '{spec.Id}'" : string.Empty;

    // Each reset empties the infos of the lanes outside its mask.
    private void ResetGroups(ReadOnlySpan<Seed?> seeds, string option, int groupSize)
    {
        var mask = new bool[Env.NumEnvs];
        var infos = new Info?[Env.NumEnvs];
        for (var start = 0; start < mask.Length; start += groupSize)
        {
            Array.Clear(mask);
            mask.AsSpan(start, groupSize).Fill(true);
            Env.Reset(Current, seeds, mask, new Info { [option] = (long)(start / groupSize) });
            Current.Infos.AsSpan(start, groupSize).CopyTo(infos.AsSpan(start));
        }

        infos.CopyTo(Current.Infos, 0);
    }

    private List<object?> SaveNormalizations() => [.. _normalizations.Select(object? (normalization) => normalization.Save())];

    private void ExchangeNormalizations(StateArchive archive, string moment)
    {
        if (_normalizations.Count == 0)
        {
            return;
        }

        var saved = archive.Json(NormalizationsEntry, () => new JsonObject
        {
            ["first"] = InfoJson.Write(HasStarted ? _firstNormalizations : SaveNormalizations()),
            ["last"] = InfoJson.Write(SaveNormalizations()),
        });
        if (!archive.IsLoading)
        {
            return;
        }

        _firstNormalizations = List(saved["first"]);
        foreach (var (normalization, state) in _normalizations.Zip(List(saved[moment])))
        {
            normalization.Restore(state as Info ?? throw Damaged());
        }

        List<object?> List(JsonNode? node) =>
            InfoJson.Read(node) is IReadOnlyList<object?> list && list.Count == _normalizations.Count ? [.. list] : throw Damaged();

        InvalidDataException Damaged() =>
            new($"The checkpoint's moments are damaged, or the environment has {_normalizations.Count} normalising wrappers and the run's had another number; wrap it as it was.");
    }

    private JsonObject WriteState() => new()
    {
        ["environment"] = InfoJson.Write(Env.SaveState()),
        ["infos"] = InfoJson.Write(Current.Infos.ToList<object?>()),
    };

    private void ReadState(JsonNode state)
    {
        Env.RestoreState(InfoJson.Read(state["environment"]) as Info ?? throw new InvalidDataException("the state of the environment is damaged."));
        var infos = InfoJson.Read(state["infos"]) as IReadOnlyList<object?>;
        for (var lane = 0; lane < Env.NumEnvs && lane < infos?.Count; lane++)
        {
            Current.Infos[lane] = infos[lane] as Info;
        }
    }

    private void BeginAnew(StateArchive archive)
    {
        if (!archive.IsLoading || Timesteps == 0)
        {
            return;
        }

        for (var lane = 0; lane < Env.NumEnvs; lane++)
        {
            Episodes.Restart(lane);
        }

        archive.Warn("The environment begins new episodes: the checkpoint was made in the middle of an update, or the environment has no snapshot and made more steps than are remembered for a replay. The run goes on, but not bit for bit as it would have.");
    }

    private void Check(ReadOnlySpan<float> features, int firstLane, string what)
    {
        if (Finite.FirstBad(features) is >= 0 and var at)
        {
            throw new NonFiniteException(string.Create(
                CultureInfo.InvariantCulture,
                $"The environment{Name} gave {(what == "observation" ? "an" : "a")} {what} with {features[at]} (element {at % Encoder.Features} of lane {firstLane + (at / Encoder.Features)}) at timestep {Timesteps}; observations must be finite. Mend the environment, or wrap it with TransformObservation."));
        }
    }
}
