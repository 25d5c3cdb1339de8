namespace GymBridge.Agents.Planning;

/// <summary>Control read as inference: the posterior over actions, given that every step was optimal with probability exp(r / alpha).</summary>
/// <remarks>
/// <para>Backward messages in logarithms: Q = r + alpha gamma log E exp(V' / alpha), V = alpha log sum_a exp(Q / alpha).</para>
/// <para>Where transitions are certain this is <see cref="SoftValueIteration"/>. Where they are not it is optimistic: the posterior also
/// wishes for luck, as if the outcome could be chosen. Source: Levine 2018, arXiv:1805.00909, sections 2.3 and 2.4.</para>
/// </remarks>
public static class ControlAsInference
{
    /// <summary>Passes the messages until they stand still.</summary>
    /// <param name="model">The process.</param>
    /// <param name="temperature">alpha; positive.</param>
    /// <param name="settings">How to sweep; null for the defaults.</param>
    /// <returns>Values and action values are alpha times the logarithms of the messages; the policy is the posterior.</returns>
    /// <exception cref="ArgumentException">The temperature is not positive, or a setting is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The messages do not stand still.</exception>
    public static PlanningResult Solve(MdpModel model, double temperature, PlanningSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        settings ??= new PlanningSettings();
        var (values, changes) = SoftValueIteration.SoftSweeps(model, temperature, settings, null, Message);
        double[][] actionValues = [.. Enumerable.Range(0, model.States).Select(
            state => Enumerable.Range(0, model.Actions).Select(action => Message(values, state, action)).ToArray())];
        return SoftValueIteration.ResultOf(actionValues, values, changes, temperature, settings, null);

        double Message(ReadOnlySpan<double> current, int state, int action)
        {
            if (model.IsTerminal(state))
            {
                return 0;
            }

            var outcomes = model.Outcomes(state, action);
            var exponents = new double[outcomes.Length];
            for (var i = 0; i < outcomes.Length; i++)
            {
                exponents[i] = Math.Log(outcomes[i].Probability) + (outcomes[i].Terminated ? 0 : current[outcomes[i].State] / temperature);
            }

            return model.Reward(state, action) + (temperature * settings.Gamma * SoftValueIteration.LogSumExp(exponents));
        }
    }
}
