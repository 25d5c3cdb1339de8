using System.Numerics;
using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Core.Tests;

public class EnvTests
{
    [Fact]
    public void Env_DerivedInAFewLines_ResetsAndSteps()
    {
        using var env = new CounterEnv();
        var (observation, info) = env.Reset(seed: 3);
        Assert.Equal([0f, (float)new Rng(3).Random()], observation);
        Assert.Equal(0, info["start"]);

        var step = env.Step(2);
        Assert.Equal(2f, step.Observation[0]);
        Assert.Equal(2.0, step.Reward);
        Assert.False(step.Ended);
        env.Step(2);
        Assert.True(env.Step(2).Terminated);
    }

    [Fact]
    public void Reset_WithoutSeed_LetsTheGeneratorRunOn()
    {
        using var env = new CounterEnv();
        env.Reset(7);
        var afterFirst = env.Rng.State;
        env.Reset();
        Assert.NotEqual(afterFirst, env.Rng.State);
        Assert.Equal(7, env.RngSeed);
        env.Reset(7);
        Assert.Equal(afterFirst, env.Rng.State);
    }

    [Fact]
    public void Rng_Unseeded_HasA128BitSeedThatReproducesIt()
    {
        using var env = new CounterEnv();
        var first = env.Reset().Observation;
        Assert.InRange(env.RngSeed, BigInteger.One << 64, BigInteger.One << 128);
        Assert.Equal(first, env.Reset(env.RngSeed).Observation);
    }

    [Fact]
    public void RngSeed_AfterGeneratorWasSet_IsMinusOne()
    {
        using var env = new CounterEnv();
        env.Rng = new Rng(5);
        Assert.Equal(BigInteger.MinusOne, env.RngSeed);
        env.Reset(9);
        Assert.Equal(9, env.RngSeed);
    }

    [Fact]
    public void Reset_WithNegativeSeed_NamesItAndTheRemedy()
    {
        using var env = new CounterEnv();
        var error = Assert.ThrowsAny<Exception>(() => env.Reset(-4));
        Assert.IsType<InvalidSeedException>(error);
        Assert.Contains("-4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_AfterClose_ThrowsClosedEnvironment()
    {
        var env = new CounterEnv();
        env.Reset(1);
        env.Dispose();
        env.Dispose();
        Assert.Equal(1, env.Closed);
        Assert.Contains("'Step' on the closed environment 'CounterEnv'", Assert.Throws<ClosedEnvironmentException>(() => env.Step(0)).Message, StringComparison.Ordinal);
        Assert.Throws<ClosedEnvironmentException>(() => env.Reset());
        Assert.Throws<ClosedEnvironmentException>(() => env.StepObject(0L));
    }

    [Fact]
    public void ErasedFace_OfTypedEnv_SpeaksNaturalTypes()
    {
        using var env = new CounterEnv();
        var (observation, _) = ((Env)env).ResetObject(1);
        var array = Assert.IsType<NDArray>(observation);
        Assert.Equal((DType.Float32, 2), (array.DType, array.Shape[0]));
        Assert.Equal(1.0, env.StepObject(1).Reward);
        Assert.Equal(2.0, env.StepObject(NumPyScalar.From(2L)).Reward);
        Assert.Contains("pass an integer", Assert.Throws<ArgumentException>(() => env.StepObject("up")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Env_WithTypesThatDoNotFitTheSpaces_IsRefusedAtConstruction()
    {
        var error = Assert.Throws<ArgumentException>(() => new MistypedEnv());
        Assert.Contains("A value of Discrete(4) cannot be held by 'string'; use long or int, or object", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_WithoutSpec_NamesTheClass()
    {
        using var env = new CounterEnv();
        Assert.Equal("<CounterEnv instance>", env.ToString());
    }

    private sealed class MistypedEnv() : Env<string, long>(new Discrete(4), new Discrete(2))
    {
        protected override ResetResult<string> OnReset(Info? options) => "never";

        protected override StepResult<string> OnStep(long action) => new("never", 0, true);
    }
}
