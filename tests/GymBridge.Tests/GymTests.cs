using GymBridge.Errors;
using GymBridge.Spaces;

namespace GymBridge.Tests;

public class GymTests
{
    [Fact]
    public void Make_OfBuiltInId_HasItsTypesAndLimits()
    {
        using var env = Gym.Make<float[], long>("CartPole-v1");
        var (observation, _) = env.Reset(42);
        Assert.Equal(4, observation.Length);
        Assert.Equal(500, env.Spec!.MaxEpisodeSteps);
    }

    [Fact]
    public void MakeVec_MakesNativeLanes()
    {
        using var env = Gym.MakeVec("CartPole-v1", 8);
        Assert.Equal(8, env.NumEnvs);
        Assert.Equal(AutoresetMode.NextStep, env.AutoresetMode);
        Assert.Equal("CartPole-v1", env.Spec!.Id);
    }

    [Fact]
    public void Register_ThenMake_FindsIt()
    {
        Gym.Register("GymTestsCorridor-v0", () => new Corridor(), maxEpisodeSteps: 3);
        using var env = Gym.Make("GymTestsCorridor-v0").As<long, long>();
        env.Reset();
        Assert.False(env.Step(1).Truncated);
        env.Step(1);
        Assert.True(env.Step(1).Truncated);
    }

    [Fact]
    public void Make_OfUnknownId_SuggestsOne()
    {
        var error = Assert.Throws<NameNotFoundException>(() => Gym.Make("CartPol-v1"));
        Assert.Contains("CartPole", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_AsTypesThatDoNotFit_SaysWhichDo()
    {
        var error = Assert.Throws<ArgumentException>(() => Gym.Make<string, long>("CartPole-v1"));
        Assert.Contains("cannot be held by 'string'; use float[] or NDArray, or object", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Registry_IsASource()
    {
        IEnvironmentSource source = Gym.Registry;
        using var env = source.MakeVec(EnvId.Parse("Pendulum-v1"), 2, MakeOptions.Default);
        Assert.Equal(2, env.NumEnvs);
    }

    [PythonFact]
    public void Make_OfModuleId_IsTyped()
    {
        using var remote = Gym.Make<float[], float[]>("gymnasium:Pendulum-v1");
        using var own = Gym.Make<float[], float[]>("Pendulum-v1");
        Assert.Equal(own.Reset(3).Observation, remote.Reset(3).Observation);
        for (var t = 0; t < 20; t++)
        {
            float[] action = [0.1f * (t - 10)];
            var (expected, actual) = (own.Step(action), remote.Step(action));
            Assert.Equal(expected.Observation, actual.Observation);
            Assert.Equal(expected.Reward, actual.Reward);
        }
    }

    private sealed class Corridor() : Env<long, long>(new Discrete(8), new Discrete(2))
    {
        private long _position;

        protected override ResetResult<long> OnReset(Info? options) => _position = 0;

        protected override StepResult<long> OnStep(long action)
        {
            _position = Math.Clamp(_position + (action == 1 ? 1 : -1), 0, 7);
            return new(_position, _position == 7 ? 1 : 0, terminated: _position == 7);
        }
    }
}
