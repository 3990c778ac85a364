using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Heretix.Benchmarks.Platform;

/// <summary>A worker in a process of its own that says on its output which job starts when.</summary>
internal sealed class BenchmarkWorker : IAsyncDisposable
{
    public const string ReadyLine = "ready";
    private readonly ConcurrentDictionary<string, TaskCompletionSource<DateTimeOffset>> starts = new();
    private readonly TaskCompletionSource ready = new();
    private readonly Process process;

    private BenchmarkWorker(Process process) => this.process = process;

    public static BenchmarkWorker Start(string database, bool notify)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            ["exec", typeof(BenchmarkWorker).Assembly.Location, "jobs-worker", database, notify ? "notify" : "deaf"]
        )
        {
            RedirectStandardOutput = true,
        };
        var worker = new BenchmarkWorker(Process.Start(start)!);
        worker.process.OutputDataReceived += (_, line) => worker.Heard(line.Data ?? "");
        worker.process.BeginOutputReadLine();
        return worker;
    }

    public Task ReadyAsync() => ready.Task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>When the job started, by the clock of the machine.</summary>
    public Task<DateTimeOffset> StartedAsync(string name) => Start(name).Task.WaitAsync(TimeSpan.FromSeconds(60));

    public async ValueTask DisposeAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private TaskCompletionSource<DateTimeOffset> Start(string name) =>
        starts.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private void Heard(string line)
    {
        if (line == ReadyLine)
            ready.TrySetResult();
        else if (
            line.Split('=') is [var name, var ticks]
            && long.TryParse(ticks, CultureInfo.InvariantCulture, out var at)
        )
            Start(name).TrySetResult(new DateTimeOffset(at, TimeSpan.Zero));
    }
}
