using GymBridge.Agents.Planning;
using GymBridge.Agents.Reproducibility;
using GymBridge.Spaces;

namespace GymBridge.Agents.Tests.Algorithms;

/// <summary>Targets of the tabular algorithms by hand-worked numbers, and what they learn.</summary>
public class TabularTests
{
    private static readonly float[] First = [1, 0];
    private static readonly float[] Second = [0, 1];

    [Fact]
    public void Learn_FromOneTransition_GivesTheNumbersOfTheExercise()
    {
        Assert.Equal(Oracles.Number("ex4_sarsa_q", "q_learning"), Learned("q_learning", new QLearningOptions { LearningRate = Alpha, Gamma = Gamma }).Value, 1e-12);
        Assert.Equal(
            Oracles.Number("ex4_sarsa_q", "expected_sarsa_eps0.2"),
            Learned("expected_sarsa", new ExpectedSarsaOptions { LearningRate = Alpha, Gamma = Gamma, InitialEpsilon = 0.2, FinalEpsilon = 0.2 }).Value,
            1e-12);
        foreach (var name in new[] { "q_learning", "sarsa", "expected_sarsa", "monte_carlo" })
        {
            // After an end nothing counts: the target is the reward.
            Assert.Equal(Oracles.Number("ex4_sarsa_q", "terminal"), Learned(name, Options(name), terminated: true, ended: true).Value, 1e-12);
        }

        // A cut is no end: what is best from there still counts.
        Assert.Equal(Oracles.Number("ex4_sarsa_q", "q_learning"), Learned("q_learning", Options("q_learning"), ended: true).Value, 1e-12);
    }

    [Fact]
    public void Learn_BySarsa_TakesTheActionOfItsTarget()
    {
        var options = new SarsaOptions { LearningRate = Alpha, Gamma = Gamma, InitialEpsilon = 1, FinalEpsilon = 1 };
        var seen = new HashSet<long>();
        for (var seed = 0; seed < 20; seed++)
        {
            var (value, next) = Learned("sarsa", options, seed: seed);
            var expected = next == (long)Oracles.Number("ex4_sarsa_q", "a_next") ? Oracles.Number("ex4_sarsa_q", "sarsa") : Oracles.Number("ex4_sarsa_q", "q_learning");
            Assert.Equal(expected, value, 1e-12);
            seen.Add(next);
        }

        Assert.Equal(2, seen.Count);
    }

    [Theory]
    [InlineData(AutoresetMode.SameStep)]
    [InlineData(AutoresetMode.NextStep)]
    public void Update_BySarsa_ExecutesWhatItLearntFrom(AutoresetMode mode)
    {
        // The table after each step is only right if the action of the target was taken: replayed from the trace.
        using var env = TestEnvs.Make("GridWorld-v0", 1, mode);
        using var run = new Sarsa(env, new SarsaOptions { StepsPerReport = 300, InitialEpsilon = 0.5, FinalEpsilon = 0.5 }, 3);
        run.Update();
        var trace = run.LastRollout.Fields.ToDictionary(field => field.Name);
        var table = new double[16, 4];
        for (var t = 0; t < 299; t++)
        {
            if (!Flag("is_transition", t))
            {
                continue;
            }

            var (state, action) = (State(t), Action(t));
            var isEnd = Flag("terminated", t) || Flag("truncated", t);
            if (Flag("truncated", t) && !Flag("terminated", t))
            {
                return; // beyond it the trace does not show which action stood for the one that would have been
            }

            var future = isEnd ? 0 : 0.99 * table[State(t + 1), Action(t + 1)];
            table[state, action] += 0.5 * (BitConverter.ToDouble(trace["reward"].Bytes.ToArray(), 8 * t) + future - table[state, action]);
            var actual = t == 297 ? run.ActionValues()[state][action] : table[state, action];
            Assert.Equal(table[state, action], actual, 1e-12);
        }

        int State(int t) => Enumerable.Range(0, 16).Single(i => BitConverter.ToSingle(trace["observation"].Bytes.ToArray(), 4 * ((16 * t) + i)) == 1);

        int Action(int t) => (int)BitConverter.ToInt64(trace["action"].Bytes.ToArray(), 8 * t);

        bool Flag(string name, int t) => trace[name].Bytes.ToArray()[t] != 0;
    }

