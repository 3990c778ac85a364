using System.Diagnostics;

namespace Heretix.Benchmarks.Server;

/// <summary>Times of requests in milliseconds and what they amount to.</summary>
internal sealed record LoadFigures(string Name, int Requests, int Failed, double Seconds, IReadOnlyList<double> Sorted)
{
    public double PerSecond => Requests / Seconds;

    public double Percentile(double share) =>
        Sorted.Count == 0 ? double.NaN : Sorted[Math.Min(Sorted.Count - 1, (int)(Sorted.Count * share))];

    public string Row(LoadFigures? floor = null) =>
        FormattableString.Invariant(
            $"{Name, -34} {PerSecond, 9:0.0}/s  p50 {Percentile(0.5), 8:0.00} ms  p99 {Percentile(0.99), 8:0.00} ms  failed {Failed}"
        ) + (floor is null ? "" : FormattableString.Invariant($"  {PerSecond / floor.PerSecond:0.000} of the floor"));
}

/// <summary>Drives a function closed-loop (so many callers, each waits for its answer) or open-loop (so many a second, come what may).</summary>
internal static class Load
{
    public static async Task<LoadFigures> ClosedAsync(
        string name,
        int callers,
        TimeSpan time,
        Func<int, int, Task<bool>> call
    )
    {
        var clock = Stopwatch.StartNew();
        var results = await Task.WhenAll(
            Enumerable
                .Range(0, callers)
                .Select(async caller =>
                {
                    var times = new List<double>();
                    var failed = 0;
                    for (var n = 0; clock.Elapsed < time; n++)
                    {
                        var began = Stopwatch.GetTimestamp();
                        if (!await call(caller, n))
                            failed++;
                        times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                    }
                    return (times, failed);
                })
        );
        return Sum(name, clock.Elapsed, results);
    }

    public static async Task<LoadFigures> OpenAsync(
        string name,
        double perSecond,
        TimeSpan time,
        Func<int, Task<bool>> call
    )
    {
        var clock = Stopwatch.StartNew();
        var total = (int)(perSecond * time.TotalSeconds);
        var running = new List<Task<(List<double>, int)>>(total);
        for (var n = 0; n < total; n++)
        {
            var due = TimeSpan.FromSeconds(n / perSecond);
            if (due - clock.Elapsed is { Ticks: > 0 } wait)
                await Task.Delay(wait);
            var number = n;
            // Timed from when it was due, so that a late start counts against the server too.
            running.Add(OneAsync(number, due));
        }
        return Sum(name, time, await Task.WhenAll(running));

        async Task<(List<double>, int)> OneAsync(int number, TimeSpan due)
        {
            var ok = await call(number);
            return ([(clock.Elapsed - due).TotalMilliseconds], ok ? 0 : 1);
        }
    }

    private static LoadFigures Sum(string name, TimeSpan took, (List<double> Times, int Failed)[] results)
    {
        var sorted = results.SelectMany(result => result.Times).Order().ToList();
        return new LoadFigures(name, sorted.Count, results.Sum(result => result.Failed), took.TotalSeconds, sorted);
    }
}
