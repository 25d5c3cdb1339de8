using GymBridge.Environments.Rendering;
using GymBridge.Environments.ToyText;

namespace GymBridge.Environments.Teaching;

/// <summary>A small environment of named states that are drawn in a row; its whole model is in <see cref="TabularEnv.Transitions"/>.</summary>
public abstract class StateRowEnv : TabularEnv
{
    private const int CellSize = 64;
    private const int MostWidth = 1024;

    private readonly string[] _names;
    private readonly bool[] _isEnd;

    private protected StateRowEnv(IReadOnlyList<string> names, int start, Transition[][][] transitions, string? renderMode)
        : base([.. Enumerable.Range(0, names.Count).Select(state => state == start ? 1.0 : 0.0)], transitions[0].Length, renderMode)
    {
        _names = [.. names];
        _isEnd = [.. transitions.Select((actions, state) => actions.All(outcomes => outcomes is [{ Terminated: true } only] && only.State == state))];
        SetTransitions(transitions);
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata { get; } = new(["ansi", "rgb_array"], 4);

    /// <inheritdoc/>
    public override PythonTypes PythonTypes => base.PythonTypes with { Reward = PythonType.Float };

    /// <summary>The names of the states, as they are drawn.</summary>
    public IReadOnlyList<string> StateNames => _names;

    /// <summary>A state in which episodes have ended: every action stays there for nothing.</summary>
    private protected static Transition[][] End(int state, int actions) =>
        [.. Enumerable.Range(0, actions).Select(_ => (Transition[])[new(1, state, 0, true)])];

    private protected override string RenderText() =>
        string.Join(' ', _names.Select((name, state) => state == State ? $"[{name}]" : name)) + "\n";

    private protected override NDArray RenderFrame()
    {
        var canvas = new GridCanvas(Math.Min(CellSize * _names.Length, MostWidth), CellSize, 1, _names.Length, 0xF4F4F4, 0xE4E4E4);
        for (var state = 0; state < _names.Length; state++)
        {
            if (_isEnd[state])
            {
                canvas.FillRectangle(0, state, 0.3, 0.3, 0xD4AF37);
            }
        }

        canvas.FillCircle(0, State, 0.22, 0xC83C3C);
        return canvas.ToArray();
    }
}
