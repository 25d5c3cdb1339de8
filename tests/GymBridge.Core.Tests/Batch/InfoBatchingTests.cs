using GymBridge.Batch;
using GymBridge.Core.Tests.Spaces;
using GymBridge.Environments;
using GymBridge.Spaces;

namespace GymBridge.Core.Tests.Batch;

/// <summary>Batched infos against golden/infos.json, which golden/generate.py wrote with the real Gymnasium.</summary>
public class InfoBatchingTests
{
    private static readonly GoldenInfos Golden = GoldenFile.Read<GoldenInfos>("tests/GymBridge.Core.Tests/Batch/golden/infos.json");

    [Theory]
    [InlineData("frozen lake", "FrozenLake-v1", null, AutoresetMode.NextStep)]
    [InlineData("frozen lake same", "FrozenLake-v1", null, AutoresetMode.SameStep)]
    [InlineData("taxi", "Taxi-v4", 15, AutoresetMode.NextStep)]
    [InlineData("taxi same", "Taxi-v4", 15, AutoresetMode.SameStep)]
    [InlineData("cart pole same", "CartPole-v1", null, AutoresetMode.SameStep)]
    public void Batch_OfSteps_EqualsSyncVectorEnv(string name, string id, int? limit, AutoresetMode mode)
    {
        var golden = Golden.Cases[name];
        using var env = EnvironmentCatalog.CreateRegistry().MakeVec(id, 3, new MakeOptions { MaxEpisodeSteps = limit, AutoresetMode = mode });
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        env.SingleActionSpace.Seed(8);
        env.Reset(step, 8);
        var texts = new List<string> { Text(step) };
        for (var t = 0; t < 120; t++)
        {
            for (var lane = 0; lane < 3; lane++)
            {
                actions.Write(lane, env.SingleActionSpace.Sample());
            }

            env.Step(actions, step);
            texts.Add(Text(step));
        }

        Assert.Equal(golden.First, texts[0]);
        Assert.Equal(golden.Longest, texts.MaxBy(text => text.Length));
        Assert.Equal(golden.Digest, SpaceGoldenTests.Digest(texts));
    }

    [Fact]
    public void Batch_OfObjectsAndNestedInfos_MasksTheLanes()
    {
        var step = new VectorStep(new Discrete(2), 2);
        step.Infos[1] = new Info { ["name"] = "b", ["deep"] = new Info { ["x"] = 1.5f } };
        Assert.Equal(
            "{\"name\": [null, \"b\"], \"_name\": {\"dtype\": \"bool\", \"data\": [false, true]}, \"deep\": {\"x\": {\"dtype\": \"float32\", \"data\": [0.0, 1.5]}, \"_x\": {\"dtype\": \"bool\", \"data\": [false, true]}}, \"_deep\": {\"dtype\": \"bool\", \"data\": [false, true]}}",
            Text(step));
        Assert.Empty(InfoBatching.Batch(new VectorStep(new Discrete(2), 2)).Keys);
    }

    [Fact]
    public void Batch_OfDictFinalObservations_KeepsThemAsObjects()
    {
        var space = new DictSpace(("a", new Discrete(3)));
        var step = new VectorStep(space, 2);
        step.HasFinal[1] = true;
        step.FinalObservations.Write(1, new Info { ["a"] = 2L });
        var final = Assert.IsType<List<object?>>(InfoBatching.Batch(step)["final_obs"]);
        Assert.Null(final[0]);
        Assert.Equal(2L, Assert.IsType<Info>(final[1])["a"]);
    }

    private static string Text(VectorStep step) => PythonJson.Write(Plain(InfoBatching.Batch(step)));

    private static object? Plain(object? value)
    {
        switch (value)
        {
            case Info info:
                var plain = new Info();
                foreach (var (key, part) in info)
                {
                    plain[key] = Plain(part);
                }

                return plain;
            case List<object?> list:
                return list.Select(Plain).ToList();
            case NDArray array:
                return new Info { ["dtype"] = array.DType.Name(), ["data"] = Jsonable.FromArray(array) };
            default:
                return value;
        }
    }

    internal sealed record GoldenInfos(Dictionary<string, GoldenInfo> Cases);

    internal sealed record GoldenInfo(string First, string Longest, string Digest);
}
