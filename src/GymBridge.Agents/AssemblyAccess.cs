using System.Runtime.CompilerServices;

// Recorded updates of other libraries are replayed on what an update does inside.
[assembly: InternalsVisibleTo("GymBridge.Agents.Tests")]
