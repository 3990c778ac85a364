namespace Heretix.Lake;

/// <summary>What an export did.</summary>
public sealed record ExportOutcome
{
    /// <summary>Executions written now.</summary>
    public int Written { get; init; }

    /// <summary>Executions that were in the lake already and were left as they are.</summary>
    public int AlreadyThere { get; init; }

    /// <summary>Samples written now, those of the executions written.</summary>
    public int Samples { get; init; }

    /// <summary>The Parquet files written now, as absolute paths.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>
    /// Why nothing could be written, when libduckdb is absent: a warning to show once, not a reason to fail the run.
    /// </summary>
    public DuckDbMissingException? Missing { get; init; }

    /// <summary>What two exports did together.</summary>
    public ExportOutcome Plus(ExportOutcome other) =>
        new()
        {
            Written = Written + other.Written,
            AlreadyThere = AlreadyThere + other.AlreadyThere,
            Samples = Samples + other.Samples,
            Files = [.. Files, .. other.Files],
            Missing = Missing ?? other.Missing,
        };
}
