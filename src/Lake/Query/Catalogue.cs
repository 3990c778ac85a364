using Heretix.Lake.Partitions;

namespace Heretix.Lake.Query;

/// <summary>The views over the parts that count now. Files are named one by one: a pattern would count merged rows twice.</summary>
internal static class Catalogue
{
    internal static IEnumerable<string> Views(string root, string sql)
    {
        bool runs = sql.Contains("runs", StringComparison.OrdinalIgnoreCase);
        bool samples = sql.Contains("samples", StringComparison.OrdinalIgnoreCase);
        PartitionParts[] days = [.. Partition.All(root).Select(PartitionParts.Read)];
        if (runs || !samples)
        {
            yield return View(LakeTables.Runs, days.SelectMany(d => d.RunsFiles));
        }
        if (samples || !runs)
        {
            yield return View(LakeTables.Samples, days.SelectMany(d => d.SamplesFiles));
        }
    }

    /// <summary>
    /// The empty half gives the columns their order and types when there is no file, or none that has them all.
    /// </summary>
    private static string View<TRow>(Table<TRow> table, IEnumerable<string> files)
    {
        string nothing = string.Join(", ", table.Columns.Select(c => $"NULL::{c.Type} AS \"{c.Name}\""));
        string view = $"CREATE VIEW {table.Name} AS SELECT {nothing}, NULL::DATE AS dt WHERE false";
        string[] all = [.. files];
        if (all.Length == 0)
        {
            return view;
        }
        // A folder like a=b above the days would become a column too, so then the day is worked out from the rows.
        bool byFolder = !all.Any(f => Path.GetDirectoryName(Path.GetDirectoryName(f))!.Contains('='));
        string rows = byFolder
            ? ParquetSource.Select(all, table.Mark, withDay: true)
            : $"SELECT *, created_at::DATE AS dt FROM ({ParquetSource.Select(all, table.Mark)})";
        return $"{view} UNION ALL BY NAME {rows}";
    }
}
