using System.Net;
using System.Net.ServerSentEvents;
using Heretix.Platform;
using Heretix.Platform.Http;
using Heretix.Platform.Http.Idempotency;
using Heretix.Platform.Jobs;
using Heretix.Platform.Modules;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Http;

/// <summary>A request that is made again under the same key has no second effect, whatever happens in between.</summary>
public sealed class IdempotencyTests(IdempotencyTests.Shop shop) : IClassFixture<IdempotencyTests.Shop>
{
    public sealed record Order(string Item, string? Answer = null);

    public sealed record Receipt(int Number, string Item);

    /// <summary>Two servers over one database, whose orders are counted.</summary>
    public sealed class Shop(PostgresCluster postgres) : IAsyncLifetime
    {
        private static readonly string[] Pages = ["one", "two"];
        private readonly List<HeretixHost> hosts = [];

        private int runs;

        public int Runs => runs;
        public SemaphoreSlim? Gate { get; set; }
        public TaskCompletionSource Entered { get; private set; } = new();

        public PostgresCluster Postgres => postgres;
        public string Database { get; private set; } = "";
        public HeretixHost First => hosts[0];
        public HeretixHost Second => hosts[1];

        public async ValueTask InitializeAsync()
        {
            Database = await postgres.CreateDatabaseAsync();
            for (var i = 0; i < 2; i++)
            {
                hosts.Add(
                    await HeretixHost.StartAsync(
                        postgres.Url(Database),
                        options: new Dictionary<string, string?>
                        {
                            ["Heretix:Platform:IdempotencyLeaseSeconds"] = "2",
                            ["Heretix:Platform:IdempotencyBodyLimit"] = "4096",
                        },
                        services: TestCipher.AddIfMissing,
                        routes: Map
                    )
                );
            }
        }

        private void Map(IEndpointRouteBuilder routes)
        {
            routes.MapPost("/api/test/orders", OrderAsync).Idempotent();
            routes.MapPost("/api/test/orders/{id}", (string id, Order order) => OrderAsync(order)).Idempotent();
            routes
                .MapPost("/api/test/streams", (Order order) => TypedResults.ServerSentEvents(EventsAsync()))
                .Idempotent();
            routes
                .MapPost(
                    "/api/test/sign-in",
                    (HttpContext context) =>
                    {
                        context.Response.Cookies.Append("session", "secret");
                        return TypedResults.Redirect("/somewhere");
                    }
                )
                .Idempotent();
            routes.MapPost("/api/test/large", () => TypedResults.Text(new string('x', 10_000 + Count()))).Idempotent();
        }

        public void Reset(SemaphoreSlim? gate)
        {
            runs = 0;
            Gate = gate;
            Entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        private int Count() => Interlocked.Increment(ref runs);

        private async Task<IResult> OrderAsync(Order order)
        {
            var number = Count();
            Entered.TrySetResult();
            if (Gate is { } gate)
                await gate.WaitAsync();
            return order.Answer switch
            {
                "throw" => throw new InvalidDataException("broken"),
                { } status => Problem.Of(
                    int.Parse(status, System.Globalization.CultureInfo.InvariantCulture),
                    "declined",
                    "No."
                ),
                null => TypedResults.Created($"/orders/{number}", new Receipt(number, order.Item)),
            };
        }

        private async IAsyncEnumerable<SseItem<string>> EventsAsync()
        {
            Count();
            foreach (var page in Pages)
            {
                yield return new SseItem<string>(page);
                Entered.TrySetResult();
                if (Gate is { } gate)
                    await gate.WaitAsync();
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var host in hosts)
                await host.DisposeAsync();
        }
    }

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private static HttpRequestMessage Keyed(
        string key,
        string body = """{"item":"tea"}""",
        string address = "/api/test/orders",
        string? browser = null
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address.Relative()) { Content = body.AsJson() };
        request.Headers.Add("Idempotency-Key", key);
        if (browser is not null)
            request.Headers.Add("Cookie", "heretix_anon=" + browser);
        return request;
    }

