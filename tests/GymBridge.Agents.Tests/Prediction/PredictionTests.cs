using GymBridge.Agents.Prediction;

namespace GymBridge.Agents.Tests.Prediction;

/// <summary>Prediction of values against hand-worked numbers (tests/Shared/oracles.json).</summary>
public class PredictionTests
{
    private static readonly PredictionEpisode Walk = new(
        [.. Oracles.Numbers("mdp", "random_walk5", "one_episode_states").Select(state => (int)state)], [0, 0, 0, 0, 0, 0, 1], Terminated: true);

    [Fact]
    public void ReturnsAndTargets_OfAShortEpisode_AreThoseOfTheExercise()
    {
        var (rewards, gamma) = (Oracles.Numbers("ex3_mc_td", "rewards"), Oracles.Number("ex3_mc_td", "gamma"));
        AssertEqual(Oracles.Numbers("ex3_mc_td", "G"), MonteCarloPrediction.Returns(rewards, gamma));
        var values = Oracles.Numbers("ex3_mc_td", "V");
        double[] targets = [.. rewards.Select((reward, t) => TemporalDifference.Target(reward, gamma, t == 2 ? 0 : values[t + 1], t == 2))];
        AssertEqual(Oracles.Numbers("ex3_mc_td", "TD_targets"), targets);
        AssertEqual(Oracles.Numbers("ex3_mc_td", "TD_errors"), targets.Zip(values, (target, value) => target - value));

        // What comes after a cut counts, what comes after an end does not.
        Assert.Equal(1.9, TemporalDifference.Target(1, 0.9, 1, terminated: false), 1e-12);
        Assert.Equal(1, TemporalDifference.Target(1, 0.9, 1, terminated: true));
    }

    [Fact]
    public void Update_OfOneWalk_MovesValuesAsComputed()
    {
        Check("V_after_TD0_alpha0.1", values => TemporalDifference.Update(values, Walk, 1, 0.1));
        Check("V_after_everyvisit_MC_alpha0.1", values => MonteCarloPrediction.Update(values, Walk, 1, _ => 0.1, firstVisit: false));
        Check("V_after_firstvisit_MC_alpha0.1", values => MonteCarloPrediction.Update(values, Walk, 1, _ => 0.1));
        Check("V_after_online_TDlambda_acc_0.8_alpha0.1", values => TdLambda.Online(values, Walk, 1, 0.8, 0.1));
        Check("V_after_offline_TDlambda_0.8_alpha0.1", values => TdLambda.OfflineBackward(values, Walk, 1, 0.8, 0.1));
        Check("V_after_offline_TDlambda_0.8_alpha0.1", values => TdLambda.OfflineForward(values, Walk, 1, 0.8, 0.1));

        static void Check(string key, Action<double[]> update)
        {
            double[] values = [0, 0.5, 0.5, 0.5, 0.5, 0.5, 0];
            update(values);
            AssertEqual(Oracles.Numbers("mdp", "random_walk5", key), values[1..6]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void TdLambda_ForwardAndBackward_AreOneAndMeetTdAndMonteCarlo(double lambda)
    {
        foreach (var episode in new[] { Walk, Walk with { States = [3, 4, 3, 2, 3, 4, 5, 4], Terminated = false } })
        {
            double[] start = [0, 0.1, 0.7, 0.3, 0.5, 0.9, 0];
            double[] forward = [.. start];
            double[] backward = [.. start];
            TdLambda.OfflineForward(forward, episode, 0.9, lambda, 0.1);
            TdLambda.OfflineBackward(backward, episode, 0.9, lambda, 0.1);
            AssertEqual(forward, backward);

            // Offline by hand: lambda 0 is TD(0), lambda 1 Monte Carlo.
            if (lambda is 0 or 1)
            {
                double[] expected = [.. start];
                var returns = MonteCarloPrediction.Returns(episode.Rewards, 0.9, episode.NextValue(start, episode.Steps - 1));
                for (var t = 0; t < episode.Steps; t++)
                {
                    var target = lambda == 1 ? returns[t] : episode.Rewards[t] + (0.9 * episode.NextValue(start, t));
                    expected[episode.States[t]] += 0.1 * (target - start[episode.States[t]]);
                }

                AssertEqual(expected, forward);
            }
        }
    }

    [Fact]
    public void Update_OverNSteps_GoesFromTdToMonteCarlo()
    {
        double[] one = [0, 0.5, 0.5, 0.5, 0.5, 0.5, 0];
        double[] all = [.. one];
        double[] whole = [.. one];
        TemporalDifference.Update(one, Walk, 0.9, 0.1, steps: 1);
        TemporalDifference.Update(all, Walk, 0.9, 0.1, steps: 100);
        MonteCarloPrediction.Update(whole, Walk, 0.9, _ => 0.1, firstVisit: false);
        AssertEqual(whole, all);
        Assert.NotEqual(one[3], all[3]);

        // Two steps: r1 + gamma r2 + gamma^2 V.
        double[] two = [0, 0, 0, 0, 0, 2, 0];
        TemporalDifference.Update(two, new PredictionEpisode([3, 4, 5], [1, 10], Terminated: false), 0.9, 1, steps: 2);
        Assert.Equal(1 + 9 + (0.81 * 2), two[3], 1e-12);
        Assert.Equal(10 + (0.9 * 2), two[4], 1e-12);
    }

    [Fact]
    public void Update_OfManyWalks_LearnsTheSixths()
    {
        using var env = TestEnvs.Registry.Make<long, long>("RandomWalk-v0");
        env.Reset(1);
        var (td, mean, visits) = (new double[7], new double[7], new int[7]);
        Array.Fill(td, 0.5);
        for (var episode = 0; episode < 1000; episode++)
        {
            var played = PredictionEpisode.Play(env, _ => 0);
            TemporalDifference.Update(td, played, 1, 0.02);
            MonteCarloPrediction.Update(mean, played, 1, state => 1.0 / ++visits[state]);
        }

        Assert.InRange(Error(td), 0, 0.06);
        Assert.InRange(Error(mean), 0, 0.06);

        static double Error(double[] values) => Math.Sqrt(Enumerable.Range(1, 5).Average(state => Math.Pow(values[state] - (state / 6.0), 2)));
    }

    [Fact]
    public void Update_OfAnEpisodeThatDoesNotFit_SaysSo() => Assert.Contains(
        "An episode of 1 step has 2 states from 0 to 1, got [0, 5]",
        Assert.Throws<ArgumentException>(() => TdLambda.Online(new double[2], new PredictionEpisode([0, 5], [1], true), 1, 0, 0.1)).Message,
        StringComparison.Ordinal);

    private static void AssertEqual(IEnumerable<double> expected, IEnumerable<double> actual)
    {
        var (one, other) = (expected.ToList(), actual.ToList());
        Assert.Equal(one.Count, other.Count);
        Assert.All(one.Zip(other), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }
}
