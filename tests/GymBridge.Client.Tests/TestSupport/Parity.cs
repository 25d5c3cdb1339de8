using GymBridge.Seeding;

namespace GymBridge.Client.Tests.TestSupport;

/// <summary>Steps two vector environments with the same seeds and actions and compares everything that they say, bit for bit.</summary>
internal static class Parity
{
    public static void AssertEqual(VectorEnv expected, VectorEnv actual, int steps, Seed seed)
    {
        Assert.Equal(expected.SingleObservationSpace, actual.SingleObservationSpace);
        Assert.Equal(expected.SingleActionSpace, actual.SingleActionSpace);
        var (one, other) = (expected.CreateStep(), actual.CreateStep());
        var actions = actual.CreateActions();
        var space = expected.SingleActionSpace;
        space.Seed(seed);
        expected.Reset(one, seed);
        actual.Reset(other, seed);
        AssertSame(one, other, -1);
        for (var step = 0; step < steps; step++)
        {
            for (var lane = 0; lane < actions.Lanes; lane++)
            {
                actions.Write(lane, space.Sample());
            }

            expected.Step(actions, one);
            actual.Step(actions, other);
            AssertSame(one, other, step);
            ResetEnded(expected, actual, one, other, step);
        }

        for (var lane = 0; lane < actions.Lanes; lane++)
        {
            Assert.Equal(expected.GetRng(lane), actual.GetRng(lane));
        }
    }

    /// <summary>Steps two lanes of CartPole through a proxy that loses replies and cuts connections: each call is executed once.</summary>
    public static void AssertEqualThroughCuts(VectorEnv expected, CuttingProxy proxy)
    {
        using var actual = new RemoteServer(proxy.Address, new ClientOptions { Transport = Transport.Grpc }).MakeVec("CartPole-v1", 2);
        var (one, other, actions) = (expected.CreateStep(), actual.CreateStep(), actual.CreateActions());
        expected.Reset(one, 3);
        actual.Reset(other, 3);

        for (var step = 0; step < 100; step++)
        {
            actions.Write(step % 2, (long)(step / 3 % 2));
            if (step % 10 == 4)
            {
                proxy.CutAtNextReply();
            }
            else if (step % 10 == 8)
            {
                proxy.Cut();
            }

            expected.Step(actions, one);
            actual.Step(actions, other);
            AssertSame(one, other, step);
        }

        Assert.True(proxy.Connections > 10, $"Only {proxy.Connections} connections were made: nothing was cut.");
    }

    public static void AssertSame(VectorStep expected, VectorStep actual, int step)
    {
        var where = $"after step {step}";
        for (var leaf = 0; leaf < expected.Observations.Count; leaf++)
        {
            Assert.True(expected.Observations[leaf].Bytes.SequenceEqual(actual.Observations[leaf].Bytes), $"Observations differ {where}.");
        }

        for (var lane = 0; lane < expected.Lanes; lane++)
        {
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected.Rewards[lane]), BitConverter.DoubleToInt64Bits(actual.Rewards[lane]));
            Assert.True(expected.Terminated[lane] == actual.Terminated[lane], $"Terminated differs {where}, lane {lane}.");
            Assert.True(expected.Truncated[lane] == actual.Truncated[lane], $"Truncated differs {where}, lane {lane}.");
            Assert.True(expected.HasFinal[lane] == actual.HasFinal[lane], $"HasFinal differs {where}, lane {lane}.");
            Assert.Equal(expected.Infos[lane]?.ToString(), actual.Infos[lane]?.ToString());
            if (expected.HasFinal[lane])
            {
                Assert.True(
                    expected.FinalObservations[0].Lane(lane).SequenceEqual(actual.FinalObservations[0].Lane(lane)),
                    $"Final observations differ {where}, lane {lane}.");
            }
        }
    }

    // Without autoreset the caller resets what ended, by mask; each third time with a seed.
    private static void ResetEnded(VectorEnv expected, VectorEnv actual, VectorStep one, VectorStep other, int step)
    {
        if (expected.AutoresetMode != AutoresetMode.Disabled)
        {
            return;
        }

        var mask = new bool[expected.NumEnvs];
        for (var lane = 0; lane < mask.Length; lane++)
        {
            mask[lane] = one.Terminated[lane] || one.Truncated[lane];
        }

        if (mask.Contains(true))
        {
            var seeds = step % 3 == 0 ? mask.Select((_, lane) => (Seed?)(1000 + step + lane)).ToArray() : [];
            expected.Reset(one, seeds, mask);
            actual.Reset(other, seeds, mask);
            AssertSame(one, other, step);
        }
    }
}
