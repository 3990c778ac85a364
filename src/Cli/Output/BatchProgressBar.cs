using System.Globalization;
using Heretix.Cli.Settings;
using Heretix.Research.Batch;

namespace Heretix.Cli.Output;

/// <summary>A live bar on the terminal: measurements, calls a second, cost, remaining time.</summary>
internal sealed class BatchProgressBar : IProgress<BatchProgress>, IDisposable
{
    private const int Cells = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Surroundings around;
    private readonly Lock gate = new();
    private readonly long started;
    private BatchProgress latest;
    private int before = -1;
    private long last;
    private int width;

    private BatchProgressBar(Surroundings around, int total)
    {
        this.around = around;
        started = around.Time.GetTimestamp();
        latest = new BatchProgress(0, total, 0, 0, 0);
    }

    /// <summary>A bar when standard error is a terminal; else null.</summary>
    public static BatchProgressBar? On(Surroundings around, int total) =>
        around.ErrorIsTerminal ? new BatchProgressBar(around, total) : null;

    public void Report(BatchProgress value)
    {
        lock (gate)
        {
            // Reports come from several threads; an older one must not turn the bar back.
            if (value.Finished < latest.Finished || value.Calls < latest.Calls)
                return;
            if (before < 0 && value.Calls > 0)
                before = value.Finished;
            latest = value;
            if (value.Finished < value.Total && last != 0 && around.Time.GetElapsedTime(last) < Pause)
                return;
            last = around.Time.GetTimestamp();
            Draw(Line(value, around.Time.GetElapsedTime(started), Math.Max(0, before)));
        }
    }

    public void Dispose()
    {
        lock (gate)
            Draw("");
        around.Error.Write('\r');
    }

    /// <summary>What the bar shows; <paramref name="before"/> were finished before the first call.</summary>
    internal static string Line(BatchProgress value, TimeSpan elapsed, int before)
    {
        var share = value.Total == 0 ? 1 : (double)value.Finished / value.Total;
        var full = (int)(share * Cells);
        var seconds = Math.Max(elapsed.TotalSeconds, 0.001);
        var done = value.Finished - before;
        var remaining = done <= 0 ? "--:--:--" : Span((value.Total - value.Finished) * seconds / done);
        var failed = value.Failed > 0 ? $"  {value.Failed} failed" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[{new string('#', full)}{new string('.', Cells - full)}] {value.Finished}/{value.Total}  {value.Calls / seconds:0.0} calls/s  {value.SpentUsd:0.0000} USD  {remaining} left{failed}"
        );
    }

    private static string Span(double seconds)
    {
        var span = TimeSpan.FromSeconds(Math.Min(seconds, 999 * 3600));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(int)span.TotalHours:00}:{span.Minutes:00}:{span.Seconds:00}"
        );
    }

    private void Draw(string line)
    {
        around.Error.Write("\r" + line.PadRight(width));
        width = line.Length;
    }
}
