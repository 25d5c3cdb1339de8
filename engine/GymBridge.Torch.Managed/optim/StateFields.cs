using TorchSharp.Modules;

namespace GymBridge.Torch.Managed;

/// <summary>
/// Visits the fields of an optimizer's options or of a parameter's state, in the order of the file. One list of fields serves files,
/// copies, defaults and comparison.
/// </summary>
internal abstract class StateFields
{
    public virtual void Value(ref double? value) => throw Unexpected();

    public virtual void Value(ref bool? value) => throw Unexpected();

    public virtual void Value(ref double value) => throw Unexpected();

    public virtual void Value(ref long value) => throw Unexpected();

    /// <summary>A tensor of the parameter's shape, always there.</summary>
    public virtual void Tensor(ref torch.Tensor value) => throw Unexpected();

    /// <summary>A tensor that only some options ask for.</summary>
    public virtual void Optional(ref torch.Tensor? value) => throw Unexpected();

    private InvalidOperationException Unexpected() => new($"Bug in GymBridge: {GetType().Name} met a kind of field that it does not know.");
}

internal sealed class FieldWriter(BinaryWriter writer) : StateFields
{
    public override void Value(ref double? value) => writer.Write(value!.Value);

    public override void Value(ref bool? value) => writer.Write(value!.Value);

    public override void Value(ref double value) => writer.Write(value);

    public override void Value(ref long value) => writer.Write(value);

    public override void Tensor(ref torch.Tensor value) => TensorFormat.Write(writer, value);

    public override void Optional(ref torch.Tensor? value) => OptimizerState.WriteOptional(writer, value);
}

internal sealed class FieldReader(BinaryReader reader) : StateFields
{
    public override void Value(ref double? value) => value = reader.ReadDouble();

    public override void Value(ref bool? value) => value = reader.ReadBoolean();

    public override void Value(ref double value) => value = reader.ReadDouble();

    public override void Value(ref long value) => value = reader.ReadInt64();

    public override void Tensor(ref torch.Tensor value)
    {
        using var loaded = TensorFormat.Read(reader, expected: value.Impl)!;
        using var _ = torch.no_grad();
        value.copy_(loaded);
    }

    public override void Optional(ref torch.Tensor? value) => OptimizerState.ReadOptional(reader, ref value);
}

/// <summary>The values of the fields, in order.</summary>
internal sealed class FieldList : StateFields
{
    public List<object?> Values { get; } = [];

    public override void Value(ref double? value) => Values.Add(value);

    public override void Value(ref bool? value) => Values.Add(value);

    public override void Value(ref double value) => Values.Add(value);

    public override void Value(ref long value) => Values.Add(value);

    public override void Tensor(ref torch.Tensor value) => Values.Add(value);

    public override void Optional(ref torch.Tensor? value) => Values.Add(value);

    public bool Close(FieldList other) => Values.Count == other.Values.Count && Values.Zip(other.Values).All(pair => Close(pair.First, pair.Second));

    private static bool Close(object? a, object? b) => a is torch.Tensor x && b is torch.Tensor y ? x.allclose(y) : Equals(a, b);
}

/// <summary>Gives the fields the values of a list; with <paramref name="onlyMissing"/>, those that have none.</summary>
internal sealed class FieldCopier(FieldList source, bool onlyMissing) : StateFields
{
    private int _next;

    public override void Value(ref double? value)
    {
        var next = Next<double?>();
        value = onlyMissing ? value ?? next : next;
    }

    public override void Value(ref bool? value)
    {
        var next = Next<bool?>();
        value = onlyMissing ? value ?? next : next;
    }

    public override void Value(ref double value) => value = Next<double>();

    public override void Value(ref long value) => value = Next<long>();

    public override void Tensor(ref torch.Tensor value)
    {
        using var _ = torch.no_grad();
        value.copy_(Next<torch.Tensor>());
    }

    public override void Optional(ref torch.Tensor? value)
    {
        var copy = Next<torch.Tensor?>()?.clone().DetachFromDisposeScope();
        value?.Dispose();
        value = copy;
    }

    private T Next<T>() => (T)source.Values[_next++]!;
}

/// <summary>Disposes the tensors.</summary>
internal sealed class FieldDisposer : StateFields
{
    public override void Value(ref double value)
    {
    }

    public override void Value(ref long value)
    {
    }

    public override void Tensor(ref torch.Tensor value) => value?.Dispose();

    public override void Optional(ref torch.Tensor? value) => value?.Dispose();
}