    [Fact]
    public void Learn_ByQLearningWithFullSteps_BringsTheRewardBackStateByState()
    {
        using var env = TestEnvs.Make("LineWorld-v0", 1);
        using var run = new QLearning(env, new QLearningOptions { LearningRate = 1, Gamma = 0.9 }, 1);
        var key = Oracles.At("mdp", "murphy_1d_grid", "qlearning_trace_alpha1_g0.9");
        var tables = key.GetProperty("Q_after_each").EnumerateArray().ToList();
        foreach (var (episode, index) in key.GetProperty("episodes").EnumerateArray().Select((episode, index) => (episode, index)))
        {
            foreach (var step in episode.EnumerateArray().Select(step => step.GetString()!))
            {
                var state = step[1] - '0';
                var action = step.EndsWith("down", StringComparison.Ordinal) ? 1 : 0;
                var next = action == 1 ? state + 1 : state - 1;
                run.Learn(new TabularTransition
                {
                    Lane = 0,
                    State = OneHot(state),
                    Action = action,
                    Reward = next == 4 ? 1 : 0,
                    Next = OneHot(next),
                    Terminated = next is 0 or 4,
                    Ended = next is 0 or 4,
                });
            }

            var expected = tables[index].EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetDouble());
            Assert.Equal(expected, run.ActionValues().Skip(1).Take(3).SelectMany(row => row).Select(value => Math.Round(value, 12)));
        }

