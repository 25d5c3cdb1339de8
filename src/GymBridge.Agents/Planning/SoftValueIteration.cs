using System.Globalization;

namespace GymBridge.Agents.Planning;

/// <summary>Planning with a bonus for entropy, or a price for departing from a policy of reference.</summary>
/// <remarks>
/// <para>Entropy: V = alpha log sum_a exp(Q / alpha). With a reference: V = alpha log sum_a pi_ref(a | s) exp(Q / alpha), which maximises the
/// return less alpha KL(pi || pi_ref). Either way pi(a | s) is in proportion to exp((Q - V) / alpha), times pi_ref.</para>
/// <para>Plain entropy pays up to alpha log A in every step: where a step costs less than that, the best thing is never to end. The price
/// for departing from the uniform policy has no such trap.</para>
/// <para>Source: Ziebart 2010, chapter 5; Haarnoja et al. 2017, arXiv:1702.08165, section 3.</para>
/// </remarks>
public static class SoftValueIteration
{
    /// <summary>Finds the soft optimal values and their policy.</summary>
    /// <param name="model">The process.</param>
    /// <param name="temperature">alpha: how much entropy is worth; positive.</param>
    /// <param name="settings">How to sweep; null for the defaults.</param>
    /// <param name="reference">[S, A]; pi_ref(a | s); null for plain entropy.</param>
    /// <exception cref="ArgumentException">The temperature is not positive, the reference does not fit, or a setting is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The values do not stand still.</exception>
    public static PlanningResult Solve(MdpModel model, double temperature, PlanningSettings? settings = null, IReadOnlyList<double[]>? reference = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        settings ??= new PlanningSettings();
        var (values, changes) = SoftSweeps(
            model, temperature, settings, reference, (current, state, action) => model.Backup(current, state, action, settings.Gamma));
        return ResultOf(model.ActionValues(values, settings.Gamma), values, changes, temperature, settings, reference);
    }

    internal static (double[] Values, IReadOnlyList<double> Changes) SoftSweeps(
        MdpModel model, double temperature, PlanningSettings settings, IReadOnlyList<double[]>? reference, ActionBackup backup)
    {
        if (!(temperature > 0))
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The temperature must be positive, got {temperature}; 0 is ValueIteration."), nameof(temperature));
        }

        if (reference is not null)
        {
            TabularPolicy.Check(model, reference);
        }

        var exponents = new double[model.Actions];
        return Sweeps.Run(model, settings, (current, state) =>
        {
            for (var action = 0; action < model.Actions; action++)
            {
                exponents[action] = (backup(current, state, action) / temperature) + (reference is null ? 0 : Math.Log(reference[state][action]));
            }

            return temperature * LogSumExp(exponents);
        });
    }

    internal static PlanningResult ResultOf(
        double[][] actionValues,
        double[] values,
        IReadOnlyList<double> changes,
        double temperature,
        PlanningSettings settings,
        IReadOnlyList<double[]>? reference)
    {
        double[][] policy = [.. actionValues.Select((row, state) =>
        {
            double[] exponents = [.. row.Select((value, action) => (value / temperature) + (reference is null ? 0 : Math.Log(reference[state][action])))];
            var log = LogSumExp(exponents);
            return exponents.Select(exponent => Math.Exp(exponent - log)).ToArray();
        })];
        return new(values, actionValues, policy, changes, settings.Gamma);
    }

    internal static double LogSumExp(ReadOnlySpan<double> numbers)
    {
        var greatest = double.NegativeInfinity;
        foreach (var number in numbers)
        {
            greatest = Math.Max(greatest, number);
        }

        if (double.IsNegativeInfinity(greatest))
        {
            return greatest;
        }

        var sum = 0.0;
        foreach (var number in numbers)
        {
            sum += Math.Exp(number - greatest);
        }

        return greatest + Math.Log(sum);
    }

    internal delegate double ActionBackup(ReadOnlySpan<double> values, int state, int action);
}
