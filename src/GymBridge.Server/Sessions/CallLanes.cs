using Google.Protobuf;
using GymBridge.Protocol.V1;

namespace GymBridge.Server.Sessions;

/// <summary>Which lanes a call addresses.</summary>
internal static class CallLanes
{
    /// <summary>The lanes of its mask, or all; the one lane of a call for one.</summary>
    public static IEnumerable<uint> Of(Call call, int lanes) => call.KindCase switch
    {
        Call.KindOneofCase.Step => Masked(call.Step.LaneMask, lanes),
        Call.KindOneofCase.Reset => Masked(call.Reset.LaneMask, lanes),
        Call.KindOneofCase.TakeSnapshot => Masked(call.TakeSnapshot.LaneMask, lanes),
        Call.KindOneofCase.Render when !call.Render.AllLanes => [call.Render.Lane],
        Call.KindOneofCase.GetAttribute when !call.GetAttribute.AllLanes => [call.GetAttribute.Lane],
        Call.KindOneofCase.CallMethod when !call.CallMethod.AllLanes => [call.CallMethod.Lane],
        Call.KindOneofCase.GetGenerator => [call.GetGenerator.Lane],
        _ => Masked(ByteString.Empty, lanes),
    };

    private static IEnumerable<uint> Masked(ByteString mask, int lanes) =>
        Enumerable.Range(0, lanes).Where(lane => mask.IsEmpty || mask[lane] == 1).Select(lane => (uint)lane);
}
