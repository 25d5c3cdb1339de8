using GymBridge.Errors;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;

namespace GymBridge.Protocol.Tests.Errors;

public sealed class ExceptionMapTests
{
    public static TheoryData<Exception, string> Pairs => new()
    {
        { new ArgumentException("m"), "ValueError" },
        { new InvalidActionException("m"), "AssertionError" },
        { new ResetNeededException("m"), "gymnasium.error.ResetNeeded" },
        { new ClosedEnvironmentException("m"), "gymnasium.error.ClosedEnvironmentError" },
        { new KeyNotFoundException("m"), "KeyError" },
#pragma warning disable CA2201 // The counterpart of Python's IndexError.
        { new IndexOutOfRangeException("m"), "IndexError" },
#pragma warning restore CA2201
        { new NotSupportedException("m"), "NotImplementedError" },
        { new InvalidOperationException("m"), "RuntimeError" },
        { new GymBridgeException("m"), "gymnasium.error.Error" },
        { new EnvironmentNotFoundException("m"), "gymnasium.error.UnregisteredEnv" },
        { new NamespaceNotFoundException("m"), "gymnasium.error.NamespaceNotFound" },
        { new NameNotFoundException("m"), "gymnasium.error.NameNotFound" },
        { new VersionNotFoundException("m"), "gymnasium.error.VersionNotFound" },
        { new DeprecatedEnvException("m"), "gymnasium.error.DeprecatedEnv" },
        { new AttributeException("m"), "AttributeError" },
        { new TimeoutException("m"), "TimeoutError" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Fault_OfEachType_ComesBackAsTheSameTypeAndMessage(Exception exception, string pythonClass)
    {
        exception.Data[SyncVectorEnv.LaneDataKey] = 4;
        var fault = FaultCodec.Encode(exception, isRecoverable: true, withTrace: false);
        Assert.Equal(pythonClass, fault.PythonClass);

        var back = FaultCodec.Decode(fault);

        Assert.Equal(exception.GetType(), back.GetType());
        Assert.Equal("m", back.Message);
        Assert.Equal(4, back.Data[SyncVectorEnv.LaneDataKey]);
        fault.DotnetClass = string.Empty;
        Assert.Equal(exception.GetType(), FaultCodec.Decode(fault).GetType());
    }

    [Fact]
    public void Decode_DotnetName_RefinesItsOwnPythonClassOnly()
    {
        var fault = FaultCodec.Encode(new ArgumentOutOfRangeException("lane", "Lane 3 does not exist."), isRecoverable: true, withTrace: false);
        Assert.Equal("Lane 3 does not exist.", fault.Message);
        Assert.IsType<ArgumentOutOfRangeException>(FaultCodec.Decode(fault));

        fault.DotnetClass = "System.InvalidOperationException";

        Assert.IsType<ArgumentException>(FaultCodec.Decode(fault));
    }

    [Fact]
    public void Decode_UnknownClass_KeepsEverything()
    {
        var fault = new GymBridge.Protocol.V1.Fault
        {
            PythonClass = "mujoco.FatalError",
            Message = "boom",
            Trace = "File ...",
            Lanes = { 1, 2 },
            Recoverable = true,
        };

        var error = Assert.IsType<RemoteException>(FaultCodec.Decode(fault));

        Assert.Equal("mujoco.FatalError: boom", error.Message);
        Assert.Equal(("mujoco.FatalError", "boom", "File ...", true), (error.PythonClass, error.RemoteMessage, error.RemoteTrace, error.IsRecoverable));
        Assert.Equal([1, 2], error.Lanes.ToArray());
        Assert.Equal(("mujoco.FatalError", "boom"), Again(error));
    }

    private static (string, string) Again(RemoteException error)
    {
        var fault = FaultCodec.Encode(error, isRecoverable: true, withTrace: false);
        return (fault.PythonClass, fault.Message);
    }

    [Fact]
    public void Decode_ClassWithoutCounterpart_BecomesTheNearestBaseThatHasOne()
    {
        var fault = new GymBridge.Protocol.V1.Fault { PythonClass = "robot.GripperError", Message = "stuck", PythonBases = { "robot.DeviceError", "ValueError" } };

        var exception = Assert.IsType<ArgumentException>(FaultCodec.Decode(fault));

        Assert.Equal("robot.GripperError: stuck", exception.Message);
        Assert.Equal("robot.GripperError", exception.Data[ExceptionMap.PythonClassDataKey]);
    }
}
