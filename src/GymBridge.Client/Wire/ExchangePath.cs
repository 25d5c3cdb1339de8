using Grpc.Core;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Wire;

/// <summary>One unary call for each call.</summary>
internal sealed class ExchangePath : CallPath
{
    private readonly CallInvoker _invoker;
    private readonly Method<Call, ReplyTarget> _method;

    public ExchangePath(CallInvoker invoker)
    {
        _invoker = invoker;
        _method = CreateMethod(MethodType.Unary, "Exchange");
    }

    public override void Dispose()
    {
    }

    protected override void OnSend(Call call, TimeSpan timeout) =>
        _invoker.BlockingUnaryCall(_method, null, new CallOptions(deadline: DateTime.UtcNow + timeout), call);
}
