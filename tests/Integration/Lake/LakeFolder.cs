using Heretix.Lake;

namespace Heretix.Tests.Integration.Lake;

/// <summary>A lake in a temporary folder, and rows to put into it.</summary>
internal sealed class LakeFolder : IDisposable
{
    internal static DateTimeOffset Noon { get; } = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly string _parent = Directory.CreateTempSubdirectory("heretix-lake-").FullName;

    internal LakeFolder(string name = "exports") => Root = Path.Combine(_parent, name);

    internal string Root { get; }

    internal string Beside(string name) => Path.Combine(_parent, name);

    internal string Day(string env = "local", string day = "2026-03-14") => Path.Combine(Root, env, $"dt={day}");

    internal string[] FileNames(string env = "local", string day = "2026-03-14") =>
        [.. Directory.GetFiles(Day(env, day)).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    internal List<object?[]> Query(string sql)
    {
        using QueryResult result = new LakeQuery(Root).Run(sql, Token);
        List<object?[]> rows = [];
        while (result.Read())
        {
            rows.Add([.. Enumerable.Range(0, result.Columns.Count).Select(result.Value)]);
        }
        return rows;
    }

    internal object? Scalar(string sql) => Query(sql).ShouldHaveSingleItem()[0];

    /// <summary>Runs, different executions among them, samples, different samples among them.</summary>
    internal (long Runs, long Executions, long Samples, long Keys) Counts()
    {
        object?[] row = Query(
                """
                SELECT (SELECT count(*) FROM runs), (SELECT count(DISTINCT execution_id) FROM runs),
                       (SELECT count(*) FROM samples), (SELECT count(DISTINCT execution_id || cache_key) FROM samples)
                """
            )
            .ShouldHaveSingleItem();
        return ((long)row[0]!, (long)row[1]!, (long)row[2]!, (long)row[3]!);
    }

    internal ExportOutcome Append(string id, int samples = 2, string env = "local", DateTimeOffset? at = null)
    {
        using ParquetLake lake = new(Root);
        return lake.Append(Run(id, env, at), Samples(id, samples, env, at), Token);
    }

    internal static RunRow Run(string id, string env = "local", DateTimeOffset? at = null) =>
        new()
        {
            Env = env,
            Mock = false,
            ExecutionId = id,
            RunId = "run-of-" + id,
            CreatedAt = at ?? Noon,
            Claim = "Tariffs raise prices",
            Model = "gpt-5",
            ProbTrueRpl = 0.25,
        };

    internal static SampleRow[] Samples(string id, int count, string env = "local", DateTimeOffset? at = null) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new SampleRow
                {
                    Env = env,
                    Mock = false,
                    ExecutionId = id,
                    RunId = "run-of-" + id,
                    CacheKey = $"key-{i}",
                    CreatedAt = at ?? Noon,
                    ParaphraseIdx = i,
                    ReplicateIdx = 0,
                    ProbTrue = 0.25,
                    Logit = -1.0986122886681098,
                }),
        ];

    public void Dispose() => Directory.Delete(_parent, recursive: true);
}
