using System.Globalization;

namespace Heretix.Lake.Partitions;

/// <summary>
/// One day of one environment: the folder <c>&lt;env&gt;/dt=yyyy-MM-dd</c>. A part is a pair of files,
/// <c>runs-&lt;stem&gt;.parquet</c> and, when there are samples, <c>samples-&lt;stem&gt;.parquet</c>. It exists from the
/// moment in which its file of runs has its name. The stem is an execution id, or begins with <c>batch~</c> or
/// <c>merged~</c> when the part holds several executions.
/// </summary>
internal sealed record Partition(string Env, DateOnly Day, string Folder)
{
    /// <summary>In the stem of every part with several executions, and in no execution id.</summary>
    internal const char SeveralMark = '~';

    internal const string Batch = "batch~";
    internal const string Merged = "merged~";
    private const string DayPrefix = "dt=";

    internal static Partition At(string root, string env, DateOnly day) =>
        new(
            env,
            day,
            Path.Combine(root, env, string.Create(CultureInfo.InvariantCulture, $"{DayPrefix}{day:yyyy-MM-dd}"))
        );

    /// <summary>The partitions on disk, in order of environment and day.</summary>
    internal static IReadOnlyList<Partition> All(string root, string? env = null, DateOnly? day = null)
    {
        if (!Directory.Exists(root))
        {
            return [];
        }
        return
        [
            .. from folder in Directory.EnumerateDirectories(root, "*")
            let name = Path.GetFileName(folder)
            where name[0] != '.' && (env is null || env == name)
            from dayFolder in Directory.EnumerateDirectories(folder, DayPrefix + "*")
            let date = ParseDay(Path.GetFileName(dayFolder))
            where date is not null && (day is null || day == date)
            orderby name, date
            select new Partition(name, date.Value, dayFolder),
        ];
    }

    internal string RunsFile(string stem) => Path.Combine(Folder, $"runs-{stem}.parquet");

    internal string SamplesFile(string stem) => Path.Combine(Folder, $"samples-{stem}.parquet");

    /// <summary>The list of the parts that a merged part took in. It counts as soon as the merged part exists.</summary>
    internal string ReplacesFile(string stem) => Path.Combine(Folder, $"replaces-{stem}.txt");

    internal static bool HoldsSeveral(string stem) => stem.Contains(SeveralMark);

    private static DateOnly? ParseDay(string name) =>
        DateOnly.TryParseExact(
            name.AsSpan(DayPrefix.Length),
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out DateOnly day
        )
            ? day
            : null;
}
