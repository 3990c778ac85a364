using Heretix.Lake;

namespace Heretix.Tests.Integration.Lake;

public sealed class RefusalTests : IDisposable
{
    private readonly LakeFolder _lake = new();

    public RefusalTests() => _lake.Append("exec-1");

    public void Dispose() => _lake.Dispose();

    [Theory]
    [InlineData("COPY runs TO '{root}/x.csv'")]
    [InlineData("COPY runs TO '{beside}/x.csv'")]
    [InlineData("COPY (SELECT 1) TO '{root}/local/dt=2026-03-14/runs-exec-1.parquet' (FORMAT parquet)")]
    [InlineData("EXPORT DATABASE '{root}/x'")]
    [InlineData("EXPLAIN EXPORT DATABASE '{root}/x'")]
    [InlineData("EXPLAIN ANALYZE COPY runs TO '{root}/x.csv'")]
    [InlineData("EXPLAIN (ANALYZE) COPY runs TO '{root}/x.csv'")]
    [InlineData("EXPLAIN /* x */ ANALYZE COPY runs TO '{root}/x.csv'")]
    [InlineData("/* SELECT */ COPY runs TO '{root}/x.csv'")]
    [InlineData("-- SELECT\nCOPY runs TO '{root}/x.csv'")]
    [InlineData("ATTACH '{root}/x.db'")]
    [InlineData("ATTACH '{beside}/x.db'")]
    [InlineData("INSTALL httpfs")]
    [InlineData("LOAD '{root}/x'")]
    [InlineData("SET enable_external_access = true")]
    [InlineData("PRAGMA enable_profiling")]
    [InlineData("CALL enable_logging()")]
    [InlineData("CREATE TABLE x AS FROM runs")]
    [InlineData("DROP VIEW runs")]
    [InlineData("DELETE FROM runs")]
    [InlineData("INSERT INTO runs SELECT * FROM runs")]
    [InlineData("WITH x AS (SELECT 1) INSERT INTO runs FROM x")]
    [InlineData("SELECT 1; COPY runs TO '{root}/x.csv'")]
    [InlineData("SELECT * FROM read_csv('{beside}/secret.txt')")]
    [InlineData("SELECT * FROM read_text('/etc/passwd')")]
    [InlineData("SELECT * FROM glob('/etc/*')")]
    [InlineData("SELECT * FROM query('COPY runs TO ''{root}/x.csv''')")]
    [InlineData("SELECT 1) TO '{root}/x.parquet'; --")]
    [InlineData("")]
    [InlineData(" ; ")]
    public void What_does_more_than_read_the_lake_is_refused_in_every_format_and_changes_nothing(string statement)
    {
        File.WriteAllText(_lake.Beside("secret.txt"), "secret");
        string sql = statement.Replace("{root}", _lake.Root).Replace("{beside}", _lake.Beside("."));
        string before = Listing();
        foreach (QueryFormat format in Enum.GetValues<QueryFormat>())
        {
            LakeQueryException error = Should.Throw<LakeQueryException>(() =>
                new LakeQuery(_lake.Root).WriteTo(sql, format, Stream.Null, LakeFolder.Token)
            );
            error.Message.ShouldNotContain("\n");
        }
        Listing().ShouldBe(before);
    }

    [Theory]
    [InlineData("SELECT * FROM enable_logging('QueryLog', storage = 'file', storage_path = '{root}/log')")]
    [InlineData("SELECT * FROM enable_logging(level = 'trace', storage = 'file', storage_path = '{beside}/log')")]
    [InlineData("SELECT * FROM checkpoint()")]
    public void A_function_with_side_effects_writes_no_file(string statement)
    {
        string sql = statement.Replace("{root}", _lake.Root).Replace("{beside}", _lake.Beside("."));
        string before = Listing();
        try
        {
            new LakeQuery(_lake.Root).WriteTo(sql, QueryFormat.Csv, Stream.Null, LakeFolder.Token);
        }
        catch (LakeQueryException)
        {
            // Refused is as good.
        }
        Listing().ShouldBe(before);
    }

    [Theory]
    [InlineData("FROM runs")]
    [InlineData("TABLE runs")]
    [InlineData("VALUES (1)")]
    [InlineData("  -- a note\n /* and one */ ( (SELECT 1))")]
    [InlineData("WITH a AS (FROM runs) SELECT * FROM a;")]
    [InlineData("DESCRIBE runs")]
    [InlineData("SUMMARIZE runs")]
    [InlineData("SHOW TABLES")]
    [InlineData("EXPLAIN FROM runs")]
    [InlineData("explain (format json) select 1")]
    [InlineData("EXPLAIN ANALYZE FROM runs")]
    public void What_only_reads_is_run(string sql)
    {
        StringWriter text = new();
        new LakeQuery(_lake.Root).WriteTo(sql, QueryFormat.Table, text, LakeFolder.Token);
        text.ToString().Split('\n').Length.ShouldBeGreaterThan(3);
    }

    [Fact]
    public void A_result_is_not_written_into_the_lake()
    {
        string inside = Path.Combine(_lake.Day(), "runs-exec-1.parquet");
        foreach (QueryFormat format in Enum.GetValues<QueryFormat>())
        {
            Should
                .Throw<LakeQueryException>(() =>
                    new LakeQuery(_lake.Root).WriteTo("SELECT 1", format, inside, LakeFolder.Token)
                )
                .Message.ShouldContain("lake");
        }
    }

    private string Listing() =>
        string.Join(
            '\n',
            Directory
                .EnumerateFileSystemEntries(_lake.Beside(""), "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(e =>
                    $"{e} {(File.Exists(e) ? Convert.ToHexString(File.ReadAllBytes(e)).GetHashCode(StringComparison.Ordinal) : 0)}"
                )
        );
}
