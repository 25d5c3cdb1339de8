namespace GymBridge.Torch.Binding;

/// <summary>A type of another assembly that an assembly names, or a member of it.</summary>
/// <param name="Type">Full name; nested types behind a slash.</param>
/// <param name="Member">Name and signature; null for the type itself.</param>
internal readonly record struct MemberReference(string Type, string? Member);
