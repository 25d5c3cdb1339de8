using System.Text;

namespace GymBridge.Client.Hosting;

/// <summary>The last lines of a stream of text, in bounded memory whatever the stream brings.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LineTail
{
    private const int MaxLines = 20;
    private const int MaxLineLength = 500;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();
    private readonly StringBuilder _current = new();

    /// <summary>Takes the next piece of text.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        lock (_lock)
        {
            foreach (var character in text)
            {
                if (character == '\n')
                {
                    Complete();
                }
                else if (_current.Length < MaxLineLength && character != '\r')
                {
                    _current.Append(character);
                }
            }
        }
    }

    /// <summary>The lines kept, the last one possibly unfinished.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            return string.Join(Environment.NewLine, _current.Length == 0 ? _lines : _lines.Append(_current.ToString()));
        }
    }

    private void Complete()
    {
        if (_lines.Count == MaxLines)
        {
            _lines.Dequeue();
        }

        _lines.Enqueue(_current.ToString());
        _current.Clear();
    }
}
