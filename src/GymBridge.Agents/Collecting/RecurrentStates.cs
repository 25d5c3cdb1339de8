using GymBridge.Agents.Checkpoints;
using GymBridge.Agents.Networks;
using static TorchSharp.torch;

namespace GymBridge.Agents.Collecting;

/// <summary>The states of an LSTM before each step of a rollout.</summary>
/// <param name="form">A state of all lanes, for its sizes.</param>
/// <param name="steps">T; 0 keeps nothing.</param>
internal sealed class RecurrentStates(RecurrentState form, int steps)
{
    // [T, N, L, H]: what one row needs lies together.
    private readonly float[] _hidden = new float[checked(steps * form.Hidden.Length)];
    private readonly float[] _cell = new float[checked(steps * form.Cell.Length)];

    /// <summary>Keeps the states before a step.</summary>
    public void Keep(int step, RecurrentState state)
    {
        if (_hidden.Length == 0)
        {
            return;
        }

        var size = state.Size;
        for (var row = 0; row < state.Rows; row++)
        {
            for (var layer = 0; layer < state.Layers; layer++)
            {
                var source = ((layer * state.Rows) + row) * size;
                var target = ((((step * state.Rows) + row) * state.Layers) + layer) * size;
                state.Hidden.AsSpan(source, size).CopyTo(_hidden.AsSpan(target));
                state.Cell.AsSpan(source, size).CopyTo(_cell.AsSpan(target));
            }
        }
    }

    /// <summary>Saves or loads them.</summary>
    public void Exchange(StateArchive archive, string name)
    {
        archive.Array($"{name}/hidden", _hidden);
        archive.Array($"{name}/cell", _cell);
    }

    /// <summary>The states before some transitions.</summary>
    /// <param name="rows">[S]; time-major indices.</param>
    /// <param name="device">Where the tensors are made.</param>
    /// <returns>float32 [L, S, H], hidden and cell.</returns>
    public (Tensor Hidden, Tensor Cell) Of(ReadOnlySpan<int> rows, Device device)
    {
        var state = new RecurrentState(form.Layers, rows.Length, form.Size);
        for (var i = 0; i < rows.Length && _hidden.Length > 0; i++)
        {
            for (var layer = 0; layer < form.Layers; layer++)
            {
                var source = ((rows[i] * form.Layers) + layer) * form.Size;
                var target = ((layer * rows.Length) + i) * form.Size;
                _hidden.AsSpan(source, form.Size).CopyTo(state.Hidden.AsSpan(target));
                _cell.AsSpan(source, form.Size).CopyTo(state.Cell.AsSpan(target));
            }
        }

        return state.ToTensors(device);
    }
}
