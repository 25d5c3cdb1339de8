using GymBridge.Client.Hosting;

namespace GymBridge.Client.Tests.Hosting;

/// <summary>How many processes there are where nobody says so.</summary>
public sealed class HostProcessesTests
{
    [Theory]
    [InlineData("ale_py:ALE/Pong-v5", 8, 16, 2)]
    [InlineData("ale_py:ALE/Pong-v5", 8, 2, 2)]
    [InlineData("ale_py:ALE/Pong-v5", 64, 2, 2)]
    [InlineData("ale_py:ALE/Pong-v5", 3, 2, 1)]
    [InlineData("gymnasium:Acrobot-v1", 8, 2, 2)]
    [InlineData("mine:CartPole-v1", 8, 2, 2)]
    [InlineData("gymnasium:phys2d/CartPole-v1", 8, 2, 2)]
    public void ByDefault_StepsThatTakeTheirTime_HaveAProcessForFourLanesUpToTheProcessors(string id, int lanes, int processors, int expected) =>
        Assert.Equal(expected, HostProcesses.ByDefault(EnvId.Parse(id), lanes, processors));

    [Theory]
    [InlineData("gymnasium:CartPole-v1", 8, 16, 2)]
    [InlineData("gymnasium:CartPole-v1", 64, 16, 15)]
    [InlineData("gymnasium:CartPole-v0", 8, 2, 1)]
    [InlineData("gymnasium:Pendulum-v1", 64, 2, 1)]
    [InlineData("gymnasium:FrozenLake8x8-v1", 64, 4, 3)]
    [InlineData("gymnasium:Taxi-v3", 8, 1, 1)]
    public void ByDefault_ShortSteps_LeaveAProcessorToTheAgent(string id, int lanes, int processors, int expected) =>
        Assert.Equal(expected, HostProcesses.ByDefault(EnvId.Parse(id), lanes, processors));
}
