using System.Globalization;
using System.Text.Json;
using Quartz;

namespace Heretix.Platform.Jobs;

/// <summary>
/// How often a job was handed to a worker and why. It travels with each trigger, which Quartz copies when it recovers a
/// firing, so the counts outlive the worker.
/// </summary>
/// <param name="Run">Every handing over; part of the trigger's name, so that one run is scheduled once.</param>
/// <param name="Attempt">Runs that ended in an exception, plus this one.</param>
/// <param name="Deaths">Runs that ended with their worker.</param>
internal readonly record struct Delivery(int Run, int Attempt, int Deaths)
{
    /// <summary>The first.</summary>
    public static Delivery First { get; } = new(1, 1, 0);

    /// <summary>The handler threw.</summary>
    public Delivery AfterError() => this with { Run = Run + 1, Attempt = Attempt + 1 };

    /// <summary>The worker died.</summary>
    public Delivery AfterDeath() => this with { Run = Run + 1, Deaths = Deaths + 1 };

    /// <summary>The worker stopped and gave the job back: nobody's fault.</summary>
    public Delivery HandedBack() => this with { Run = Run + 1 };

    public static Delivery Read(JobDataMap map) =>
        new(Number(map, "run"), Number(map, "attempt"), Number(map, "deaths"));

    /// <summary>The attempt in a trigger's data as it is stored; 1 when there is none.</summary>
    public static int AttemptIn(string? stored)
    {
        if (string.IsNullOrEmpty(stored))
            return 1;
        using var json = JsonDocument.Parse(stored);
        return json.RootElement.TryGetProperty("attempt", out var attempt)
            ? int.Parse(attempt.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture)
            : 1;
    }

    public void Write(JobDataMap map)
    {
        map["run"] = Run.ToString(CultureInfo.InvariantCulture);
        map["attempt"] = Attempt.ToString(CultureInfo.InvariantCulture);
        map["deaths"] = Deaths.ToString(CultureInfo.InvariantCulture);
    }

    private static int Number(JobDataMap map, string key) =>
        int.Parse(map.GetString(key)!, NumberStyles.None, CultureInfo.InvariantCulture);
}
