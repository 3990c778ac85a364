using System.Text.Json;
using Heretix.Lake;
using Heretix.Lake.DuckDb;

namespace Heretix.Tests.Integration.Lake;

public sealed class QueryTests : IDisposable
{
    private readonly LakeFolder _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public void Every_type_has_its_value()
    {
        _lake
            .Query(
                """
                SELECT true, (-1)::TINYINT, 255::UTINYINT, 18446744073709551615::UBIGINT, 1::HUGEINT << 100,
                       340282366920938463463374607431768211455::UHUGEINT, 0.1::FLOAT, 0.1::DOUBLE, -1.50::DECIMAL(5, 2),
                       '123456789012345678.01234567890123456789'::DECIMAL(38, 20), 'x'::ENUM('y', 'x'),
                       DATE '2024-02-29', TIME '01:02:03.5', TIMESTAMP '2024-02-29 01:02:03.123456',
                       TIMESTAMPTZ '2024-01-01 00:00:00+02', 'infinity'::TIMESTAMP, DATE '12024-02-29', NULL,
                       '6f9619ff-8b86-d011-b42d-00c04fc964ff'::UUID, INTERVAL 3 DAY, '101'::BIT
                """
            )
            .ShouldHaveSingleItem()
            .ShouldBe([
                true,
                -1L,
                255L,
                ulong.MaxValue,
                Int128.One << 100,
                UInt128.MaxValue,
                0.1f,
                0.1,
                -1.50m,
                "123456789012345678.01234567890123456789",
                "x",
                new DateOnly(2024, 2, 29),
                new TimeOnly(1, 2, 3, 500),
                new DateTime(2024, 2, 29, 1, 2, 3, 123, 456, DateTimeKind.Utc),
                new DateTime(2023, 12, 31, 22, 0, 0, DateTimeKind.Utc),
                "infinity",
                "12024-02-29",
                null,
                Guid.Parse("6f9619ff-8b86-d011-b42d-00c04fc964ff"),
                "3 days",
                "101",
            ]);
    }

    [Fact]
    public void Nested_values_are_json()
    {
        _lake
            .Query(
                """
                SELECT [1.5::DOUBLE, NULL, 'nan'::DOUBLE], {'a': 'q"', 'b': [DATE '2024-02-29']}, MAP {'k': 1::HUGEINT},
                       [1, 2]::INTEGER[2], [INTERVAL 1 DAY], '{"x": [1]}'::JSON, []::INTEGER[]
                """
            )
            .ShouldHaveSingleItem()
            .ShouldBe([
                "[1.5,null,null]",
                """{"a":"q\"","b":["2024-02-29"]}""",
                """{"k":1}""",
                "[1,2]",
                """["1 day"]""",
                """{"x": [1]}""",
                "[]",
            ]);
    }

    [Fact]
    public void Nested_values_out_of_grouped_files_are_right_in_every_row()
    {
        for (int i = 0; i < 4; i++)
        {
            _lake.Append($"exec-{i}", samples: 3);
        }
        _lake
            .Query(
                "SELECT execution_id, list(cache_key ORDER BY cache_key), any_value({'m': env}) FROM samples GROUP BY 1 ORDER BY 1"
            )
            .ShouldBe(
                Enumerable
                    .Range(0, 4)
                    .Select(i => new object?[] { $"exec-{i}", """["key-0","key-1","key-2"]""", """{"m":"local"}""" })
            );
    }

    [Fact]
    public void Json_keeps_every_digit_and_has_null_for_what_is_no_number()
    {
        string json = Text(
            """
            SELECT 0.1 + 0.2 AS d, 0.30000000000000004::DOUBLE AS e, 'inf'::DOUBLE AS i, 9007199254740993::BIGINT AS n,
                   12345678901234567890123456.5::DECIMAL(38, 1) AS h, 'é"\n' AS t, NULL AS z, [1] AS l, true AS b
            UNION ALL SELECT 0, 0, 0, 0, 0, '', NULL, [], false
            """,
            QueryFormat.Json
        );
        JsonElement[] rows = [.. JsonDocument.Parse(json).RootElement.EnumerateArray()];
        rows.Length.ShouldBe(2);
        rows[0].GetProperty("e").GetDouble().ShouldBe(0.1 + 0.2);
        rows[0].GetProperty("i").ValueKind.ShouldBe(JsonValueKind.Null);
        rows[0].GetProperty("n").GetInt64().ShouldBe(9007199254740993);
        rows[0].GetProperty("h").GetRawText().ShouldBe("12345678901234567890123456.5");
        rows[0].GetProperty("t").GetString().ShouldBe("é\"\\n");
        rows[0].GetProperty("l").GetRawText().ShouldBe("[1]");
        rows[1].GetProperty("t").GetString().ShouldBe("");
        Text("SELECT 1 AS x WHERE false", QueryFormat.Json).ShouldBe("[]\n");
    }

    [Fact]
    public void Csv_is_quoted_where_it_must_be_and_tells_null_from_empty()
    {
        Text(
                """SELECT 'a,b' AS "x,y", 'say "hi"' AS q, E'two\nlines' AS l, NULL AS n, '' AS e, 1.5::DOUBLE AS d, TIMESTAMP '2026-03-14 12:00:00' AS t""",
                QueryFormat.Csv
            )
            .ShouldBe(
                "\"x,y\",q,l,n,e,d,t\r\n\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",,\"\",1.5,2026-03-14T12:00:00Z\r\n"
            );
    }

