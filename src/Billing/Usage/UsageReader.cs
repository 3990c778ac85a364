using Heretix.Billing.Plans;
using Heretix.Billing.Subscriptions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Heretix.Billing.Usage;

/// <summary>Reads what subjects may use and have used, by key, in one round trip.</summary>
internal sealed class UsageReader(PlanCatalogue plans, IOptions<BillingOptions> options, TimeProvider time)
{
    // A period that is current began at most a month and the longest grace ago.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(100);

    // Overdue reservations do not count, whether or not they have been swept up.
    internal const string UserStatement = """
        select plan, status, source, current_period_start, current_period_end, billing_anchor, cancel_at_period_end
        from billing.subscriptions where user_id = $1 and status in ('active', 'past_due')
        """;

    internal const string LedgerStatement = """
        select meter, period_start, used, case when reserved = 0 then 0 else reserved - (
            select count(*)::int from billing.usage_reservations r
            where r.ledger_id = l.id and r.state = 'open' and r.expires_at <= $3) end
        from billing.usage_ledger l
        where user_id = $1 and (period_start = '-infinity' or period_start > $2)
        """;

    private const string BrowserStatement = """
        select meter, used, case when reserved = 0 then 0 else reserved - (
            select count(*)::int from billing.usage_reservations r
            where r.token_hash = a.token_hash and r.meter = a.meter and r.state = 'open' and r.expires_at <= $2) end
        from billing.anonymous_usage a
        where token_hash = $1
        """;

    /// <summary>Where browsers without a session stand.</summary>
    public Standing OfBrowsers { get; } = new(plans.Anonymous, null, UsageLedger.Lifetime, null);

    /// <summary>A subject's plan and counts.</summary>
    public Task<UsageSnapshot> ReadAsync(
        NpgsqlConnection connection,
        UsageSubject subject,
        CancellationToken cancellationToken
    ) =>
        subject switch
        {
            { UserId: { } user } => OfUserAsync(connection, user, cancellationToken),
            { Browser: { } browser } => OfBrowserAsync(connection, browser, cancellationToken),
            _ => throw NoSubject(),
        };

    /// <summary>The plan alone, and its period; a browser's without asking the database.</summary>
    public async Task<Standing> StandingAsync(
        NpgsqlConnection connection,
        UsageSubject subject,
        CancellationToken cancellationToken
    )
    {
        if (subject.UserId is not { } user)
            return subject.Browser is null ? throw NoSubject() : OfBrowsers;
        await using var command = connection.Command(UserStatement, user);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await StandingAsync(reader, user, time.GetUtcNow(), cancellationToken);
    }

    private static ArgumentException NoSubject() =>
        new("A subject is a user or a browser; this is neither.", "subject");

    private async Task<UsageSnapshot> OfUserAsync(
        NpgsqlConnection connection,
        Guid user,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        await using var batch = new NpgsqlBatch(connection);
        var subscriptions = new NpgsqlBatchCommand(UserStatement);
        Connections.Add(subscriptions.Parameters, user);
        batch.BatchCommands.Add(subscriptions);
        var ledgers = new NpgsqlBatchCommand(LedgerStatement);
        Connections.Add(ledgers.Parameters, user, now - Longest, now);
        batch.BatchCommands.Add(ledgers);

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var standing = await StandingAsync(reader, user, now, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var counts = new Dictionary<string, UsageCount>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.GetFieldValue<DateTimeOffset>(1) == standing.PeriodStart)
                counts[reader.GetString(0)] = new UsageCount(reader.GetInt32(2), reader.GetInt32(3));
        }
        return new UsageSnapshot(standing, counts);
    }

    private async Task<UsageSnapshot> OfBrowserAsync(
        NpgsqlConnection connection,
        string browser,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.Command(BrowserStatement, browser, time.GetUtcNow());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<string, UsageCount>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            counts[reader.GetString(0)] = new UsageCount(reader.GetInt32(1), reader.GetInt32(2));
        return new UsageSnapshot(OfBrowsers, counts);
    }

    private async Task<Standing> StandingAsync(
        NpgsqlDataReader reader,
        Guid user,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var subscriptions = new List<Subscription>();
        while (await reader.ReadAsync(cancellationToken))
            subscriptions.Add(
                new Subscription
                {
                    UserId = user,
                    Plan = reader.GetString(0),
                    Status = SubscriptionStatusNames.Parse(reader.GetString(1)),
                    Source = reader.GetString(2),
                    CurrentPeriodStart = Time(3),
                    CurrentPeriodEnd = Time(4),
                    BillingAnchor = reader.GetFieldValue<DateTimeOffset>(5),
                    CancelAtPeriodEnd = reader.GetBoolean(6),
                }
            );
        return Standing.Of(subscriptions, plans, options.Value.RenewalGrace, now);

        DateTimeOffset? Time(int column) =>
            reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
    }
}
