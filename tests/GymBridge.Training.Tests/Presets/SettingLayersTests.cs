using GymBridge.Training.Presets;

namespace GymBridge.Training.Tests.Presets;

public class SettingLayersTests
{
    [Fact]
    public void Find_FromFourPlaces_FlagThenVariableThenFileThenPreset()
    {
        var variables = new Dictionary<string, string> { ["GYMBRIDGE_TRAIN_GAMMA"] = "0.2", ["GYMBRIDGE_TRAIN_N_STEPS"] = "2" };
        var layers = new SettingLayers()
            .Add("gamma", "0.1", "--gamma")
            .AddVariables(["gamma", "n_steps", "n_epochs"], name => variables.GetValueOrDefault(name))
            .Add(new Preset("my", "my.yml", [new("gamma", "0.3"), new("n_steps", "3"), new("n_epochs", "3")]))
            .Add(new Preset("p", "preset ppo/p", [new("gamma", "0.4"), new("n_epochs", "4"), new("ent_coef", "4")]))
            .Add((Preset?)null);
        Assert.Equal(
            [
                new Setting("gamma", "0.1", "--gamma"),
                new Setting("n_steps", "2", "GYMBRIDGE_TRAIN_N_STEPS"),
                new Setting("n_epochs", "3", "my.yml"),
                new Setting("ent_coef", "4", "preset ppo/p"),
            ],
            layers.Settings);
        Assert.Null(layers.Find("vf_coef"));
    }
}
