using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using Heretix.Tests.Integration.Servers;
using Npgsql;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>Secrets are nowhere but where they belong: in cookies and mails.</summary>
public sealed class LeakTests(PostgresCluster postgres, AccountsHost accounts) : IClassFixture<AccountsHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_token_is_in_the_database_and_neither_token_nor_address_is_in_logs_and_traces()
    {
        var spans = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
                spans.Enqueue(
                    $"{span.DisplayName} {string.Join(' ', span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))}"
                ),
        };
        ActivitySource.AddActivityListener(listener);
        var email = AccountsHost.NewEmail();
        using var visitor = accounts.Host.Visitor();
        visitor.Client.DefaultRequestHeaders.Add("User-Agent", "Peculiar/7.3 (browser)");
        var unused = await visitor.AskForLinkAsync(accounts.Host, email);
        var used = await visitor.AskForLinkAsync(accounts.Host, email);
        var binding = visitor.Cookie("heretix_link")!;
        using var stranger = accounts.Host.Visitor();
        using (await stranger.Client.GetAsync(unused, Stop)) { }
        var confirm = stranger.Cookie("heretix_confirm")!;
        using (await visitor.Client.GetAsync(used, Stop)) { }
        using (await visitor.Client.GetAsync("/api/auth/sessions", Stop)) { }
        using (await visitor.Client.GetAsync("/api/auth/csrf", Stop)) { }
        using (await stranger.Client.GetAsync(used, Stop)) { }
        var first = await ApiTokens.OfAsync(accounts.Host, email);
        var next = await first.NextAsync(accounts.Host);
        (await next.StatusAsync(accounts.Host)).ShouldBe(HttpStatusCode.OK);
        string[] secrets =
        [
            Verifier(unused),
            Verifier(used),
            binding,
            confirm,
            visitor.Cookie("heretix_session")!,
            visitor.Cookie("heretix_csrf")!,
            first.Access,
            first.Refresh,
            next.Access,
            next.Refresh,
        ];
        secrets.ShouldAllBe(secret => secret.Length >= 43);

        var rows = await EveryRowAsync();
        rows.ShouldContain(email, customMessage: "the search reads what is there");
        var log = string.Join('\n', accounts.Logs.Lines);
        log.ShouldContain("signed in by link");
        var traces = string.Join('\n', spans);
        traces.ShouldContain("/api/auth/callback");
        foreach (var secret in secrets)
        {
            rows.Contains(secret, StringComparison.OrdinalIgnoreCase).ShouldBeFalse();
            rows.Contains(Convert.ToHexString(Encoding.ASCII.GetBytes(secret)), StringComparison.OrdinalIgnoreCase)
                .ShouldBeFalse();
            if (!secret.Contains('.'))
                rows.Contains(RawHex(secret), StringComparison.OrdinalIgnoreCase).ShouldBeFalse();
            log.Contains(secret, StringComparison.Ordinal).ShouldBeFalse(FirstWith(secret));
            traces
                .Contains(secret, StringComparison.Ordinal)
                .ShouldBeFalse(spans.FirstOrDefault(span => span.Contains(secret, StringComparison.Ordinal)));
        }
        log.Contains(email, StringComparison.OrdinalIgnoreCase).ShouldBeFalse(FirstWith(email));
        log.Contains("Peculiar", StringComparison.Ordinal).ShouldBeFalse(FirstWith("Peculiar"));
        foreach (var address in new[] { visitor.Address, stranger.Address })
            rows.Contains(address.ToString(), StringComparison.Ordinal).ShouldBeFalse();
    }

    private string? FirstWith(string text) =>
        accounts.Logs.Lines.FirstOrDefault(line => line.Contains(text, StringComparison.OrdinalIgnoreCase));

    private static string Verifier(Uri link) => link.OriginalString.Split(':')[^1];

    private static string RawHex(string secret) =>
        Convert.ToHexString(System.Buffers.Text.Base64Url.DecodeFromChars(secret));

    /// <summary>Every row of every table of ours as text; bytes are in hex.</summary>
    private async Task<string> EveryRowAsync()
    {
        await using var connection = new NpgsqlConnection(
            postgres.ConnectionString(accounts.Database) + ";Pooling=false"
        );
        await connection.OpenAsync(Stop);
        var tables = new List<string>();
        await using (
            var list = new NpgsqlCommand(
                """
                select format('%I.%I', table_schema, table_name) from information_schema.tables
                where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
                """,
                connection
            )
        )
        await using (var reader = await list.ExecuteReaderAsync(Stop))
            while (await reader.ReadAsync(Stop))
                tables.Add(reader.GetString(0));
        var text = new StringBuilder();
        foreach (var table in tables)
        {
            await using var rows = new NpgsqlCommand($"select t::text from {table} t", connection);
            await using var reader = await rows.ExecuteReaderAsync(Stop);
            while (await reader.ReadAsync(Stop))
                text.AppendLine(reader.GetString(0));
        }
        return text.ToString();
    }
}
