using System.Runtime.CompilerServices;

// The vectorised sine and cosine are no user's business, but every bit of them is tested.
[assembly: InternalsVisibleTo("GymBridge.Core.Tests")]
