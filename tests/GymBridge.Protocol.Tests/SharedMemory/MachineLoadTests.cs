using System.Runtime.Versioning;
using System.Text;
using GymBridge.Protocol.SharedMemory;

namespace GymBridge.Protocol.Tests.SharedMemory;

/// <summary>Whether a processor is free to spin on.</summary>
[SupportedOSPlatform("linux")]
public sealed class MachineLoadTests
{
    [Theory]
    [InlineData("0.20 0.18 0.12 1/80 11206\n", 1)]
    [InlineData("14.14 12.19 9.45 15/295 31758\n", 15)]
    [InlineData("3/80", 3)]
    [InlineData("0.20 0.18 0.12 x/80 11206\n", 0)]
    [InlineData("nothing of the kind", 0)]
    [InlineData("", 0)]
    public void Running_LineOfTheLoad_IsItsRunningThreads(string line, int expected) =>
        Assert.Equal(expected, MachineLoad.Running(Encoding.ASCII.GetBytes(line)));
}