    [Fact]
    public void A_table_is_aligned_and_cannot_move_the_cursor()
    {
        Text("""SELECT 'ab' AS name, 0.123456789::DOUBLE AS p UNION ALL SELECT E'\x1b[2Jx', NULL""", QueryFormat.Table)
            .ShouldBe("name          p\n-----  --------\nab     0.123457\n [2Jx      NULL\n");
        Text($"SELECT '{new string('x', 100)}' AS l", QueryFormat.Table).ShouldContain(new string('x', 60) + "…\n");
    }

    [Fact]
    public void Parquet_goes_to_a_file_or_a_stream_and_reads_back_the_same()
    {
        _lake.Append("exec-1");
        LakeQuery query = new(_lake.Root);
        string file = _lake.Beside("result 'x'.parquet");
        query.WriteTo(
            "SELECT execution_id, [1, 2] AS l, 0.1::DECIMAL(3, 1) AS d FROM runs;",
            QueryFormat.Parquet,
            file,
            LakeFolder.Token
        );
        using MemoryStream stream = new();
        query.WriteTo(
            "SELECT execution_id, [1, 2] AS l, 0.1::DECIMAL(3, 1) AS d FROM runs",
            QueryFormat.Parquet,
            stream,
            LakeFolder.Token
        );
        using Heretix.Lake.DuckDb.DuckDbConnection duckDb = new();
        foreach (byte[] bytes in (byte[][])[File.ReadAllBytes(file), stream.ToArray()])
        {
            File.WriteAllBytes(file, bytes);
            using var rows = duckDb.Read($"FROM read_parquet({Heretix.Lake.DuckDb.DuckDbConnection.Quote(file)})");
            rows.Read().ShouldBeTrue();
            (rows.Value(0), rows.Value(1), rows.Value(2)).ShouldBe(("exec-1", "[1,2]", 0.1m));
        }
    }

    [Fact]
    public void A_large_result_is_streamed()
    {
        using QueryResult result = new LakeQuery(_lake.Root).Run(
            "SELECT i, repeat('x', 100) FROM range(3000000) t(i)",
            LakeFolder.Token
        );
        long before = GC.GetTotalAllocatedBytes();
        result.Read().ShouldBeTrue();
        result.Value(0).ShouldBe(0L);
        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(1_000_000);
        long sum = 0;
        while (result.Read())
        {
            sum += (long)result.Value(0)!;
        }
        sum.ShouldBe(3_000_000L * 2_999_999 / 2);
    }

    [Fact]
    public void A_query_that_fails_on_the_way_is_an_error_in_one_line()
    {
        LakeQueryException error = Should.Throw<LakeQueryException>(() =>
            Text(
                "SELECT CASE WHEN i < 2900000 THEN i ELSE error('broken at ' || i) END FROM range(3000000) t(i)",
                QueryFormat.Csv
            )
        );
        error.Message.ShouldContain("broken at");
        error.Message.ShouldNotContain("\n");
        Should
            .Throw<LakeQueryException>(() => Text("SELECT clam FROM runs", QueryFormat.Csv))
            .Message.ShouldContain("clam");
    }

    [Fact]
    public void The_reason_is_told_when_duckdb_knows_only_that_a_thread_was_interrupted()
    {
        DuckDbException interrupted = new("INTERRUPT Error: Interrupted!");
        const string Failing = "SELECT CASE WHEN i < 9 THEN i ELSE error('broken at ' || i) END FROM range(10) t(i)";
        QueryErrors
            .From(interrupted, _lake.Root, Failing, LakeFolder.Token)
            .ShouldBeOfType<LakeQueryException>()
            .Message.ShouldContain("broken at 9");
        QueryErrors
            .From(interrupted, _lake.Root, "SELECT 1", LakeFolder.Token)
            .Message.ShouldBe("INTERRUPT Error: Interrupted!");
        QueryErrors
            .From(interrupted, _lake.Root, Failing, new CancellationToken(canceled: true))
            .ShouldBeOfType<OperationCanceledException>();
    }

    [Fact]
    public void A_cancelled_query_stops()
    {
        using CancellationTokenSource cancel = new();
        using QueryResult result = new LakeQuery(_lake.Root).Run(
            "SELECT i FROM range(100000000000) t(i)",
            cancel.Token
        );
        result.Read().ShouldBeTrue();
        cancel.Cancel();
        Should.Throw<OperationCanceledException>(() =>
        {
            while (result.Read()) { }
        });
    }

    [Fact]
    public void A_failed_query_leaves_no_file_behind()
    {
        string file = _lake.Beside("out.csv");
        Should.Throw<LakeQueryException>(() =>
            new LakeQuery(_lake.Root).WriteTo("SELECT nope", QueryFormat.Csv, file, LakeFolder.Token)
        );
        Should.Throw<LakeQueryException>(() =>
            new LakeQuery(_lake.Root).WriteTo("SELECT nope", QueryFormat.Parquet, file, LakeFolder.Token)
        );
        Directory.GetFiles(_lake.Beside("")).ShouldBeEmpty();
    }

    private string Text(string sql, QueryFormat format)
    {
        StringWriter text = new();
        new LakeQuery(_lake.Root).WriteTo(sql, format, text, LakeFolder.Token);
        return text.ToString();
    }
}
