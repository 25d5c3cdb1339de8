using GymBridge.Agents.Actions;
using GymBridge.Agents.Checkpoints;

namespace GymBridge.Agents.Collecting.Replay;

/// <summary>Makes transitions of n steps of the steps of each lane, and puts them into a <see cref="ReplayBuffer"/>.</summary>
/// <remarks>
/// R = r_1 + gamma r_2 + ... + gamma^(k-1) r_k, k = n or fewer where the episode ends before: the sum stops at the first step that ends
/// it, terminated or truncated, that step included. A transition enters the buffer once it is complete, so that nothing is cut where the
/// ring is being written. Sources: Sutton 1988; Hessel et al. 2018, arXiv:1710.02298, section 3.
/// </remarks>
internal sealed class NStepReturns
{
    private readonly ReplayBuffer _buffer;
    private readonly int _steps;
    private readonly byte[] _starts;
    private readonly double[] _sums;
    private readonly int[] _open;
    private readonly int[] _oldest;
    private readonly double[] _discounts;

    /// <param name="buffer">Where complete transitions go.</param>
    /// <param name="lanes">Number of lanes.</param>
    /// <param name="steps">n.</param>
    public NStepReturns(ReplayBuffer buffer, int lanes, int steps)
    {
        (_buffer, _steps) = (buffer, steps);
        _starts = new byte[checked(lanes * steps * buffer.StartBytes)];
        _sums = new double[lanes * steps];
        _open = new int[lanes];
        _oldest = new int[lanes];
        _discounts = [.. Enumerable.Range(0, steps).Select(step => Math.Pow(buffer.Gamma, step))];
    }

    /// <summary>Takes a step of a lane.</summary>
    public void Add(Columns observations, Columns next, int lane, ActionSpan actions, double reward, bool terminated, bool truncated)
    {
        if (_steps == 1)
        {
            _buffer.Add(observations, next, lane, actions, reward, terminated, truncated);
            return;
        }

        var newest = Slot(lane, _open[lane]);
        _buffer.WriteStart(Start(newest), observations, lane, actions);
        _sums[newest] = 0;
        _open[lane]++;
        for (var i = 0; i < _open[lane]; i++)
        {
            _sums[Slot(lane, i)] += _discounts[_open[lane] - 1 - i] * reward;
        }

        var isEnd = terminated || truncated;
        while (_open[lane] == _steps || (isEnd && _open[lane] > 0))
        {
            var oldest = Slot(lane, 0);
            _buffer.Add(Start(oldest), next, lane, _sums[oldest], _open[lane], terminated, truncated);
            _oldest[lane] = (_oldest[lane] + 1) % _steps;
            _open[lane]--;
        }
    }

    /// <summary>Forgets what is not complete: the episodes do not go on.</summary>
    public void Clear()
    {
        for (var lane = 0; lane < _open.Length; lane++)
        {
            for (var i = 0; i < _open[lane]; i++)
            {
                _buffer.FreeStart(Start(Slot(lane, i)));
            }
        }

        Array.Clear(_open);
    }

    public void Exchange(StateArchive archive)
    {
        if (_steps == 1)
        {
            return;
        }

        archive.Array("replay/open_starts", _starts);
        archive.Array("replay/open_sums", _sums);
        archive.Array("replay/open", _open);
        archive.Array("replay/oldest", _oldest);
        if (_open.Any(open => open < 0 || open >= _steps) || _oldest.Any(oldest => oldest < 0 || oldest >= _steps))
        {
            throw new InvalidDataException($"The checkpoint's unfinished transitions do not fit {_steps} steps; it is damaged.");
        }

        for (var lane = 0; archive.IsLoading && lane < _open.Length; lane++)
        {
            for (var i = 0; i < _open[lane]; i++)
            {
                _buffer.CheckStart(Start(Slot(lane, i)));
            }
        }
    }

    private int Slot(int lane, int index) => (lane * _steps) + ((_oldest[lane] + index) % _steps);

    private Span<byte> Start(int slot) => _starts.AsSpan(slot * _buffer.StartBytes, _buffer.StartBytes);
}
