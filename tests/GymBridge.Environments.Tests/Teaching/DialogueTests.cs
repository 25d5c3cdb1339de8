using GymBridge.Environments.Teaching;

namespace GymBridge.Environments.Tests.Teaching;

/// <summary>The dialogue and its belief, against numbers computed independently.</summary>
public class DialogueTests
{
    [Fact]
    public void Update_OfAgreeingAnswers_IsBayesRule()
    {
        double[] expected = [0.85, 0.9697986577181208, 0.9945344129554656];
        IReadOnlyList<double> belief = DialogueEnv.Model.Prior;
        foreach (var probability in expected)
        {
            belief = DialogueEnv.Model.Update(belief, 0, 1);
            Assert.Equal(probability, belief[0], 1e-12);
            Assert.Equal(1 - probability, belief[1], 1e-12);
        }

        // An answer the other way takes one back; what was done tells nothing.
        belief = DialogueEnv.Model.Update(belief, 0, 2);
        Assert.Equal(expected[1], belief[0], 1e-12);
        Assert.Equal(expected[1], DialogueEnv.Model.Update(belief, 1, 0)[0], 1e-12);
    }

    [Fact]
    public void Update_OfWhatCannotBe_SaysSo()
    {
        Says("Observation 0 after action 0 is impossible under the belief [0.5, 0.5]", () => DialogueEnv.Model.Update([0.5, 0.5], 0, 0));
        Says("got a belief of 3 states, action 0", () => DialogueEnv.Model.Update([1, 0, 0], 0, 0));
        Says("got [0.5, 0.6]", () => new PartiallyObservableModel([0.5, 0.6], [], [[[1.0]]]));

        static void Says(string message, Func<object> action) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Belief_OverEpisodes_FollowsTheAnswersAndIsPartOfTheState()
    {
        using var env = new BeliefEnv(new DialogueEnv(), DialogueEnv.Model);
        for (var seed = 0; seed < 20; seed++)
        {
            Assert.Equal([0.5f, 0.5f], env.Reset(seed).Observation);
            var evidence = 0;
            for (var t = 0; t < 8; t++)
            {
                var step = env.Step(0);
                evidence += (long)step.Info["observation"]! == 1 ? 1 : -1;
                Assert.Equal(DialogueRules.Belief(evidence), env.Belief[0], 1e-12);
                Assert.Equal(-1, step.Reward);
            }

            var saved = env.SaveState();
            var next = env.Step(0).Observation;
            env.RestoreState(saved);
            Assert.Equal(next, env.Step(0).Observation);
        }
    }

    [Fact]
    public void Constructor_OfAModelThatDoesNotFit_SaysBoth() => Assert.Contains(
        "The model has 3 observations and 3 actions, the environment Discrete(16) and Discrete(4)",
        Assert.Throws<ArgumentException>(() => new BeliefEnv(new GridWorldEnv(), DialogueEnv.Model)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(1, 4.225, 0.22)]
    [InlineData(0, -5, 0.32)]
    public void Play_ByTheLastAnswer_IsWorthAsMuchAsKnown(int questions, double expected, double tolerance)
    {
        const double Discount = 0.95;
        using var env = new DialogueEnv();
        var (total, episodes) = (0.0, 0);
        for (env.Reset(1); episodes < 20_000; episodes++, env.Reset())
        {
            var answer = questions == 0 ? 1 : env.Step(0).Observation;
            total += (questions * DialogueRules.AskReward) + (Math.Pow(Discount, questions) * env.Step(answer).Reward);
        }

        Assert.Equal(expected, total / episodes, tolerance); // 3 standard errors
    }
}
