using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Heretix.Benchmarks.Lake;

/// <summary>Collects times and prints them as a Markdown table.</summary>
internal sealed class Measurements
{
    private readonly List<string> _lines = [];

    /// <summary>Median of some runs, the first of them included: there is no warming up.</summary>
    internal static TimeSpan Time(Action action, int times = 3)
    {
        TimeSpan[] all = new TimeSpan[times];
        for (int i = 0; i < times; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            all[i] = Stopwatch.GetElapsedTime(start);
        }
        Array.Sort(all);
        return all[times / 2];
    }

    internal void Add(string what, TimeSpan time, string floor, TimeSpan floorTime)
    {
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {Seconds(time)} | {floor} | {Seconds(floorTime)} | {time / floorTime:F1} |"
        );
        _lines.Add(line);
        Console.Error.WriteLine(line);
    }

    internal string ToMarkdown()
    {
        using Process self = Process.GetCurrentProcess();
        StringBuilder text = new();
        text.AppendLine("| what | time | floor | time | ratio |");
        text.AppendLine("|---|---:|---|---:|---:|");
        foreach (string line in _lines)
        {
            text.AppendLine(line);
        }
        text.AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, peak memory {self.PeakWorkingSet64 / 1e6:F0} MB, medians of 3 for queries."
        );
        return text.ToString();
    }

    private static string Seconds(TimeSpan time) =>
        time.TotalSeconds < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F0} ms")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F2} s");
}
