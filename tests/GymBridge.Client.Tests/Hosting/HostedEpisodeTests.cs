using GymBridge.Client.Hosting;
using GymBridge.Environments;
using GymBridge.Protocol;
using GymBridge.Server;

namespace GymBridge.Client.Tests.Hosting;

/// <summary>Whole episodes of hosted environments, as an agent in C# has them.</summary>
public sealed class HostedEpisodeTests
{
    private static EnvRegistry Registry() => EnvironmentCatalog.CreateRegistry().UseModules(new PythonEnvSource());

    [PythonFact]
    public void R37_CartPole_BalancedFromHere_LastsFiveHundredSteps()
    {
        using var env = Registry().Make("gymnasium:CartPole-v1").As<float[], long>();
        for (var seed = 0; seed < 3; seed++)
        {
            var observation = env.Reset(seed).Observation;
            for (var step = 1; step <= 500; step++)
            {
                // Weights of a hand-made balance: position, velocity, angle, angular velocity.
                var push = (0.35f * observation[0]) + (0.6f * observation[1]) + (6f * observation[2]) + (1.2f * observation[3]);
                var result = env.Step(push > 0 ? 1L : 0L);
                Assert.Equal((1.0, false, step == 500), (result.Reward, result.Terminated, result.Truncated));
                observation = result.Observation;
            }
        }
    }

    [PythonFact]
    public void R37_Atari_FramesAreThoseOfTheEmulator()
    {
        using var folder = new TemporaryFolder();
        var script = folder.Combine("frames.py");
        File.WriteAllText(script, """
            import hashlib, gymnasium, ale_py
            gymnasium.register_envs(ale_py)
            env = gymnasium.make("ALE/Pong-v5")
            digest = hashlib.sha256(env.reset(seed=3)[0].tobytes())
            for t in range(60):
                observation, reward, *_ = env.step(t % 6)
                digest.update(observation.tobytes())
            print(digest.hexdigest(), observation.shape, observation.dtype, env.unwrapped.ale.lives())
            """);
        var expected = PythonSetup.Run(script).Trim();

        using var env = Registry().Make("ale_py:ALE/Pong-v5");
        using var digest = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        var frame = (NDArray)env.ResetObject(3).Observation;
        digest.AppendData(frame.Bytes);
        for (var t = 0L; t < 60; t++)
        {
            frame = (NDArray)env.StepObject(t % 6).Observation;
            digest.AppendData(frame.Bytes);
        }

        Assert.Equal(expected, $"{Convert.ToHexStringLower(digest.GetHashAndReset())} (210, 160, 3) uint8 0");
        Assert.Equal([210, 160, 3], frame.Shape.AsSpan().ToArray());
    }

    [PythonTheory]
    [InlineData("CartPole-v1", 500)]
    [InlineData("Taxi-v4", 200)]
    [InlineData("Pendulum-v1", 200)]
    [InlineData("Blackjack-v1", null)]
    [InlineData("FrozenLake-v1", 100)]
    public async Task R03_AllTheWayRound_FromPythonOverCSharpToPython_MatchesStrictly(string id, int? limit)
    {
        using var folder = new TemporaryFolder();
        var source = new PythonEnvSource();
        var registry = new EnvRegistry().Register(
            new EnvSpec { Id = "Hosted-v0", MaxEpisodeSteps = limit }, _ => source.Make(EnvId.Parse($"gymnasium:{id}"), new MakeOptions { Raw = true }));
        await using var server = await GymBridgeServer.StartAsync(registry, ServerAddress.Unix(folder.Combine("s")));
        var script = folder.Combine("round.py");
        await File.WriteAllTextAsync(script, """
            import sys
            import gymnasium, gymbridge, numpy as np

            def strict(value):
                if isinstance(value, (np.ndarray, np.generic)):
                    return type(value), value.dtype, value.shape, value.tobytes()
                if isinstance(value, (tuple, list)):
                    return type(value), [strict(item) for item in value]
                if isinstance(value, dict):
                    return type(value), [(key, strict(item)) for key, item in value.items()]
                return type(value), repr(value)

            remote, local = gymbridge.make("Hosted-v0", address=sys.argv[1]), gymnasium.make(sys.argv[2])
            assert remote.observation_space == local.observation_space and remote.action_space == local.action_space
            assert strict(remote.reset(seed=5)) == strict(local.reset(seed=5))
            local.action_space.seed(6)
            for step in range(400):
                action = local.action_space.sample()
                result = local.step(action)
                seen = remote.step(action)
                assert strict(seen) == strict(result), (step, seen, result)
                if result[2] or result[3]:
                    assert strict(remote.reset()) == strict(local.reset()), step
            assert remote.unwrapped.np_random.bit_generator.state == local.unwrapped.np_random.bit_generator.state
            print("equal")
            """);

        Assert.Equal("equal", PythonSetup.Run(script, server.Address.ToString(), id).Trim());
    }

    [PythonTheory]
    [InlineData(2)]
    [InlineData(3)]
    public void Pool_OfHostedEnvironments_EachGoesAsItsTwinInCSharp(int batch)
    {
        const int Lanes = 3;
        using var pool = new EnvPool([.. Enumerable.Range(0, Lanes).Select(_ => Registry().Make("gymnasium:CartPole-v1"))], batch);
        using var twin = new SyncVectorEnv([.. Enumerable.Range(0, Lanes).Select(_ => Registry().Make("CartPole-v1"))]);
        var seen = Enumerable.Range(0, Lanes).Select(_ => new List<(string, double, bool)>()).ToArray();
        var (result, actions, lanes) = (pool.CreateStep(), pool.CreateActions(), new int[batch]);
        pool.Reset(11);
        while (seen.Any(each => each.Count <= 40))
        {
            pool.Receive(result, lanes, TimeSpan.FromMinutes(1));
            for (var k = 0; k < batch; k++)
            {
                actions.Write(k, (long)(seen[lanes[k]].Count % 2));
                seen[lanes[k]].Add(Of(result, k));
            }

            pool.Send(actions, lanes);
        }

        var (step, all) = (twin.CreateStep(), twin.CreateActions());
        twin.Reset(step, 11);
        for (var t = 0; t <= 40; t++)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                Assert.Equal(Of(step, lane), seen[lane][t]);
                all.Write(lane, (long)(t % 2));
            }

            twin.Step(all, step);
        }
    }

    private static (string, double, bool) Of(VectorStep step, int lane) =>
        (Convert.ToHexString(((NDArray)step.Observations.Read(lane)).Bytes), step.Rewards[lane], step.Terminated[lane]);
}
