using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Heretix.Billing.Providers.Stripe;

/// <summary>
/// Which customer of Stripe a user is. One is made for each user, also by parallel requests to several processes: they ask
/// with the same key, so Stripe makes one, and the row that is stored first is the one that all of them go by.
/// </summary>
internal sealed class StripeCustomers(IDbContextFactory<HeretixDb> contexts, StripeClient stripe, TimeProvider time)
{
    private const string Insert = """
        insert into billing.provider_customers (user_id, source, external_id, created_at)
        values ($1, 'stripe', $2, $3) on conflict do nothing
        """;

    /// <summary>The customer of a user; null when there is none.</summary>
    public async Task<string?> FindAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await CustomerOfAsync(await db.OpenAsync(cancellationToken), userId, cancellationToken);
    }

    /// <summary>The customer of a user, made when there is none; or why it could not be made.</summary>
    public async Task<(string? Customer, ProviderAnswer? Failure)> RequireAsync(
        Buyer buyer,
        CancellationToken cancellationToken
    )
    {
        if (await FindAsync(buyer.UserId, cancellationToken) is { } known)
            return (known, null);
        var answer = await stripe.CreateCustomerAsync(buyer, another: false, cancellationToken);
        if (answer is not ProviderAnswer.Ok { Body: var body } || JsonMembers.Text(body, "id") is not { } made)
            return (null, answer is ProviderAnswer.Ok ? new ProviderAnswer.Unavailable(TimeSpan.Zero) : answer);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var connection = await db.OpenAsync(cancellationToken);
        await using (var insert = connection.Command(Insert, buyer.UserId, made, time.GetUtcNow()))
            await insert.ExecuteNonQueryAsync(cancellationToken);
        return (await CustomerOfAsync(connection, buyer.UserId, cancellationToken) ?? made, null);
    }

    /// <summary>
    /// Another customer in the place of one that somebody deleted at Stripe, for whoever has the user's claim; null when it could
    /// not be made.
    /// </summary>
    public async Task<string?> ReplaceAsync(Buyer buyer, string gone, CancellationToken cancellationToken)
    {
        var answer = await stripe.CreateCustomerAsync(buyer, another: true, cancellationToken);
        if (answer is not ProviderAnswer.Ok { Body: var body } || JsonMembers.Text(body, "id") is not { } made)
            return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var replace = (await db.OpenAsync(cancellationToken)).Command(
            """
            update billing.provider_customers set external_id = $3
            where user_id = $1 and source = 'stripe' and external_id = $2
            """,
            buyer.UserId,
            gone,
            made
        );
        return await replace.ExecuteNonQueryAsync(cancellationToken) == 1 ? made : null;
    }

    /// <summary>
    /// Whose a customer is, with the user's row locked against erasure until the open transaction ends. A customer that is
    /// not known belongs to the user whom our checkout named, if that one has no other.
    /// </summary>
    public async Task<CustomerOwner> OwnerAsync(
        HeretixDb db,
        string customer,
        Guid? named,
        CancellationToken cancellationToken
    )
    {
        await using (
            var known = db.InTransaction(
                """
                select u.id, u.status = 'leaving' from billing.provider_customers c join accounts.users u on u.id = c.user_id
                where c.source = 'stripe' and c.external_id = $1 for key share of u
                """,
                customer
            )
        )
        await using (var row = await known.ExecuteReaderAsync(cancellationToken))
        {
            if (await row.ReadAsync(cancellationToken))
                return new CustomerOwner.Known(row.GetGuid(0), row.GetBoolean(1));
        }
        if (named is not { } user)
            return new CustomerOwner.Nobody();
        bool leaves;
        await using (
            var there = db.InTransaction(
                "select status = 'leaving' from accounts.users where id = $1 for key share",
                user
            )
        )
        {
            if (await there.ExecuteScalarAsync(cancellationToken) is not bool leaving)
                return new CustomerOwner.Gone();
            leaves = leaving;
        }
        await using (var insert = db.InTransaction(Insert, user, customer, time.GetUtcNow()))
            await insert.ExecuteNonQueryAsync(cancellationToken);
        await using var read = db.InTransaction(
            "select external_id from billing.provider_customers where user_id = $1 and source = 'stripe'",
            user
        );
        return (string?)await read.ExecuteScalarAsync(cancellationToken) == customer
            ? new CustomerOwner.Known(user, leaves)
            : new CustomerOwner.Another(user);
    }

    /// <summary>
    /// Claims the user's checkout for a while, over all processes and without holding a connection. Gives until when, or null
    /// when another request has it.
    /// </summary>
    public async Task<DateTimeOffset?> ClaimAsync(Guid userId, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var claim = (await db.OpenAsync(cancellationToken)).Command(
            """
            update billing.provider_customers set busy_until = $3
            where user_id = $1 and source = 'stripe' and (busy_until is null or busy_until <= $2)
            """,
            userId,
            now,
            now + lease
        );
        return await claim.ExecuteNonQueryAsync(cancellationToken) == 1 ? now + lease : null;
    }

    /// <summary>Ends a claim, unless it ran out and another holds it.</summary>
    public async Task ReleaseAsync(Guid userId, DateTimeOffset claim)
    {
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        await using var release = (await db.OpenAsync(CancellationToken.None)).Command(
            """
            update billing.provider_customers set busy_until = null
            where user_id = $1 and source = 'stripe' and busy_until = $2
            """,
            userId,
            claim
        );
        await release.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static async Task<string?> CustomerOfAsync(
        NpgsqlConnection connection,
        Guid userId,
        CancellationToken cancellationToken
    )
    {
        await using var read = connection.Command(
            "select external_id from billing.provider_customers where user_id = $1 and source = 'stripe'",
            userId
        );
        return (string?)await read.ExecuteScalarAsync(cancellationToken);
    }
}

/// <summary>Whose customer it is.</summary>
internal abstract record CustomerOwner
{
    private CustomerOwner() { }

    /// <summary>This user's.</summary>
    /// <param name="UserId">The user.</param>
    /// <param name="Leaves">Their account is closed and waits to be erased.</param>
    public sealed record Known(Guid UserId, bool Leaves) : CustomerOwner;

    /// <summary>Nobody is named.</summary>
    public sealed record Nobody : CustomerOwner;

    /// <summary>Somebody is named who is not here (any more).</summary>
    public sealed record Gone : CustomerOwner;

    /// <summary>The user who is named has another customer.</summary>
    public sealed record Another(Guid UserId) : CustomerOwner;
}
