using System.Globalization;
using System.Text.Json.Serialization;
using Heretix.Platform.Http.Json;

namespace Heretix.Platform.Jobs;

/// <summary>Where a job stands.</summary>
public enum JobState
{
    /// <summary>A worker runs it.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>It waits for its turn, for its delay or for its next attempt.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>Quartz could not fire it; it is tried again for an hour and then waits for an operator.</summary>
    [JsonStringEnumMemberName("stuck")]
    Stuck,

    /// <summary>Its last attempt failed; kept for 30 days.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It queues itself.</summary>
    [JsonStringEnumMemberName("recurring")]
    Recurring,
}

/// <summary>One line of the list of jobs.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name within the kind; what a recurring one does, for example <c>every 00:01:00</c>.</param>
/// <param name="Attempt">The attempt that runs or comes next; for a failed one, how many there were; 0 for a recurring one.</param>
/// <param name="NextRun">When it is due, UTC; null for running and failed ones.</param>
/// <param name="Since">Running or failed since then, UTC; null for others.</param>
/// <param name="Worker">The worker that runs it or ran the last attempt.</param>
/// <param name="ErrorType">Type of the last exception of a failed one.</param>
/// <param name="Error">Its message.</param>
public sealed record JobEntry(
    JobState State,
    string Kind,
    string Name,
    int Attempt,
    DateTimeOffset? NextRun = null,
    DateTimeOffset? Since = null,
    string? Worker = null,
    string? ErrorType = null,
    string? Error = null
)
{
    /// <summary>Headings for a table of <see cref="Cells"/>.</summary>
    public static IReadOnlyList<string> Headings { get; } =
    ["state", "kind", "name", "attempt", "next run", "since", "worker", "error"];

    /// <summary>The job as a row of text, times in UTC to the second.</summary>
    public IReadOnlyList<string> Cells() =>
        [
            Value(State),
            Kind,
            Name,
            Attempt == 0 ? "" : Attempt.ToString(CultureInfo.InvariantCulture),
            Value(NextRun),
            Value(Since),
            Worker ?? "",
            ErrorType is null
                ? ""
                : $"{ErrorType[(ErrorType.LastIndexOf('.') + 1)..]}: {Error}".ReplaceLineEndings(" "),
        ];

    private static string Value(JobState state) =>
        state switch
        {
            JobState.Running => "running",
            JobState.Queued => "queued",
            JobState.Stuck => "stuck",
            JobState.Failed => "failed",
            _ => "recurring",
        };

    private static string Value(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}

/// <summary>The list of jobs as JSON: members in snake_case, states as words.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    Converters = [typeof(UtcConverter)]
)]
[JsonSerializable(typeof(IReadOnlyList<JobEntry>))]
public sealed partial class JobListJson : JsonSerializerContext;
