// The tensor library's default generator, thread count and print options belong to the process: tests that share one take turns.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