    private static string NewKey() => Guid.NewGuid().ToString();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HeretixHost? host = null)
    {
        using var client = (host ?? shop.First).Client();
        using (request)
            return await client.SendAsync(request, Stop);
    }

    /// <summary>The answer once nobody holds the key any more.</summary>
    private async Task<HttpResponseMessage> OnceFreeAsync(Func<HttpRequestMessage> request)
    {
        while (true)
        {
            var answer = await SendAsync(request());
            if (answer.StatusCode != HttpStatusCode.Conflict)
                return answer;
            answer.Dispose();
        }
    }

    /// <summary>The answer once the request that holds the key has ended.</summary>
    private async Task<HttpResponseMessage> OnceEndedAsync(Func<HttpRequestMessage> request)
    {
        while (true)
        {
            var answer = await SendAsync(request());
            // Only the refusal of a request that runs says when to come back.
            if (answer.Headers.RetryAfter is null)
                return answer;
            answer.Dispose();
        }
    }

    private void Open(bool gated = false)
    {
        shop.Reset(gated ? new SemaphoreSlim(0) : null);
    }

    [Fact]
    public async Task Fifty_duplicates_at_once_on_two_servers_run_the_endpoint_once()
    {
        Open();
        var key = NewKey();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(i => SendAsync(Keyed(key), i % 2 == 0 ? shop.First : shop.Second))
        );
        shop.Runs.ShouldBe(1);
        foreach (var answer in answers.Where(answer => answer.StatusCode == HttpStatusCode.Conflict))
        {
            await answer.ProblemAsync(409, "request_in_progress");
            answer.Header("Retry-After").ShouldBe("1");
        }
        var done = answers.Where(answer => answer.StatusCode != HttpStatusCode.Conflict).ToArray();
        done.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Created);
        done.Count(answer => answer.Header("Idempotency-Replayed") != "true").ShouldBe(1);
        var rows = await shop.Postgres.ScalarAsync<long>(
            shop.Database,
            $"select count(*) from jobs.idempotency_keys where key = '{key}' and status = 201"
        );
        rows.ShouldBe(1);
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task A_repetition_gets_the_same_answer_from_the_other_server()
    {
        Open();
        var key = NewKey();
        using var first = await SendAsync(Keyed(key));
        using var again = await SendAsync(Keyed(key), shop.Second);
        again.StatusCode.ShouldBe(HttpStatusCode.Created);
        again.Header("Idempotency-Replayed").ShouldBe("true");
        first.Header("Idempotency-Replayed").ShouldBe("");
        again.Header("Location").ShouldBe(first.Header("Location"));
        again.Header("Content-Type").ShouldBe(first.Header("Content-Type"));
        (await again.Content.ReadAsStringAsync(Stop)).ShouldBe(await first.Content.ReadAsStringAsync(Stop));
        again.Header("X-Request-Id").ShouldNotBe(first.Header("X-Request-Id"));
        shop.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task The_kept_answer_is_encrypted_where_it_stands()
    {
        Open();
        var key = NewKey();
        using var first = await SendAsync(Keyed(key, """{"item":"a very private thing"}"""));
        var found = await shop.Postgres.ScalarAsync<bool>(
            shop.Database,
            $"select position('private'::bytea in body) > 0 from jobs.idempotency_keys where key = '{key}'"
        );
        found.ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"item":"coffee"}""", "/api/test/orders/1")]
    [InlineData("""{"item":"tea"}""", "/api/test/orders/2")]
    [InlineData("""{"item":"tea"}""", "/api/test/orders/1?more=1")]
    public async Task A_key_with_another_request_is_refused(string body, string address)
    {
        Open();
        var key = NewKey();
        using var first = await SendAsync(Keyed(key, address: "/api/test/orders/1"));
        using var other = await SendAsync(Keyed(key, body, address));
        await other.ProblemAsync(422, "idempotency_key_reused");
        shop.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_of_an_answer_in_a_piece_is_not_one_of_a_stream()
    {
        Open();
        var key = NewKey();
        using var first = await SendAsync(Keyed(key));
        var streamed = Keyed(key);
        streamed.Headers.Accept.ParseAdd("text/event-stream");
        streamed.Headers.Accept.ParseAdd("application/json");
        using var second = await SendAsync(streamed);
        await second.ProblemAsync(422, "idempotency_key_reused");
        shop.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_belongs_to_one_caller_and_one_route()
    {
        Open();
        var key = NewKey();
        using var mine = await SendAsync(Keyed(key, browser: "one"));
        using var theirs = await SendAsync(Keyed(key, browser: "two"));
        using var nobodys = await SendAsync(Keyed(key));
        using var elsewhere = await SendAsync(Keyed(key, address: "/api/test/orders/1", browser: "one"));
        new[] { mine, theirs, nobodys, elsewhere }.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Created);
        shop.Runs.ShouldBe(4);
        var callers = await shop.Postgres.ScalarAsync<string>(
            shop.Database,
            $"select string_agg(distinct split_part(caller, ':', 1), ',') from jobs.idempotency_keys where key = '{key}'"
        );
        callers.ShouldBe("address,browser");
    }

    [Fact]
    public async Task A_browser_that_got_its_cookie_with_the_first_answer_repeats_that_request()
    {
        Open();
        var key = NewKey();
        using var first = await SendAsync(Keyed(key));
        using var again = await SendAsync(Keyed(key, browser: "new"));
        again.Header("Idempotency-Replayed").ShouldBe("true");
        (await again.Content.ReadAsStringAsync(Stop)).ShouldBe(await first.Content.ReadAsStringAsync(Stop));
        shop.Runs.ShouldBe(1);

        // Only the very same request is taken for a repetition: for others the key is still the browser's own.
        using var other = await SendAsync(Keyed(key, """{"item":"coffee"}""", browser: "new"));
        other.StatusCode.ShouldBe(HttpStatusCode.Created);
        other.Header("Idempotency-Replayed").ShouldBeEmpty();
        shop.Runs.ShouldBe(2);
    }

    [Fact]
    public async Task A_browser_that_repeats_its_first_request_while_that_runs_is_told_to_wait()
    {
        Open(gated: true);
        var key = NewKey();
        var first = SendAsync(Keyed(key));
        await shop.Entered.Task;
        using var early = await SendAsync(Keyed(key, browser: "new"));
        await early.ProblemAsync(409, "request_in_progress");
        shop.Gate!.Release();
        using var done = await first;
        done.StatusCode.ShouldBe(HttpStatusCode.Created);
        using var late = await SendAsync(Keyed(key, browser: "new"));
        late.Header("Idempotency-Replayed").ShouldBe("true");
        shop.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task An_erased_account_takes_its_kept_answers_along()
    {
        var (leaver, stayer) = (Guid.NewGuid(), Guid.NewGuid());
        foreach (var user in (Guid[])[leaver, stayer])
        {
            await shop.Postgres.ExecuteAsync(
                shop.Database,
                $"""
                insert into jobs.idempotency_keys
                    (caller, key, route, body_sha256, attempt, status, created_at, expires_at, body)
                values ('user:{user:N}', 'k', 'POST /x', sha256(''), gen_random_uuid(), 200, now(), now() + interval '1 day', 'answer')
                """
            );
        }
        await using (var db = shop.First.OpenDb())
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Stop);
            await new PlatformModule().EraseAccountAsync(new AccountEvent(db, leaver, shop.First.Services), Stop);
            await transaction.CommitAsync(Stop);
        }
        foreach (var (user, kept) in ((Guid, long)[])[(leaver, 0), (stayer, 1)])
            (
                await shop.Postgres.ScalarAsync<long>(
                    shop.Database,
                    $"select count(*) from jobs.idempotency_keys where caller = 'user:{user:N}'"
                )
            ).ShouldBe(kept);
    }

    [Theory]
    [InlineData("500")]
    [InlineData("503")]
    [InlineData("401")]
    [InlineData("402")]
    [InlineData("409")]
    [InlineData("422")]
    [InlineData("429")]
    [InlineData("throw")]
    public async Task An_answer_that_did_nothing_frees_the_key(string answer)
    {
        Open();
        var key = NewKey();
        using var first = await SendAsync(Keyed(key, $$"""{"item":"tea","answer":"{{answer}}"}"""));
        ((int)first.StatusCode).ShouldBeGreaterThanOrEqualTo(400);
        using var second = await SendAsync(Keyed(key));
        second.StatusCode.ShouldBe(HttpStatusCode.Created);
        shop.Runs.ShouldBe(2);
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_frees_the_key()
    {
        Open();
        var key = NewKey();
        using var first = await SendAsync(Keyed(key, "{"));
        await first.ProblemAsync(400, "unreadable");
        using var second = await SendAsync(Keyed(key));
        second.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task While_a_request_runs_its_duplicate_is_refused_and_its_lease_is_renewed()
    {
        Open(gated: true);
        var key = NewKey();
        var first = SendAsync(Keyed(key));
        await shop.Entered.Task;
        var locked = $"select locked_until from jobs.idempotency_keys where key = '{key}'";
        var before = await shop.Postgres.ScalarAsync<DateTime>(shop.Database, locked);
        using var second = await SendAsync(Keyed(key), shop.Second);
        await second.ProblemAsync(409, "request_in_progress");
        while (await shop.Postgres.ScalarAsync<DateTime>(shop.Database, locked) <= before)
            await Task.Delay(50, Stop);
        shop.Gate!.Release();
        using var done = await first;
        done.StatusCode.ShouldBe(HttpStatusCode.Created);
        shop.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_whose_process_died_is_free_for_the_same_request_once_the_lease_is_over()
    {
        Open();
        var key = NewKey();
        using var first = await SendAsync(Keyed(key));
        // As a process leaves it that was killed in the middle.
        await shop.Postgres.ExecuteAsync(
            shop.Database,
            $"""
            update jobs.idempotency_keys set status = null, body = null, locked_until = now() + interval '1 hour'
            where key = '{key}'
            """
        );
        using var alive = await SendAsync(Keyed(key));
        await alive.ProblemAsync(409, "request_in_progress");
        await shop.Postgres.ExecuteAsync(
            shop.Database,
            $"update jobs.idempotency_keys set locked_until = now() - interval '1 second' where key = '{key}'"
        );
        using var other = await SendAsync(Keyed(key, """{"item":"coffee"}"""));
        await other.ProblemAsync(422, "idempotency_key_reused");
        var again = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => SendAsync(Keyed(key), shop.Second)));
        again.Count(a => a.StatusCode == HttpStatusCode.Created && a.Header("Idempotency-Replayed") == "").ShouldBe(1);
        shop.Runs.ShouldBe(2);
        Array.ForEach(again, answer => answer.Dispose());
    }

    [Fact]
    public async Task A_request_whose_lease_was_lost_answers_without_overwriting_its_successor()
    {
        Open(gated: true);
        var key = NewKey();
        var first = SendAsync(Keyed(key));
        await shop.Entered.Task;
        await shop.Postgres.ExecuteAsync(
            shop.Database,
            $"update jobs.idempotency_keys set attempt = gen_random_uuid() where key = '{key}'"
        );
        shop.Gate!.Release();
        using var done = await first;
        done.StatusCode.ShouldBe(HttpStatusCode.Created);
        var unanswered = await shop.Postgres.ScalarAsync<long>(
            shop.Database,
            $"select count(*) from jobs.idempotency_keys where key = '{key}' and status is null"
        );
        unanswered.ShouldBe(1);
    }

    [Fact]
    public async Task A_caller_who_goes_away_finds_the_answer_later()
    {
        Open(gated: true);
        var key = NewKey();
        using (var impatient = new CancellationTokenSource())
        {
            using var client = shop.First.Client();
            using var request = Keyed(key);
            var lost = client.SendAsync(request, impatient.Token);
            await shop.Entered.Task;
            await impatient.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(lost);
        }
        shop.Gate!.Release();
        using var again = await OnceFreeAsync(() => Keyed(key));
        again.StatusCode.ShouldBe(HttpStatusCode.Created);
        again.Header("Idempotency-Replayed").ShouldBe("true");
        (await again.Content.ReadAsStringAsync(Stop)).ShouldContain("\"item\":\"tea\"");
        shop.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task A_cookie_is_never_given_again()
    {
        Open();
        var key = NewKey();
        using var first = await SendAsync(Keyed(key, address: "/api/test/sign-in"));
        using var again = await SendAsync(Keyed(key, address: "/api/test/sign-in"));
        first.Header("Set-Cookie").ShouldContain("secret");
        again.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        again.Header("Location").ShouldBe("/somewhere");
        again.Header("Set-Cookie").ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_stream_goes_through_as_it_is_written_and_guards_its_key_while_it_runs()
    {
        Open(gated: true);
        var key = NewKey();
        using var client = shop.First.Client();
        using var request = Keyed(key, address: "/api/test/streams");
        using var stream = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(Stop));
        (await reader.ReadLineAsync(Stop)).ShouldBe("data: one");

        using var duplicate = await SendAsync(Keyed(key, address: "/api/test/streams"), shop.Second);
        await duplicate.ProblemAsync(409, "request_in_progress");
        shop.Gate!.Release(2);
        (await reader.ReadToEndAsync(Stop)).ShouldContain("data: two");

        // Afterwards the key is used up: a repetition has no second effect, and no answer to give either.
        shop.Gate = null;
        using var again = await OnceEndedAsync(() => Keyed(key, address: "/api/test/streams"));
        await again.ProblemAsync(409, "already_done");
        shop.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_beyond_the_limit_goes_out_whole_and_uses_its_key_up()
    {
        Open();
        var key = NewKey();
        using var first = await SendAsync(Keyed(key, address: "/api/test/large"));
        (await first.Content.ReadAsStringAsync(Stop)).Length.ShouldBe(10_001);
        using var again = await OnceEndedAsync(() => Keyed(key, address: "/api/test/large"));
        await again.ProblemAsync(409, "already_done");
        shop.Runs.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a tab\there")]
    [InlineData("256")]
    public async Task A_malformed_key_is_refused(string key)
    {
        Open();
        using var client = shop.First.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/test/orders".Relative())
        {
            Content = """{"item":"tea"}""".AsJson(),
        };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key == "256" ? new string('k', 256) : key);
        using var answer = await client.SendAsync(request, Stop);
        await answer.ProblemAsync(400, "invalid_idempotency_key");
        shop.Runs.ShouldBe(0);
    }

    [Fact]
    public async Task A_key_past_its_day_is_free_and_is_purged()
    {
        Open();
        var key = NewKey();
        using var first = await SendAsync(Keyed(key));
        await ExpireAsync(key);
        using var other = await SendAsync(Keyed(key, """{"item":"coffee"}"""));
        other.StatusCode.ShouldBe(HttpStatusCode.Created);
        await ExpireAsync(key);
        var kept = NewKey();
        using var alive = await SendAsync(Keyed(kept));

        await new IdempotencyPurge(TimeProvider.System).RunAsync(
            new JobRun("idempotency_purge", "purge", 1, shop.First.OpenDb),
            Stop
        );
        (await CountAsync(key)).ShouldBe(0);
        (await CountAsync(kept)).ShouldBe(1);
    }

    private Task ExpireAsync(string key) =>
        shop.Postgres.ExecuteAsync(
            shop.Database,
            $"update jobs.idempotency_keys set expires_at = now() - interval '1 minute' where key = '{key}'"
        );

    private Task<long> CountAsync(string key) =>
        shop.Postgres.ScalarAsync<long>(
            shop.Database,
            $"select count(*) from jobs.idempotency_keys where key = '{key}'"
        );

    [Fact]
    public async Task The_endpoint_runs_while_no_connection_is_held()
    {
        Open(gated: true);
        var first = SendAsync(Keyed(NewKey()));
        await shop.Entered.Task;
        // The request's own connections are back in the pool, idle outside any transaction.
        var busy = await shop.Postgres.ScalarAsync<long>(
            shop.Database,
            """
            select count(*) from pg_stat_activity
            where datname = current_database() and state like 'idle in transaction%'
            """
        );
        busy.ShouldBe(0);
        shop.Gate!.Release();
        using var done = await first;
        done.StatusCode.ShouldBe(HttpStatusCode.Created);
    }
}
