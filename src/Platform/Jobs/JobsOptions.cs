using System.ComponentModel.DataAnnotations;

namespace Heretix.Platform.Jobs;

/// <summary>Options of the jobs, under <c>Heretix:Platform</c>.</summary>
public sealed class JobsOptions
{
    /// <summary>
    /// How long a stopping worker lets running jobs finish before it cancels them; none to ten minutes. Default 20 seconds.
    /// What does not finish is handed back and runs again elsewhere, or here after the next start.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Jobs that one process runs at a time, 1 to 100. Default 8. Each may hold a database connection of its own.
    /// </summary>
    [Range(1, 100)]
    public int JobConcurrency { get; set; } = 8;
}
