using System.Runtime.InteropServices;
using GymBridge.Agents.Checkpoints;

namespace GymBridge.Agents.Collecting;

/// <content>A rollout in a checkpoint: of a run that was cancelled while it collected, or while it learned from what it had collected.</content>
public sealed partial class RolloutBuffer
{
    /// <summary>Saves or loads what is filled.</summary>
    /// <exception cref="InvalidDataException">The stored rollout is damaged, or of another form.</exception>
    internal void Exchange(StateArchive archive) => archive.Within("rollout/", () =>
    {
        var steps = archive.Number("steps", Steps);
        var finals = archive.Number("finals", _finalIndices.Count);
        if (archive.IsLoading)
        {
            if (steps is < 0 or > int.MaxValue || finals < 0 || finals > steps * Lanes)
            {
                throw new InvalidDataException($"The checkpoint's rollout has {steps} steps and {finals} final observations; it is damaged.");
            }

            Clear();
            Reserve((int)steps);
            Steps = (int)steps;
            CollectionsMarshal.SetCount(_finalIndices, (int)finals);
            CollectionsMarshal.SetCount(_finalObservations, (int)finals * Features);
        }

        Part("observations", Observations, _images is null ? (Steps + 1) * Lanes * Features : Lanes * Features);
        Part("indices", Indices, _head.IsContinuous ? 0 : Count * _head.Width);
        Part("values", Values, _head.IsContinuous ? Count * _head.Width : 0);
        Part("log_probabilities", LogProbabilities, Count);
        Part("state_values", StateValues, Count);
        Part("next_state_values", NextStateValues, Count);
        Part("rewards", Rewards, Count);
        Part("terminated", Terminated, Count);
        Part("truncated", Truncated, Count);
        Part("is_transition", IsTransition, Count);
        Part("masks", Masks, _hasMasks ? (Steps + 1) * Lanes * _head.Outputs : 0);
        Part("reference", Reference, _hasReference ? (Steps + 1) * Lanes * _head.Outputs : 0);
        Part("advantages", Advantages, Count);
        Part("returns", Returns, Count);
        archive.Span("final_indices", MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_finalIndices)));
        archive.Span("final_observations", MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_finalObservations)));
        if (_finalIndices.Exists(at => (uint)at >= Count))
        {
            throw new InvalidDataException("The checkpoint's rollout names final observations of steps that it does not have; it is damaged.");
        }

        ExchangeImages(archive);

        void Part<T>(string name, T[] values, int count)
            where T : unmanaged => archive.Span(name, MemoryMarshal.AsBytes(values.AsSpan(0, count)));
    });

    private void ExchangeImages(StateArchive archive)
    {
        if (_images is null)
        {
            return;
        }

        _keptRows = (Steps + 1) * Lanes;
        archive.Span("keys", _keys.AsSpan(0, _keptRows * _images.KeyBytes));
        _images.Exchange(archive);
        for (var row = 0; archive.IsLoading && row < _keptRows; row++)
        {
            _images.Check(Key(row));
        }
    }
}
