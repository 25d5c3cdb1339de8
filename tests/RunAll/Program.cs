// Every test of the repository in one command:
//     dotnet run --project tests/RunAll -c Release
// It builds the solution, sets up the Python that the tests need, checks the format of both languages, runs xunit and
// pytest, and prints "N passed, N failed, N skipped" over all suites as its last line.
using GymBridge.Tests.RunAll;

return await new TestRun(args).RunAsync();
