using Heretix.Lake.DuckDb;

namespace Heretix.Lake.Partitions;

/// <summary>Writes the files of a part through one small DuckDB that is opened at the first row.</summary>
internal sealed class PartFiles : IDisposable
{
    private readonly DuckDbConnection _duckDb = new(("threads", "1"), ("memory_limit", "256MB"));

    /// <summary>
    /// Writes samples, then runs, each under a temporary name beside. The part exists with the last rename.
    /// </summary>
    /// <returns>The files, as absolute paths.</returns>
    internal IReadOnlyList<string> Write(
        Partition partition,
        string stem,
        IReadOnlyList<RunRow> runs,
        IReadOnlyList<SampleRow> samples
    )
    {
        string runsFile = partition.RunsFile(stem);
        string samplesFile = partition.SamplesFile(stem);
        string runsTemporary = runsFile + ".tmp";
        string samplesTemporary = samplesFile + ".tmp";
        try
        {
            WriteTable(LakeTables.Runs, runs, runsTemporary);
            if (samples.Count > 0)
            {
                WriteTable(LakeTables.Samples, samples, samplesTemporary);
                Durable.Publish(samplesTemporary, samplesFile);
            }
            else
            {
                File.Delete(samplesFile);
            }
            Durable.Publish(runsTemporary, runsFile);
        }
        catch
        {
            File.Delete(runsTemporary);
            File.Delete(samplesTemporary);
            throw;
        }
        Durable.FlushNames(partition.Folder);
        return samples.Count > 0 ? [runsFile, samplesFile] : [runsFile];
    }

    /// <summary>Which of the executions are in these files.</summary>
    internal IReadOnlyList<string> Find(IReadOnlyList<string> runsFiles, IReadOnlyList<string> executionIds)
    {
        _duckDb.Execute("CREATE OR REPLACE TABLE wanted (id VARCHAR)");
        using (Appender appender = new(_duckDb, "wanted"))
        {
            foreach (string id in executionIds)
            {
                appender.Add(id);
                appender.EndRow();
            }
            appender.Complete();
        }
        List<string> found = [];
        using RowReader rows = _duckDb.Read(
            $"SELECT execution_id FROM ({ParquetSource.Select(runsFiles, LakeTables.Runs.Mark)}) "
                + "WHERE execution_id IN (FROM wanted)"
        );
        while (rows.Read())
        {
            found.Add((string)rows.Value(0)!);
        }
        return found;
    }

    public void Dispose() => _duckDb.Dispose();

    private void WriteTable<TRow>(Table<TRow> table, IReadOnlyList<TRow> rows, string file)
    {
        _duckDb.Execute($"CREATE OR REPLACE TABLE {table.Name} ({table.Definition})");
        using (Appender appender = new(_duckDb, table.Name))
        {
            table.Write(rows, appender, CancellationToken.None);
            appender.Complete();
        }
        string format = ParquetSource.MarkedFormat(table.Mark);
        _duckDb.Execute($"COPY {table.Name} TO {DuckDbConnection.Quote(file)} ({format})");
        _duckDb.Execute($"DROP TABLE {table.Name}");
    }
}
