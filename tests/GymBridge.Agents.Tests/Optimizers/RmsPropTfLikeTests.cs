using System.Text.Json;
using GymBridge.Agents.Optimizers;
using TorchSharp;
using TorchSharp.Modules;

namespace GymBridge.Agents.Tests.Optimizers;

public class RmsPropTfLikeTests
{
    [Fact]
    public void Step_EveryTrajectoryOfTheGoldenFile_MatchesStableBaselines3()
    {
        using var scope = torch.NewDisposeScope();
        var file = TorchGolden.Load("optim.json");
        var ran = 0;
        foreach (var record in file.GetProperty("trajectories").EnumerateArray().Where(r => r.GetProperty("optimizer").GetString() == "RMSpropTFLike"))
        {
            Parameter[] parameters = [.. file.GetProperty("start").EnumerateArray().Select(t => new Parameter(TorchGolden.Tensor(t)))];
            using var optimizer = Make(parameters, record.GetProperty("args"));
            var steps = record.GetProperty("steps");
            for (var t = 0; t < steps.GetArrayLength(); t++)
            {
                Descend(optimizer, parameters, file.GetProperty("grads_per_step")[t]);
                for (var k = 0; k < parameters.Length; k++)
                {
                    TorchGolden.AssertClose(steps[t][k], parameters[k], $"{record.GetProperty("args")} step {t} parameter {k}");
                }
            }
            ran++;
        }
        Assert.Equal(2, ran);
    }

    [Fact]
    public void Load_OfASavedState_ContinuesTheSameTrajectory()
    {
        using var scope = torch.NewDisposeScope();
        var file = TorchGolden.Load("optim.json");
        var gradients = file.GetProperty("grads_per_step");
        Parameter[] Start() => [.. file.GetProperty("start").EnumerateArray().Select(t => new Parameter(TorchGolden.Tensor(t)))];
        var (first, second) = (Start(), Start());
        using var saved = new RmsPropTfLike(first, lr: 0.01, momentum: 0.5, centered: true);
        using var loaded = new RmsPropTfLike(second, lr: 0.5, momentum: 0.5, centered: true);
        Descend(saved, first, gradients[0]);
        using var stream = new MemoryStream();
        saved.Save(new BinaryWriter(stream));
        stream.Position = 0;
        loaded.Load(new BinaryReader(stream));
        using (torch.no_grad())
        {
            second[0].copy_(first[0]);
            second[1].copy_(first[1]);
        }
        Descend(saved, first, gradients[1]);
        Descend(loaded, second, gradients[1]);
        Assert.Equal(first[0].data<float>().ToArray(), second[0].data<float>().ToArray());
        Assert.Equal(0.01, loaded.ParamGroups.First().LearningRate);
    }

    [Fact]
    public void Step_AParameterWithoutGradient_StaysWhereItIs()
    {
        using var scope = torch.NewDisposeScope();
        var parameter = new Parameter(torch.ones(2));
        using var optimizer = new RmsPropTfLike([parameter]);
        optimizer.step();
        optimizer.zero_grad();
        Assert.Equal([1f, 1f], parameter.data<float>().ToArray());
    }

    [Fact]
    public void Constructor_NoParametersOrANegativeNumber_Refuses()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Throws<ArgumentException>(() => new RmsPropTfLike([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RmsPropTfLike([new Parameter(torch.ones(2))], lr: -1));
    }

    private static void Descend(RmsPropTfLike optimizer, Parameter[] parameters, JsonElement gradients)
    {
        for (var k = 0; k < parameters.Length; k++)
        {
            parameters[k].grad = TorchGolden.Tensor(gradients[k]);
        }
        optimizer.step();
    }

    private static RmsPropTfLike Make(Parameter[] parameters, JsonElement args)
    {
        double Option(string name, double missing) => args.TryGetProperty(name, out var value) ? value.GetDouble() : missing;
        return new(parameters, Option("lr", 0), Option("alpha", 0.99), Option("eps", 1e-8), Option("weight_decay", 0), Option("momentum", 0), args.TryGetProperty("centered", out var centered) && centered.GetBoolean());
    }
}
