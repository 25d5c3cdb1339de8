using System.Reflection;
using GymBridge.Environments;
using GymBridge.Wrappers;

namespace GymBridge.Core.Tests.Wrappers;

/// <summary>One name for a typed environment, one whose types are not known, and lanes.</summary>
public class EnvWrappersTests
{
    private static readonly EnvRegistry Registry = EnvironmentCatalog.CreateRegistry();

    [Fact]
    public void Wrappers_OfTypedEnvironment_AreTyped()
    {
        using var env = Registry.Make<float[], long>("CartPole-v1").ClipReward(-1, 0.5).TimeLimit(3).FrameStack(4).As<NDArray, long>();
        Assert.Equal("(4, 4)", NDArray.ShapeText(env.Reset(1).Observation.Shape.AsSpan()));
        Assert.Equal(0.5, env.Step(0).Reward);
        using var actions = Registry.Make<float[], float[]>("Pendulum-v1").RescaleAction(-1, 1);
        actions.Reset(1);
        actions.Step(NDArray.From(0.5f));
    }

    [Fact]
    public void Wrappers_OfErasedEnvironment_KeepItsTypes()
    {
        using var env = Registry.Make("CartPole-v1").RecordEpisodeStatistics(out var episodes).ClipReward(0, 0.25).RepeatAction(2);
        var typed = Assert.IsAssignableFrom<Env<float[], long>>(env);
        typed.Reset(3);
        while (!typed.Step(0).Ended)
        {
        }

        Assert.Equal(1, episodes.EpisodeCount);
        Assert.Equal("<RepeatAction<ClipReward<RecordEpisodeStatistics<TimeLimit<OrderEnforcing<PassiveEnvChecker<CartPoleEnv<CartPole-v1>>>>>>>>", env.ToString());
    }

    [Fact]
    public void Wrap_WithAWrapperOfOnesOwn_WorksTypedErasedAndSaved()
    {
        using var typed = Registry.Make<float[], long>("CartPole-v1").Wrap(new FuelFactory(0.25));
        typed.Reset(1);
        Assert.Equal(0.75, typed.Step(0).Reward);
        using var erased = Registry.Make("Pendulum-v1").Wrap(new FuelFactory(1000)).TimeLimit(5);
        erased.ResetObject(1);
        Assert.True(erased.StepObject(erased.ActionSpace.Sample()).Reward < -990);
        Assert.True(erased.CanSaveState);
    }

    // What has no vector form in Gymnasium has none here: it keeps what one environment has seen, or draws from its generator.
    [Fact]
    public void Methods_ExistForEnvironmentsAndErasedOnes_UnderOneName()
    {
        var methods = typeof(EnvWrappers).GetMethods(BindingFlags.Public | BindingFlags.Static);
        foreach (var name in methods.Select(method => method.Name).Distinct())
        {
            var receivers = methods.Where(method => method.Name == name).Select(method => method.GetParameters()[0].ParameterType).ToList();
            // Frames stand alone or in a dict, so that AddRenderObservation has no one type.
            Assert.True(
                name == nameof(EnvWrappers.AddRenderObservation) || receivers.Exists(type => type.IsGenericType
                    && type.GetGenericTypeDefinition() == typeof(Env<,>)),
                name);
            Assert.True(receivers.Contains(typeof(Env)) || name == nameof(EnvWrappers.TransformAction), $"'{name}' has no form for an environment whose types are not known.");
        }

        Assert.True(methods.Count(method => method.GetParameters()[0].ParameterType == typeof(VectorEnv)) >= 14);
    }

    [Fact]
    public void PublicTypes_OfWrappers_AreFew() => Assert.Equal(
        ["AtariPreprocessingOptions", "EnvWrappers", "EpisodeLog", "EpisodeStatistics", "IAtariEnv", "IWrapperFactory", "Normalization", "ObservationPreprocessing", "PreprocessedLanes", "RunningMoments", "VectorWrapper", "Wrapper", "Wrapper"],
        typeof(Env).Assembly.GetExportedTypes().Where(type => type.Namespace!.StartsWith("GymBridge.Wrappers", StringComparison.Ordinal))
            .Select(type => type.Name.Split('`')[0]).Order(StringComparer.Ordinal));

    private sealed class FuelFactory(double price) : IWrapperFactory
    {
        public Env<TObservation, TAction> Wrap<TObservation, TAction>(Env<TObservation, TAction> env) => new Fuel<TObservation, TAction>(env, price);
    }

    private sealed class Fuel<TObservation, TAction>(Env<TObservation, TAction> env, double price) : Wrapper<TObservation, TAction>(env), ISnapshot
    {
        Info ISnapshot.Save() => [];

        void ISnapshot.Restore(Info state)
        {
        }

        protected override StepResult<TObservation> OnStep(TAction action)
        {
            var step = base.OnStep(action);
            return step with { Reward = step.Reward - price };
        }
    }
}
