using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Heretix.Estimation;

namespace Heretix.Benchmarks.Estimation;

/// <summary>
/// Times the bootstrap beside NumPy programs in the same run and refuses to print a ratio unless all of them print the
/// same interval, digit for digit. Medians, and in brackets the ratio of the best times, which other load disturbs least. Options: --python PATH, --iterations B.
/// </summary>
internal static class EstimatorRatio
{
    private const int Repeats = 301;
    private const int WarmUp = 3000; // until the runtime has compiled everything for speed
    private static readonly string[] Scripts = ["loop.py", "batched.py", "batched_stream.py"];

    public static async Task<int> RunAsync(string[] args)
    {
        string python = Option(args, "--python") ?? "/usr/bin/python3";
        int iterations = int.Parse(Option(args, "--iterations") ?? "5000", CultureInfo.InvariantCulture);
        Console.WriteLine($"| design, B = {iterations} | ours, ms | {string.Join(" | ", Scripts.Select(Heading))} |");
        Console.WriteLine($"|---|---{string.Concat(Enumerable.Repeat("|---", Scripts.Length))}|");
        foreach (var (templates, replicates) in new[] { (8, 2), (16, 8) })
        {
            var ours = Ours(templates, replicates, iterations);
            string row = $"| K={templates} R={replicates} | {ours.Milliseconds:F3}";
            foreach (string script in Scripts)
            {
                var theirs = await NumPyAsync(python, script, templates, replicates, iterations);
                if (theirs.Low != ours.Low || theirs.High != ours.High)
                {
                    Console.Error.WriteLine(
                        $"{script}: interval [{theirs.Low}, {theirs.High}], ours [{ours.Low}, {ours.High}]"
                    );
                    return 1;
                }

                row +=
                    $" | {theirs.Milliseconds:F2} ms, {theirs.Milliseconds / ours.Milliseconds:F1}x (best {theirs.Best / ours.Best:F1}x)";
            }

            Console.WriteLine($"{row} |");
        }

        return 0;
    }

    private static string Heading(string script) => $"{Path.GetFileNameWithoutExtension(script)} (NumPy)";

    private static Timing Ours(int templates, int replicates, int iterations)
    {
        var clusters = Problem.Clusters(templates, replicates);
        var options = new BootstrapOptions(iterations);
        double[] times = new double[Repeats];
        ClusteredEstimate? estimate = null;
        for (int i = -WarmUp; i < Repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            estimate = ClusteredBootstrap.Estimate(clusters, options, new Pcg64(Problem.Seed));
            if (i >= 0)
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return new Timing(times[Repeats / 2], times[0], estimate!.Low, estimate.High);
    }

    private static async Task<Timing> NumPyAsync(
        string python,
        string script,
        int templates,
        int replicates,
        int iterations
    )
    {
        string path = Path.Combine(AppContext.BaseDirectory, "numpy", script);
        var start = new ProcessStartInfo(python) { RedirectStandardOutput = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        foreach (object argument in new object[] { path, templates, replicates, iterations, Problem.Seed })
            start.ArgumentList.Add(Convert.ToString(argument, CultureInfo.InvariantCulture)!);
        using var process =
            Process.Start(start)
            ?? throw new InvalidOperationException($"{python} does not start; name another with --python.");
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{script} ended with {process.ExitCode}; does {python} have NumPy?");

        using var json = JsonDocument.Parse(output);
        return new Timing(
            json.RootElement.GetProperty("milliseconds").GetDouble(),
            json.RootElement.GetProperty("best").GetDouble(),
            Number(json, "low"),
            Number(json, "high")
        );
    }

    private static double Number(JsonDocument json, string name) =>
        double.Parse(json.RootElement.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private static string? Option(string[] args, string name)
    {
        int at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }

    private sealed record Timing(double Milliseconds, double Best, double Low, double High);
}
