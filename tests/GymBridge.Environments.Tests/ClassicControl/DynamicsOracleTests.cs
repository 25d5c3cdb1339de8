using GymBridge.Environments.ClassicControl;

namespace GymBridge.Environments.Tests.ClassicControl;

/// <summary>The equations of motion on the oracle's trajectories, in float64.</summary>
public class DynamicsOracleTests
{
    [Fact]
    public void Reset_CartPoleWithSeedZero_GivesTheOraclesObservation()
    {
        using var env = new CartPoleEnv();
        var expected = Oracles.Numbers("env_dynamics", "cartpole_reset_seed0_obs_float32");
        Assert.Equal(expected.Select(value => (float)value), env.Reset(0).Observation);
    }

    [Fact]
    public void Step_CartPole_FollowsTheOracle()
    {
        var start = Oracles.Numbers("env_dynamics", "cartpole_float64", "start");
        var state = new CartPoleState(start[0], start[1], start[2], start[3]);
        var actions = Oracles.Numbers("env_dynamics", "cartpole_float64", "actions");
        foreach (var (action, expected) in actions.Zip(Oracles.Numbers("env_dynamics", "cartpole_float64", "states").Chunk(4)))
        {
            Assert.False(CartPoleDynamics.Step(ref state, action == 1));
            AssertClose(expected, [state.X, state.XDot, state.Theta, state.ThetaDot]);
        }
    }

    [Fact]
    public void Step_MountainCar_FollowsTheOracle()
    {
        var dynamics = new MountainCarDynamics();
        var state = Oracles.Numbers("env_dynamics", "mountaincar_float64", "start");
        var actions = Oracles.Numbers("env_dynamics", "mountaincar_float64", "actions");
        foreach (var (action, expected) in actions.Zip(Oracles.Numbers("env_dynamics", "mountaincar_float64", "states").Chunk(2)))
        {
            Assert.False(dynamics.Step(ref state[0], ref state[1], (long)action));
            AssertClose(expected, state);
        }
    }

    [Fact]
    public void Step_Pendulum_FollowsTheOracle()
    {
        var dynamics = new PendulumDynamics();
        var state = Oracles.Numbers("env_dynamics", "pendulum_theta_thetadot_reward", "start");
        var torques = Oracles.Numbers("env_dynamics", "pendulum_theta_thetadot_reward", "torques");
        foreach (var (torque, expected) in torques.Zip(Oracles.Numbers("env_dynamics", "pendulum_theta_thetadot_reward", "rows").Chunk(3)))
        {
            var reward = dynamics.Step(ref state[0], ref state[1], torque);
            AssertClose(expected, [state[0], state[1], reward]);
        }
    }

    private static void AssertClose(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
}
