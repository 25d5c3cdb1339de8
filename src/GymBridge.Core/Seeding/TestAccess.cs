using System.Runtime.CompilerServices;

// NumPyMath is no user's business, but every bit of it is tested.
[assembly: InternalsVisibleTo("GymBridge.Core.Tests")]
