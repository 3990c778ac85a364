using System.Globalization;
using System.Text.Json.Nodes;
using Heretix.Tests.Integration.Stubs;
using Microsoft.Data.Sqlite;

namespace Heretix.Tests.Integration.Chaos;

/// <summary>
/// SIGKILL at random moments, start again, until the work is done: nothing stored is asked twice, and the result is
/// the uninterrupted one digit for digit. 15 kills here; <c>HERETIX_KILLS=200</c> runs the long form, and
/// <c>HERETIX_KILL_SEED</c> replays one.
/// </summary>
public sealed class KillLoopTests(ITestOutputHelper output)
{
    private const int Lanes = 4;
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(10);

    [Fact]
    public async Task A_killed_batch_ends_like_an_uninterrupted_one_and_pays_for_nothing_twice()
    {
        var kills = Number("HERETIX_KILLS") ?? 15;
        var seed = Number("HERETIX_KILL_SEED") ?? Environment.TickCount;
        output.WriteLine($"{kills} kills, HERETIX_KILL_SEED={seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var claims = Enumerable.Range(1, 4 * (5 + kills)).Select(n => $"Claim number {n} of the kill loop holds");
        await File.WriteAllLinesAsync(folder["claims.txt"], claims, TestContext.Current.CancellationToken);

        // One server for both, because its address belongs to the identity of a sample.
        await using var stub = await ChatStub.StartAsync(
            Latency,
            cancellationToken: TestContext.Current.CancellationToken
        );
        var uninterrupted = await HxProcess.RunAsync(folder.Path, null, Batch(stub, "reference"));
        uninterrupted.Code.ShouldBe(0, uninterrupted.Errors);
        var samples = stub.Keys.Count;
        stub.Requests.ShouldBe(samples);

        var done = 0;
        var repeatsAllowed = 0;
        var storedAtKill = new Dictionary<string, int>();
        while (true)
        {
            using var hx = HxProcess.Start(folder.Path, null, Batch(stub, "killed"));
            if (done == kills || await EndsBeforeItsKillAsync(hx, stub, random))
            {
                var (code, _, errors) = await hx.EndAsync();
                code.ShouldBe(0, errors);
                break;
            }
            await hx.KillAsync();
            done++;
            repeatsAllowed += 3 * Lanes;
            foreach (var key in StoredKeys(folder["killed.sqlite"]))
                storedAtKill.TryAdd(key, Asked(stub, key));
        }
        var answers = stub.Requests - samples;
        output.WriteLine(
            $"{done} kills, {answers} answers for {samples} samples, {storedAtKill.Count} stored before a kill"
        );

        done.ShouldBe(kills, "the batch ended before all its kills: it needs more claims");
        storedAtKill.Count.ShouldBeGreaterThan(0);
        foreach (var (key, asked) in storedAtKill)
            Asked(stub, key).ShouldBe(asked, $"{key} was stored and asked again");
        stub.Keys.Count.ShouldBe(
            2 * samples,
            "each sample of the reference and of the killed batch, under a key of its own"
        );
        (answers - samples).ShouldBeLessThanOrEqualTo(repeatsAllowed, "only calls in flight may be repeated");
        Results(folder["killed.jsonl"]).ShouldBe(Results(folder["reference.jsonl"]));
        Consistent(folder["killed.sqlite"]);
    }

    /// <summary>
    /// Waits for a random moment: sometimes in start-up, mostly a little after the first answers of this process.
    /// </summary>
    private static async Task<bool> EndsBeforeItsKillAsync(HxProcess hx, ChatStub stub, Random random)
    {
        var before = stub.Requests;
        var atWork = random.Next(10) > 0;
        while (atWork && stub.Requests == before)
        {
            if (await hx.EndsWithinAsync(TimeSpan.FromMilliseconds(5)))
                return true;
        }
        return await hx.EndsWithinAsync(TimeSpan.FromMilliseconds(random.Next(0, 150)));
    }

    private static string[] Batch(ChatStub stub, string name) =>
        [
            "batch",
            "claims.txt",
            "--model",
            "stub-model",
            "--base-url",
            stub.Address.ToString(),
            "--concurrency",
            $"{Lanes}",
            "--k",
            "8",
            "--r",
            "2",
            "--b",
            "500",
            "--db",
            $"{name}.sqlite",
            "--no-export",
            "--out",
            $"{name}.jsonl",
        ];

    /// <summary>Everything but the ids of the executions, which are random.</summary>
    private static IReadOnlyList<string> Results(string path) =>
        [
            .. File.ReadLines(path)
                .Select(line =>
                {
                    var json = JsonNode.Parse(line)!.AsObject();
                    json.Remove("execution_id");
                    return json.ToJsonString();
                }),
        ];

    private static IReadOnlyList<string> StoredKeys(string path)
    {
        if (!File.Exists(path))
            return [];
        using var db = Open(path);
        using var exists = db.CreateCommand();
        exists.CommandText = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'samples'";
        if ((long)exists.ExecuteScalar()! == 0)
            return [];
        using var command = db.CreateCommand();
        command.CommandText = "SELECT substr(cache_key, 1, 64) || '-' || execution_id || '-' || attempts FROM samples";
        var keys = new List<string>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            keys.Add(reader.GetString(0));
        return keys;
    }

    private static void Consistent(string path)
    {
        using var db = Open(path);
        Scalar("SELECT COUNT(*) FROM executions WHERE status <> 'completed'").ShouldBe(0);
        Scalar(
                "SELECT COUNT(*) FROM execution_samples l LEFT JOIN samples s USING (cache_key) WHERE s.cache_key IS NULL"
            )
            .ShouldBe(0);
        Scalar("SELECT COUNT(*) FROM executions").ShouldBe(Scalar("SELECT MAX(items) FROM batches"));
        Scalar("SELECT COUNT(*) FROM samples").ShouldBe(16 * Scalar("SELECT COUNT(*) FROM executions"));

        long Scalar(string sql)
        {
            using var command = db.CreateCommand();
            command.CommandText = sql;
            return (long)command.ExecuteScalar()!;
        }
    }

    private static SqliteConnection Open(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        var db = new SqliteConnection($"Data Source={path};Pooling=False");
        db.Open();
        return db;
    }

    private static int Asked(ChatStub stub, string key) => stub.Keys.GetValueOrDefault(key);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
