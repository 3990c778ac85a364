using System.Globalization;
using Heretix.Cli.Settings;
using Heretix.Rpl.Execution;

namespace Heretix.Cli.Output;

/// <summary>One line on a terminal that follows a measurement; nothing anywhere else.</summary>
internal sealed class RunProgress : IProgress<MeasurementProgress>, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Surroundings around;
    private readonly string title;
    private readonly Lock gate = new();
    private long last;
    private int width;

    private RunProgress(Surroundings around, string title)
    {
        this.around = around;
        this.title = title;
    }

    /// <summary>Progress on standard error when that is a terminal; else null.</summary>
    public static RunProgress? On(Surroundings around, string title) =>
        around.ErrorIsTerminal ? new RunProgress(around, title) : null;

    public void Report(MeasurementProgress value)
    {
        lock (gate)
        {
            if (value.Done < value.Total && last != 0 && around.Time.GetElapsedTime(last) < Pause)
                return;
            last = around.Time.GetTimestamp();
            var estimate = value.Estimate is { } p
                ? string.Create(CultureInfo.InvariantCulture, $", so far {p:P0}")
                : "";
            var cost =
                value.CostUsd > 0 ? string.Create(CultureInfo.InvariantCulture, $", {value.CostUsd:0.0000} USD") : "";
            Draw($"{title}: {value.Done} of {value.Total} samples{estimate}{cost}");
        }
    }

    public void Dispose()
    {
        lock (gate)
            Draw("");
        around.Error.Write('\r');
    }

    private void Draw(string line)
    {
        around.Error.Write("\r" + line.PadRight(width));
        width = line.Length;
    }
}