        static float[] OneHot(int state) => [.. Enumerable.Range(0, 5).Select(i => i == state ? 1f : 0f)];
    }

    [Theory]
    [InlineData("q_learning", 100)]
    [InlineData("sarsa", 1000)]
    [InlineData("expected_sarsa", 1000)]
    [InlineData("monte_carlo", 300)]
    public void Learn_OfGridWorld_FindsAShortestPath(string name, int episodes)
    {
        var returns = new List<double>();
        for (var seed = 1; seed <= 5; seed++)
        {
            using var env = TestEnvs.Make("GridWorld-v0", 1);
            using var run = Trained(name, (TabularOptions)AlgorithmCatalog.Get(name).DefaultOptions, env, seed, episodes);
            returns.Add(GreedyReturn("GridWorld-v0", run, 100));
            if (name == "q_learning")
            {
                Assert.Equal(0.9019800998, run.ActionValues()[0].Max(), 1e-6);
            }
        }

        // Mean returns of Monte Carlo leave one of the five a step or two off.
        Assert.Equal(0.95, Median(returns), 1e-9);
        Assert.True(name == "monte_carlo" || returns.Min() > 0.9499);
    }

    [Fact]
    public void Learn_OfCliffWalking_TellsTheAlgorithmsApart()
    {
        var q = Runs("q_learning", new QLearningOptions { Gamma = 1, StepsPerReport = 20 });
        Assert.Equal(-13, Median(q.Select(run => run.Greedy)));
        Assert.InRange(Median(q.Select(run => run.Online)), -60, -42);
        var sarsa = Runs("sarsa", new SarsaOptions { Gamma = 1, StepsPerReport = 20 });
        Assert.InRange(Median(sarsa.Select(run => run.Online)), -35, -13);
        Assert.True(Median(sarsa.Select(run => run.Greedy)) < -13);
        var expected = Runs("expected_sarsa", new ExpectedSarsaOptions { Gamma = 1, StepsPerReport = 20 });
        Assert.InRange(Median(expected.Select(run => run.Online)), -24, -13);

        static List<(double Online, double Greedy)> Runs(string name, TabularOptions options) => [.. Enumerable.Range(1, 5).Select(seed =>
        {
            using var env = TestEnvs.Make("CliffWalking-v1", 1);
            using var run = Trained(name, options, env, seed, 500);
            return (run.Episodes.MeanReturn, GreedyReturn("CliffWalking-v1", run, 200));
        })];
    }

    [Fact]
    public void Learn_OfSlipperyIceWithFallingSteps_ReachesTheGoalAsOftenAsCanBe()
    {
        using var env = TestEnvs.Make("FrozenLake-v1", 1);
        var options = new QLearningOptions { LearningRate = 0.02, VisitDecay = 0.05, InitialEpsilon = 1, FinalEpsilon = 0.05, StepsPerReport = 1000 };
        using var run = new QLearning(env, options, 1) { TotalTimesteps = 500_000 };
        while (!run.IsComplete)
        {
            run.Update();
        }

        Assert.InRange(GreedyReturn("FrozenLake-v1", run, 100), 0.70, 0.7402);
    }

    [Theory]
    [InlineData(0.0, 0.9, 1.0)]
    [InlineData(0.01, 0.0, 0.1)]
    public void Learn_OfThePauseGame_PausesWhereAPauseIsFree(double cost, double least, double most)
    {
        using var env = TestEnvs.Registry.MakeVec("PauseGame-v0", 1, TestEnvs.SameStep with { Kwargs = new Info { ["pause_cost"] = cost } });
        var options = new QLearningOptions { Gamma = 1, LearningRate = 0.02, VisitDecay = 0.05, InitialEpsilon = 1, FinalEpsilon = 0.05, StepsPerReport = 500 };
        using var run = new QLearning(env, options, 1) { TotalTimesteps = 150_000 };
        while (!run.IsComplete)
        {
            run.Update();
        }

        // Steps of the greedy policy from the start on, until a step of play loses or 200 are over.
        using var game = TestEnvs.Registry.Make<long, long>("PauseGame-v0", new MakeOptions { Kwargs = new Info { ["pause_cost"] = cost } });
        var (pauses, steps) = (0, 0);
        for (var episode = 0; episode < 50; episode++)
        {
            var state = game.Reset(episode).Observation;
            for (var ended = false; !ended; steps++)
            {
                var action = run.Policy.Predict<long, long>(state);
                pauses += (int)action;
                (state, _, var terminated, var truncated, _) = game.Step(action);
                ended = terminated || truncated;
            }
        }

        Assert.InRange((double)pauses / steps, least, most);
    }

    [Theory]
    [InlineData("DialogueEvidence-v0", 5.2, 5.5)]
    [InlineData("Dialogue-v0", 3.5, 4.3)]
    public void Learn_OfTheDialogue_IsWorthMoreWithAllThatWasSaid(string id, double least, double most)
    {
        // With evidence the process is Markov; by the last answer alone nothing better than asking once can be done: 4.225.
        using var env = TestEnvs.Make(id, 1);
        var options = new QLearningOptions
        {
            Gamma = 0.95,
            LearningRate = 0.005,
            VisitDecay = 0.05,
            InitialEpsilon = 1,
            FinalEpsilon = 0.2,
            StepsPerReport = 500,
        };
        using var run = new QLearning(env, options, 1) { TotalTimesteps = 150_000 };
        while (!run.IsComplete)
        {
            run.Update();
        }

        // On the dialogue itself, with the wish hidden.
        using var dialogue = TestEnvs.Registry.Make<long, long>("Dialogue-v0");
        var total = 0.0;
        const int Episodes = 20_000;
        dialogue.Reset(7);
        for (var episode = 0; episode < Episodes; episode++)
        {
            var (observation, evidence, discount) = (dialogue.Reset().Observation, 0, 1.0);
            for (var ended = false; !ended; discount *= 0.95)
            {
                var step = dialogue.Step(run.Policy.Predict<long, long>(id == "Dialogue-v0" ? observation : 10 + Math.Clamp(evidence, -10, 10)));
                observation = step.Observation;
                evidence += observation switch { 1 => 1, 2 => -1, _ => 0 };
                total += discount * step.Reward;
                ended = step.Ended;
            }
        }

        Assert.InRange(total / Episodes, least, most);
    }

    [Fact]
    public void Predict_OfASavedTable_IsItsBestAction()
    {
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Make("Taxi-v4", 2);
        using var run = new ExpectedSarsa(env, new ExpectedSarsaOptions { InitialValue = 2 }, 5);
        run.Update();
        run.Policy.Save(folder.Combine("policy.gym"));
        using var policy = Policy.Load(folder.Combine("policy.gym"));
        var greedy = TabularPolicy.Greedy(run.ActionValues());
        Assert.All(Enumerable.Range(0, 500), state => Assert.Equal(greedy[state], policy.Predict<long, long>(state)));
        Assert.Equal(UpdateDigest.OfWeights(run.Policy), UpdateDigest.OfWeights(policy));
    }

    [Fact]
    public void Options_OutOfRange_AreAllNamed()
    {
        var error = Assert.Throws<ArgumentException>(
            () => new QLearningOptions { LearningRate = 0, Gamma = 2, VisitDecay = -1, InitialValue = double.NaN }.Validate());
        foreach (var part in new[] { "LearningRate must be positive unless VisitDecay is", "Gamma", "VisitDecay must not be negative, got -1", "InitialValue must be finite, got NaN" })
        {
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }
    }

    private static double Alpha => Oracles.Number("ex4_sarsa_q", "alpha");

    private static double Gamma => Oracles.Number("ex4_sarsa_q", "gamma");

    private static TabularOptions Options(string name) => name switch
    {
        "q_learning" => new QLearningOptions { LearningRate = Alpha, Gamma = Gamma },
        "sarsa" => new SarsaOptions { LearningRate = Alpha, Gamma = Gamma },
        "expected_sarsa" => new ExpectedSarsaOptions { LearningRate = Alpha, Gamma = Gamma },
        _ => new MonteCarloControlOptions { LearningRate = Alpha, VisitDecay = 0, Gamma = Gamma },
    };

    // Q(s, a) after one transition from tables of the exercise, and the action that is planned.
    private static (double Value, long Next) Learned(string name, TabularOptions options, bool terminated = false, bool ended = false, int seed = 1)
    {
        using var env = TestEnvs.Lanes(1, () => new SamplingEnv(new Discrete(2), new Discrete(2)));
        using var run = (TabularAlgorithm)AlgorithmCatalog.Get(name).Create(env, options, seed);
        double[] start = [.. Oracles.Numbers("ex4_sarsa_q", "Q(s)"), .. Oracles.Numbers("ex4_sarsa_q", "Q(s_next)")];
        start.CopyTo(((TableNetwork)run.Policy.Module).Values);
        var action = (long)Oracles.Number("ex4_sarsa_q", "a");
        var (_, next) = run.Learn(new TabularTransition
        {
            Lane = 0,
            State = First,
            Action = action,
            Reward = Oracles.Number("ex4_sarsa_q", "r"),
            Next = Second,
            Terminated = terminated,
            Ended = ended,
        });
        return (run.ActionValues(First)[(int)action], next);
    }

    private static TabularAlgorithm Trained(string name, TabularOptions options, VectorEnv env, int seed, int episodes)
    {
        var run = (TabularAlgorithm)AlgorithmCatalog.Get(name).Create(env, options, seed);
        run.TotalTimesteps = 10_000_000;
        while (run.Episodes.Episodes < episodes)
        {
            run.Update();
        }

        return run;
    }

    private static double GreedyReturn(string id, TabularAlgorithm run, int limit)
    {
        using var env = TestEnvs.Registry.Make(id);
        var model = MdpModel.Of(env);
        return FiniteHorizon.Evaluate(model, TabularPolicy.Of(TabularPolicy.Greedy(run.ActionValues()), model.Actions), limit).Return;
    }

    private static double Median(IEnumerable<double> numbers) => numbers.Order().ElementAt(2);
}
