namespace GymBridge.Environments.Teaching;

/// <summary>The sixteen tokens of the token environments: the digits 0 to 9 and these.</summary>
public static class Tokens
{
    /// <summary>Number of tokens, digits and signs together.</summary>
    public const int Count = 16;

    /// <summary>The token of a plus sign.</summary>
    public const int Plus = 10;

    /// <summary>The token of an equals sign.</summary>
    public const int EqualsSign = 11;

    /// <summary>The token that separates two parts.</summary>
    public const int Separator = 12;

    /// <summary>The begin of a text; no policy may emit it.</summary>
    public const int Begin = 13;

    /// <summary>The end of a completion.</summary>
    public const int End = 14;

    /// <summary>An empty place of a window; no policy may emit it.</summary>
    public const int Padding = 15;

    /// <summary>Whether a policy may emit the token.</summary>
    public static bool IsLegal(long token) => (ulong)token < Count && token is not (Begin or Padding);
}
