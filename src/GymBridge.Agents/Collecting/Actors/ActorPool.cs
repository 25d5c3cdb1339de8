using System.Globalization;
using System.Runtime.ExceptionServices;
using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Networks;
using GymBridge.Seeding;

namespace GymBridge.Agents.Collecting.Actors;

/// <summary>Several actors, each with a part of the lanes, and the one learner that they collect for.</summary>
/// <remarks>All actors act with the weights of the same moment, and their columns are put together in the order of the lanes: a run with any
/// number of actors is the run without, bit for bit.</remarks>
internal sealed class ActorPool : IRolloutSource
{
    private readonly EnvDriver _driver;
    private readonly ActorCriticNetwork _network;
    private readonly IActor[] _actors;
    private readonly long[] _counted;

    /// <param name="driver">Counts what all lanes do; steps none.</param>
    /// <param name="policy">The policy in training.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="actors">Their number.</param>
    /// <param name="networks">Networks of the user's own.</param>
    /// <param name="usesMasks">Whether the infos say which actions are allowed.</param>
    /// <exception cref="ArgumentException">There are more actors than lanes.</exception>
    /// <exception cref="NotSupportedException">The lanes cannot be stepped apart, the observations are images that are kept as frames, or there are networks of the user's own.</exception>
    public ActorPool(EnvDriver driver, Policy policy, Seed seed, int actors, CustomNetworks? networks, bool usesMasks = false)
    {
        if (networks?.Names.Count > 0)
        {
            throw new NotSupportedException("Each actor has a copy of the network, which cannot be made of networks of your own; set Actors to 0 (--actors 0).");
        }

        (_driver, _network) = (driver, (ActorCriticNetwork)policy.Module);
        Buffer = new RolloutBuffer(driver, _network.Head, usesMasks);
        if (!Buffer.CanGather)
        {
            throw new NotSupportedException("Actors cannot share the frames of images; set Actors to 0 (--actors 0).");
        }

        var lanes = Apart(driver.Env, actors);
        _counted = new long[actors];
        _actors = new IActor[actors];
        for (var i = 0; i < actors; i++)
        {
            var (first, next) = (FirstLane(i), FirstLane(i + 1));
            var part = new SyncVectorEnv([.. lanes[first..next]], driver.Env.AutoresetMode);
            _actors[i] = new LocalActor(part, (ActorCriticNetwork)policy.CreateNetwork(), policy.Encoder, seed, first, usesMasks);
        }

        int FirstLane(int actor) => (int)((long)actor * lanes.Length / actors);
    }

    /// <inheritdoc/>
    public RolloutBuffer Buffer { get; }

    /// <inheritdoc/>
    public void Collect(int steps)
    {
        foreach (var actor in _actors)
        {
            actor.Take(_network.parameters());
        }

        var errors = new Exception?[_actors.Length];
        var threads = _actors.Skip(1).Select((actor, i) => new Thread(() => errors[i + 1] = Run(actor, steps)) { IsBackground = true, Name = $"Actor {i + 1}" }).ToList();
        threads.ForEach(thread => thread.Start());
        errors[0] = Run(_actors[0], steps);
        threads.ForEach(thread => thread.Join());
        for (var i = 0; i < _actors.Length; i++)
        {
            _driver.AddTimesteps(_actors[i].Timesteps - _counted[i]);
            _counted[i] = _actors[i].Timesteps;
        }

        if (errors.FirstOrDefault(error => error is not null and not OperationCanceledException) is { } first)
        {
            Release();
            ExceptionDispatchInfo.Throw(first);
        }

        if (Array.Exists(errors, error => error is not null))
        {
            _driver.PauseIfCancelled();
        }

        Buffer.Gather([.. _actors.Select(actor => actor.Columns)]);
        Release();

        // As if one had stepped all lanes: by step, then by lane.
        foreach (var (_, episodeReturn, length) in _actors.SelectMany(actor => actor.Ended).OrderBy(end => end.Step))
        {
            _driver.Episodes.AddEpisode(episodeReturn, length);
        }
    }

    /// <inheritdoc/>
    public void Exchange(StateArchive archive, bool isAtRest, bool keepsRollout)
    {
        if (archive.Number("actors/keep_rollout", keepsRollout ? 1 : 0, older: 0) == 1)
        {
            Buffer.Exchange(archive);
        }

        for (var i = 0; i < _actors.Length; i++)
        {
            archive.Within(string.Create(CultureInfo.InvariantCulture, $"actors/{i}/"), () => _actors[i].Exchange(archive, isAtRest));
            _counted[i] = _actors[i].Timesteps;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var actor in _actors)
        {
            actor.Dispose();
        }

        Buffer.Dispose();
    }

    private void Release()
    {
        foreach (var actor in _actors)
        {
            actor.Release();
        }
    }

    private static Env[] Apart(VectorEnv env, int actors)
    {
        if (env is not SyncVectorEnv lanes)
        {
            throw new NotSupportedException(
                $"Actors step parts of the lanes by themselves, which {env.GetType().Name} cannot do; make the environment as a SyncVectorEnv of single ones (MakeOptions.StepsSomeLanes) without wrappers around all lanes.");
        }

        return actors <= lanes.NumEnvs
            ? [.. Enumerable.Range(0, lanes.NumEnvs).Select(lane => lanes[lane])]
            : throw new ArgumentException($"Actors must be at most the number of lanes, {lanes.NumEnvs}, got {actors}; ask for fewer, or for more lanes (--n-envs {actors}).");
    }

    private Exception? Run(IActor actor, int steps)
    {
        try
        {
            actor.Collect(steps, _driver.Cancellation);
            return null;
        }
        catch (Exception exception)
        {
            // The others come to their end; the first error is thrown where the update was called.
            return exception;
        }
    }
}
