using System.Runtime.CompilerServices;

// Environments write numbers in messages as Python does.
[assembly: InternalsVisibleTo("GymBridge.Environments")]
