using Heretix.Lake;
using Heretix.Lake.DuckDb;

namespace Heretix.Benchmarks.Lake;

/// <summary>What is asked of a lake, and the same asked of one single file.</summary>
internal static class Queries
{
    internal static (string Name, string Sql)[] All { get; } =
    [
        ("count", "SELECT count(*) FROM runs"),
        ("one day", "SELECT model, avg(prob_true_rpl) FROM runs WHERE dt = DATE '2026-01-01' GROUP BY model"),
        .. ((string[])["cost-by-day", "most-unstable-claims", "drift-by-model", "widest-intervals"]).Select(n =>
            ($"`{n}`", NamedQuery.Find(n)!.Sql)
        ),
    ];

    /// <summary>Times each query on the lake and, as its floor, on the file.</summary>
    internal static void Measure(string root, string singleFile, string label, Measurements table)
    {
        LakeQuery lake = new(root);
        foreach ((string name, string sql) in All)
        {
            TimeSpan time = Measurements.Time(() => lake.WriteTo(sql, QueryFormat.Csv, TextWriter.Null));
            TimeSpan floor = Measurements.Time(() => OnFile(singleFile, sql));
            table.Add($"{label}: {name}", time, "the same on one file", floor);
        }
    }

    /// <summary>Puts the rows of a lake into one file, in the order in which they lie.</summary>
    internal static void CopyToOneFile(string root, string file) =>
        new LakeQuery(root).WriteTo("FROM runs", QueryFormat.Parquet, file);

    private static void OnFile(string file, string sql)
    {
        using DuckDbConnection duckDb = new();
        duckDb.Execute($"CREATE VIEW runs AS FROM read_parquet({DuckDbConnection.Quote(file)})");
        using RowReader rows = duckDb.Read(sql);
        while (rows.Read()) { }
    }
}
