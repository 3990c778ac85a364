using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Heretix.Benchmarks.Research;

/// <summary>
/// 128 mock samples from end to end as a whole process of the published <c>hx</c>, with and without the Parquet
/// files, beside the same program doing nothing: wall time and peak resident memory.
/// </summary>
internal static partial class WholeProcess
{
    public static Task<int> RunAsync(string[] arguments)
    {
        var runs = arguments is ["--runs", var count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : 21;
        var hx = Hx.Program();
        var folder = Directory.CreateTempSubdirectory("heretix-process-").FullName;
        try
        {
            Console.WriteLine($"whole process, median of {runs} (least to most), peak resident memory\n");
            Console.WriteLine("| what | wall, ms | times the floor | peak memory, MB |");
            Console.WriteLine("|---|---|---|---|");
            // Peak memory is the most over all children so far, so the smaller ones come first.
            var floor = Measure(hx, folder, runs, _ => ["--version"]);
            Print("floor: `hx --version`", floor, floor);
            Print("`hx --help`", Measure(hx, folder, runs, _ => ["--help"]), floor);
            Print(
                "128 mock samples, no Parquet",
                Measure(hx, folder, runs, n => [.. Samples(n), "--no-export"]),
                floor
            );
            Print("128 mock samples, with Parquet", Measure(hx, folder, runs, Samples), floor);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return Task.FromResult(0);

        static string[] Samples(int run) =>
            [
                "run",
                "--claim",
                $"Claim number {run} of the measurement holds",
                "--mock",
                "--k",
                "16",
                "--r",
                "8",
                "--json",
            ];
    }

    private static (double[] Milliseconds, double PeakMegabytes) Measure(
        string hx,
        string folder,
        int runs,
        Func<int, string[]> arguments
    )
    {
        var times = new double[runs];
        for (var run = -2; run < runs; run++)
        {
            var start = new ProcessStartInfo(hx) { WorkingDirectory = folder, RedirectStandardOutput = true };
            foreach (var argument in arguments(run + (arguments(0).Contains("--no-export") ? 1_000_000 : 0)))
                start.ArgumentList.Add(argument);
            var clock = Stopwatch.GetTimestamp();
            using var process = Process.Start(start)!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"hx ended with {process.ExitCode}");
            if (run >= 0)
                times[run] = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        }
        Array.Sort(times);
        return (times, PeakOfChildren());
    }

    private static void Print(
        string what,
        (double[] Milliseconds, double PeakMegabytes) measured,
        (double[] Milliseconds, double) floor
    )
    {
        var (times, peak) = measured;
        var median = times[times.Length / 2];
        Console.WriteLine(
            FormattableString.Invariant(
                $"| {what} | {median:0} ({times[0]:0} to {times[^1]:0}) | {median / floor.Milliseconds[floor.Milliseconds.Length / 2]:0.0} | {peak:0} |"
            )
        );
    }

    private static unsafe double PeakOfChildren()
    {
        const int children = -1;
        const int longs = 18;
        var usage = stackalloc long[longs];
        if (ResourceUsage(children, usage) != 0)
            throw new InvalidOperationException("getrusage failed");
        // struct rusage: two timevals of two longs each, then ru_maxrss in kilobytes.
        return usage[4] / 1024.0;
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static unsafe partial int ResourceUsage(int who, long* usage);
}
