using System.Globalization;
using GymBridge.Errors;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Environments.Teaching;

/// <summary>A language model's task as a Markov decision process: the state is the prompt and what was written, an action is a token.</summary>
/// <remarks>
/// <para>Actions, Discrete(16): see <see cref="Tokens"/>; 13 (begin) and 15 (padding) are not legal.</para>
/// <para>Observation, Box(w,) int64: the prompt, the tokens so far, and padding up to the task's window.</para>
/// <para>Reward: 0, and at the end that of the completion (<see cref="TokenTask.Reward"/>); -2, less than any completion is
/// worth, for a token that is not legal.</para>
/// <para>Start: each prompt as likely; option <c>prompt</c> chooses one by its index, and then none is drawn.</para>
/// <para>Terminated: after the token 14 (end), when the completion is full, and after a token that is not legal. Deterministic.</para>
/// <para>Info: <c>prompt_id</c>, <c>prompt_length</c>, <c>length</c>, the tokens of the completion so far; <c>action_mask</c>, int8 [16]; before
/// the end <c>ref_log_probs</c>, float64 [16], the next token's log-probabilities under the task's reference policy, negative infinity of
/// tokens that are not legal; of a step <c>ref_log_prob</c>, that of its token; at the end <c>gold_reward</c>, what the completion is really worth.</para>
/// <para>Not part of Gymnasium. No time limit.</para>
/// </remarks>
public sealed class TokenMdpEnv : Env<long[], long>, ISnapshot
{
    private const double IllegalReward = -2;

    private readonly TokenTask _task;
    private readonly bool _isPromptOnly;
    private readonly List<int> _completion = [];
    private int _prompt = -1;
    private bool _hasEnded;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="task">The task.</param>
    /// <param name="isPromptOnly">Whether the observation hides what was written, so that it is no longer the state: an ablation.</param>
    public TokenMdpEnv(TokenTask task, bool isPromptOnly = false)
        : base(new Box(0, Tokens.Count - 1, [task.Window], DType.Int64), new Discrete(Tokens.Count)) => (_task, _isPromptOnly) = (task, isPromptOnly);

    /// <summary>What is to be completed, and how it is rewarded.</summary>
    public TokenTask Task => _task;

    /// <inheritdoc/>
    protected override ResetResult<long[]> OnReset(Info? options)
    {
        _prompt = Prompt(options) ?? Rng.Choice(_task.Prompts.Count);
        _completion.Clear();
        _hasEnded = false;
        return new(Observe(), MakeInfo());
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">The action is no token.</exception>
    /// <exception cref="ResetNeededException">No reset came before, or the completion has ended.</exception>
    protected override StepResult<long[]> OnStep(long action)
    {
        if ((ulong)action >= Tokens.Count)
        {
            throw InvalidActionException.For(action, ActionSpace, Spec?.Id ?? "TokenMdp");
        }

        if (_prompt < 0 || _hasEnded)
        {
            throw new ResetNeededException(_prompt < 0
                ? "Call reset before using step method."
                : "The completion has ended and takes no further token; call reset before the next step.");
        }

        var token = (int)action;
        Span<double> next = stackalloc double[Tokens.Count];
        _task.ReferenceLogProbabilities(_prompt, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_completion), next);
        _completion.Add(token);
        var isLegal = Tokens.IsLegal(token);
        _hasEnded = !isLegal || token == Tokens.End || _completion.Count == _task.MaxLength;
        var info = MakeInfo();
        info["ref_log_prob"] = next[token];
        if (!_hasEnded)
        {
            return new(Observe(), 0, false, false, info);
        }

        var completion = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_completion);
        info["gold_reward"] = isLegal ? _task.GoldReward(_prompt, completion) : IllegalReward;
        return new(Observe(), isLegal ? _task.Reward(_prompt, completion) : IllegalReward, true, false, info);
    }

    Info ISnapshot.Save() => new()
    {
        ["prompt"] = (long)_prompt,
        ["completion"] = _completion.Select(object? (token) => (long)token).ToList(),
        ["has_ended"] = _hasEnded,
    };

    void ISnapshot.Restore(Info state)
    {
        var completion = SnapshotFields.List(state, "completion", nameof(TokenMdpEnv)).Select(token => PythonValue.To<int>(token, "A token")).ToList();
        var prompt = SnapshotFields.Get<int>(state, "prompt", nameof(TokenMdpEnv));
        if (prompt >= _task.Prompts.Count || completion.Count > _task.MaxLength || completion.Any(token => (uint)token >= Tokens.Count))
        {
            throw SnapshotFields.Unfit("prompt", nameof(TokenMdpEnv));
        }

        (_prompt, _hasEnded) = (Math.Max(prompt, -1), SnapshotFields.Get<bool>(state, "has_ended", nameof(TokenMdpEnv)));
        _completion.Clear();
        _completion.AddRange(completion);
    }

    private int? Prompt(Info? options)
    {
        if (options is null || !options.TryGetValue("prompt", out var value))
        {
            return null;
        }

        var index = value switch
        {
            int or long => Convert.ToInt64(value, CultureInfo.InvariantCulture),
            NumPyScalar { Item: long number } => number,
            _ => -1,
        };
        return (ulong)index < (ulong)_task.Prompts.Count
            ? (int)index
            : throw new ArgumentException($"Option 'prompt' must be an integer from 0 to {_task.Prompts.Count - 1}, got {value ?? "None"}.");
    }

    private long[] Observe()
    {
        var window = new long[_task.Window];
        Array.Fill(window, Tokens.Padding);
        var place = 0;
        foreach (var token in _task.Prompts[_prompt].Concat(_isPromptOnly ? [] : _completion))
        {
            window[place++] = token;
        }

        return window;
    }

    private Info MakeInfo()
    {
        var info = new Info
        {
            ["prompt_id"] = (long)_prompt,
            ["prompt_length"] = (long)_task.Prompts[_prompt].Count,
            ["length"] = (long)_completion.Count,
            ["action_mask"] = NDArray.From((sbyte[])[.. Enumerable.Range(0, Tokens.Count).Select(token => Tokens.IsLegal(token) ? (sbyte)1 : (sbyte)0)]),
        };
        if (!_hasEnded)
        {
            var next = new double[Tokens.Count];
            _task.ReferenceLogProbabilities(_prompt, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_completion), next);
            info["ref_log_probs"] = NDArray.From(next);
        }

        return info;
    }
}
