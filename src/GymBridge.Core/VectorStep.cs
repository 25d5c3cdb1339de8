using GymBridge.Spaces;

namespace GymBridge;

/// <summary>The caller's buffers for what a reset or step of a <see cref="VectorEnv"/> returns; made once, filled each time.</summary>
public sealed class VectorStep
{
    /// <summary>Buffers for <paramref name="lanes"/> observations of a space.</summary>
    public VectorStep(Space observationSpace, int lanes)
        : this(new Columns(observationSpace, lanes))
    {
    }

    /// <summary>Buffers of which the observations are given: in memory that somebody else reads as well.</summary>
    public VectorStep(Columns observations)
    {
        var lanes = observations.Lanes;
        Observations = observations;
        FinalObservations = new Columns(observations.Space, lanes);
        Rewards = new double[lanes];
        Terminated = new bool[lanes];
        Truncated = new bool[lanes];
        HasFinal = new bool[lanes];
        Infos = new Info?[lanes];
        FinalInfos = new Info?[lanes];
    }

    /// <summary>Number of lanes whose results this holds.</summary>
    public int Lanes => Rewards.Length;

    /// <summary>The observations after the step; of a lane that reset in the same step, the first of the new episode.</summary>
    public Columns Observations { get; }

    /// <summary>float64 [N]; the rewards of the step, 0 after a reset.</summary>
    public double[] Rewards { get; }

    /// <summary>[N]; the episode has reached an end of the task.</summary>
    public bool[] Terminated { get; }

    /// <summary>[N]; the episode was cut from outside.</summary>
    public bool[] Truncated { get; }

    /// <summary>The last observation of the lanes in <see cref="HasFinal"/>; other lanes keep old bytes.</summary>
    public Columns FinalObservations { get; }

    /// <summary>[N]; the lanes that ended and were reset in this step (<see cref="AutoresetMode.SameStep"/> only).</summary>
    public bool[] HasFinal { get; }

    /// <summary>Whether somebody reads the infos; if not, an environment may leave them null and spare their making.</summary>
    /// <value>True.</value>
    public bool WantsInfos { get; set; } = true;

    /// <summary>[N]; the info of each lane, null where it is empty.</summary>
    public Info?[] Infos { get; }

    /// <summary>[N]; the info of the step that ended the episode, for the lanes in <see cref="HasFinal"/>.</summary>
    public Info?[] FinalInfos { get; }

    /// <summary>Sets rewards, flags and infos to nothing; observations keep their bytes.</summary>
    public void ClearOutcomes()
    {
        if (Lanes == 1)
        {
            // Six calls to clear one element each would cost as much as a step of a light environment.
            Rewards[0] = 0;
            Terminated[0] = Truncated[0] = HasFinal[0] = false;
            Infos[0] = FinalInfos[0] = null;
            return;
        }

        Array.Clear(Rewards);
        Array.Clear(Terminated);
        Array.Clear(Truncated);
        Array.Clear(HasFinal);
        Array.Clear(Infos);
        Array.Clear(FinalInfos);
    }

    /// <summary>Takes over rewards, flags and infos; observations, final ones too, keep their bytes.</summary>
    internal void CopyOutcomes(VectorStep source)
    {
        source.Rewards.CopyTo(Rewards, 0);
        source.Terminated.CopyTo(Terminated, 0);
        source.Truncated.CopyTo(Truncated, 0);
        source.HasFinal.CopyTo(HasFinal, 0);
        source.Infos.CopyTo(Infos, 0);
        source.FinalInfos.CopyTo(FinalInfos, 0);
    }
}
