namespace GymBridge.Torch.Managed;

/// <summary>What is done to the result of a dense layer.</summary>
internal enum DenseActivation
{
    None,
    Tanh,
    Relu,
}

/// <summary>A layer of a chain, activation(x w^T + b), as its kernels see it: row-major float32 matrices.</summary>
internal unsafe struct DenseLayer
{
    public long Inputs;
    public long Outputs;

    /// <summary>[Outputs, Inputs].</summary>
    public float* Weight;

    /// <summary>[Outputs]; null for none.</summary>
    public float* Bias;

    public DenseActivation Activation;

    /// <summary>[rows, Outputs]; activated. Null in a forward pass where nobody looks at it afterwards.</summary>
    public float* Result;

    /// <summary>[Outputs, Inputs]; of a backward pass.</summary>
    public float* WeightGradient;

    /// <summary>[Outputs]; of a backward pass; null where nobody wants it.</summary>
    public float* BiasGradient;

    /// <summary>[rows, Outputs] before the activation; of a backward pass on several threads.</summary>
    public float* Gradient;

    /// <summary>Multiply-adds of one row's product.</summary>
    public readonly long Work => (Inputs * Outputs) + (Threads.NumberWork * (Inputs + Outputs));
}
