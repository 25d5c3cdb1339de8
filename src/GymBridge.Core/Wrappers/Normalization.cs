using GymBridge.Errors;
using GymBridge.Values;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Wrappers;

/// <summary>What a normalizing wrapper has learnt: look at it, hold it to evaluate.</summary>
public sealed class Normalization
{
    internal Normalization(RunningMoments moments, double epsilon, double[]? originalRewards = null) =>
        (Moments, Epsilon, OriginalRewards) = (moments, epsilon, originalRewards);

    /// <summary>The moments of what was seen: of observations, or of the discounted return.</summary>
    public RunningMoments Moments { get; }

    /// <summary>What is added to the variance, against division by zero.</summary>
    public double Epsilon { get; }

    /// <summary>float64 [N]; the rewards of the last step of all lanes before they were divided; empty of observations and of single environments.</summary>
    public ReadOnlyMemory<double> OriginalRewards { get; }

    /// <summary>Whether what is seen still changes the moments; turn it off to evaluate.</summary>
    /// <value>True.</value>
    public bool UpdatesMoments { get; set; } = true;

    /// <summary>Those of all wrappers around a vector environment, from the outside to the inside.</summary>
    public static IReadOnlyList<Normalization> Of(VectorEnv env)
    {
        ArgumentNullException.ThrowIfNull(env);
        var all = new List<Normalization>();
        for (var at = env; at is VectorWrapper wrapper; at = wrapper.Inner)
        {
            var own = wrapper is VectorNormalizeReward reward ? reward.Normalization : (wrapper as IObservationStageOwner)?.Stage.Normalization;
            if (own is not null)
            {
                all.Add(own);
            }
        }

        return all;
    }

    /// <summary>What was learnt, as values that an <see cref="Info"/> holds.</summary>
    public Info Save() => new() { ["moments"] = Moments.Save(), ["updates"] = UpdatesMoments };

    /// <summary>Goes back to what <see cref="Save"/> gave, here or of another wrapper of the same kind.</summary>
    /// <exception cref="SnapshotException">The state is something else, or of other observations.</exception>
    public void Restore(Info state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Moments.Restore(SnapshotFields.Info(state, "moments", nameof(Normalization)));
        UpdatesMoments = SnapshotFields.Get<bool>(state, "updates", nameof(Normalization));
    }
}
