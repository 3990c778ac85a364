using Heretix.Benchmarks;

// One line per program: its verb, what it shows, and where it is.
var verbs = new Dictionary<string, (string Shows, Func<string[], Task<int>> Run)>(StringComparer.Ordinal)
{
    ["bdn"] = ("BenchmarkDotNet classes, chosen with --filter", MicroBenchmarks.RunAsync),
    ["cache"] = ("hits, Redis and limits beside their floors", Heretix.Benchmarks.Platform.CacheBenchmark.RunAsync),
    ["chat-parse"] = ("chat exports beside the npm parser", Heretix.Benchmarks.Chats.ChatParsing.RunAsync),
    ["coverage"] = ("how often the 95 % intervals contain the truth", Heretix.Benchmarks.Estimation.Coverage.RunAsync),
    ["lake"] = ("exports and queries of a large lake", Heretix.Benchmarks.Lake.LakeBenchmark.RunAsync),
    ["ledger-debits"] = (
        "debits a second of the coin ledger beside pgbench",
        Heretix.Benchmarks.Billing.LedgerDebits.RunAsync
    ),
    ["process"] = ("a whole hx process: time and memory", Heretix.Benchmarks.Research.WholeProcess.RunAsync),
    ["throughput"] = ("hx batch at 1, 8 and 64 lanes", Heretix.Benchmarks.Research.Throughput.RunAsync),
    ["jobs"] = ("the job queue between two processes", Heretix.Benchmarks.Platform.JobsBenchmark.RunAsync),
    ["jobs-worker"] = ("the worker that jobs talks to", Heretix.Benchmarks.Platform.JobsBenchmark.WorkAsync),
    ["stub"] = ("the server that throughput talks to", Heretix.Benchmarks.Research.Throughput.ServeAsync),
    ["usage"] = ("reserving and settling uses beside plain SQL", Heretix.Benchmarks.Billing.UsageBenchmark.RunAsync),
    ["estimator-ratio"] = ("the bootstrap beside NumPy", Heretix.Benchmarks.Estimation.EstimatorRatio.RunAsync),
    ["server-startup"] = (
        "start-up time and memory of the server",
        Heretix.Benchmarks.Server.ServerFigures.StartupAsync
    ),
    ["server-requests"] = ("requests a second of the server", Heretix.Benchmarks.Server.ServerFigures.RequestsAsync),
    ["server-mixed"] = (
        "the mixed load with Redis and PostgreSQL disturbed: --minutes M --seed S",
        Heretix.Benchmarks.Server.ServerFigures.MixedAsync
    ),
    ["server-overhead"] = ("what a check adds to its model", Heretix.Benchmarks.Server.ServerFigures.OverheadAsync),
};

if (args is [var verb, .. var rest] && verbs.TryGetValue(verb, out var program))
    return await program.Run(rest);

Console.Error.WriteLine("Usage: dotnet run -c Release --project benchmarks -- VERB [options]");
foreach (var (name, (shows, _)) in verbs)
    Console.Error.WriteLine($"  {name, -18} {shows}");
return 2;
