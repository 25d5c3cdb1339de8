using static TorchSharp.torch;

namespace GymBridge.Agents.Networks;

/// <summary>Checks a user's networks by a forward pass of two rows of zeros.</summary>
internal static class NetworkShapes
{
    private const int Rows = 2;

    /// <summary>Numbers that a network gives for one row.</summary>
    /// <exception cref="ArgumentException">It takes other features, or does not give one row of numbers for each row.</exception>
    public static int OutputsOf(nn.Module<Tensor, Tensor> network, int inputs, string name)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var wasTraining = network.training;
        network.eval();
        Tensor output;
        try
        {
            output = network.call(zeros(Rows, inputs));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new ArgumentException(
                $"The network '{name}' cannot take float32 [B, {inputs}]: {exception.Message} Its first layer must take {inputs} features.", exception);
        }
        finally
        {
            network.train(wasTraining);
        }

        return output.shape is [Rows, > 0 and < int.MaxValue] && output.dtype == ScalarType.Float32
            ? (int)output.shape[1]
            : throw new ArgumentException(
                $"The network '{name}' must give float32 [B, G], one row for each; from [{Rows}, {inputs}] it gave {output.dtype} [{string.Join(", ", output.shape)}].");
    }

    /// <summary>Throws unless a network gives a number of outputs; null is none to check.</summary>
    public static void Check(nn.Module<Tensor, Tensor>? network, int inputs, int outputs, string name, string what)
    {
        if (network is not null && OutputsOf(network, inputs, name) is var given && given != outputs)
        {
            throw new ArgumentException($"The network '{name}' must give float32 [B, {outputs}], {what}; it gave [B, {given}].");
        }
    }
}
