using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace GymBridge.Torch.Managed.Tests.Parity;

/// <summary>The dtype of a result for every pair of dtypes, kinds and operations.</summary>
public class PromotionParityTests
{
    [Fact]
    public void BinaryOperation_EveryPairOfKinds_HasPyTorchsDtype()
    {
        using var scope = NewDisposeScope();
        var failures = new List<string>();
        foreach (var row in GoldenFile.Load("ops.json").GetProperty("promotion_binary").EnumerateArray())
        {
            var a = row.GetProperty("a");
            var b = row.GetProperty("b");
            foreach (var entry in row.EnumerateObject().Where(e => e.Name is not ("a" or "b")))
            {
                // What TorchSharp has no overload for: where and maximum of a number, number // tensor, number % tensor, in place on a number.
                if (Apply(entry.Name, a, b) is not { } got)
                {
                    continue;
                }

                if (got != entry.Value.GetString())
                {
                    failures.Add($"{entry.Name} {a} {b}: {got}, expected {entry.Value}");
                }
            }
        }
        Assert.Empty(failures);
    }

    [Fact]
    public void UnaryOperation_EveryDtype_HasPyTorchsDtype()
    {
        using var scope = NewDisposeScope();
        var failures = new List<string>();
        foreach (var row in GoldenFile.Load("ops.json").GetProperty("promotion_unary").EnumerateArray())
        {
            var op = row[0].GetString()!;
            var x = torch.ones([2], GoldenFile.Type(row[1].GetString()!));
            var got = Name(() => op switch
            {
                "exp" => x.exp(),
                "sqrt" => x.sqrt(),
                "sigmoid" => x.sigmoid(),
                "tanh" => x.tanh(),
                "abs" => x.abs(),
                "neg" => x.neg(),
                "sign" => x.sign(),
                "floor" => x.floor(),
                "round" => x.round(),
                "relu" => x.relu(),
                "square" => x.square(),
                "sum" => x.sum(),
                "mean" => x.mean(),
                "prod" => x.prod(),
                "cumsum" => x.cumsum(0),
                "amax" => x.amax(),
                "argmax" => x.argmax(),
                "std" => x.std(),
                "softmax" => x.softmax(0),
                "all" => x.all(),
                "logical_not" => x.logical_not(),
                "reciprocal" => x.reciprocal(),
                _ => throw new ArgumentException(op),
            });
            if (got != row[2].GetString())
            {
                failures.Add($"{op} {row[1]}: {got}, expected {row[2]}");
            }
        }
        Assert.Empty(failures);
    }

    private static string? Apply(string op, JsonElement a, JsonElement b)
    {
        var x = Make(a);
        var y = Make(b);
        if (x is Tensor t && y is Tensor u)
        {
            return Name(() => op switch
            {
                "add" => t + u,
                "sub" => t - u,
                "mul" => t * u,
                "div" => t / u,
                "floor_divide" => t.floor_divide(u),
                "remainder" => t % u,
                "pow" => t.pow(u),
                "eq" => t == u,
                "where" => where(tensor(true), t, u),
                "maximum" => torch.maximum(t, u),
                _ => t.clone().add_(u),
            });
        }
        if (x is Tensor left)
        {
            var s = (Scalar)y;
            return op is "where" or "maximum" ? null : Name(() => op switch
            {
                "add" => left + s,
                "sub" => left - s,
                "mul" => left * s,
                "div" => left / s,
                "floor_divide" => left.floor_divide(s),
                "remainder" => left % s,
                "pow" => left.pow(s),
                "eq" => left == s,
                _ => left.clone().add_(s),
            });
        }
        var number = (Scalar)x;
        var right = (Tensor)y;
        return op is "add" or "sub" or "mul" or "div" or "eq" ? Name(() => op switch
        {
            "add" => number + right,
            "sub" => number - right,
            "mul" => number * right,
            "div" => number / right,
            _ => number == right,
        }) : null;
    }

    private static object Make(JsonElement kind)
    {
        var name = kind[1].GetString()!;
        return kind[0].GetString() switch
        {
            "tensor" => (object)torch.ones([2], GoldenFile.Type(name)),
            "0-dim" => torch.ones([], GoldenFile.Type(name)),
            _ => name switch { "bool" => (Scalar)true, "int" => (Scalar)1, _ => (Scalar)1.0 } as object,
        };
    }

    private static string Name(Func<Tensor> f)
    {
        try
        {
            return f().dtype switch
            {
                ScalarType.Bool => "bool",
                ScalarType.Byte => "uint8",
                ScalarType.Int32 => "int32",
                ScalarType.Int64 => "int64",
                ScalarType.Float32 => "float32",
                _ => "float64",
            };
        }
        catch (System.Runtime.InteropServices.ExternalException)
        {
            return "error";
        }
    }
}
