using Heretix.Tests.Integration.Servers;
using Npgsql;
using NpgsqlTypes;

namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>
/// What people and providers were told, beside the tables of the server, so that SQL compares both: schema <c>told</c>.
/// </summary>
internal sealed class Told(PostgresCluster postgres, string database)
{
    /// <summary>The tables, empty.</summary>
    public const string Tables = """
        create schema told;
        create table told.addresses (email text primary key);
        create table told.people (email text primary key, user_id uuid not null);
        create table told.transfers (id uuid primary key, type text not null, user_id uuid not null, coins bigint not null);
        create table told.checks (id uuid primary key, user_id uuid not null);
        create table told.events (source text, event_id text, attempts int not null, acknowledged int not null,
            primary key (source, event_id));
        create table told.subscriptions (source text, id text, user_id uuid not null, plan text not null,
            status text not null, ends_with_period boolean not null, primary key (source, id));
        create table told.orders (id uuid primary key, user_id uuid not null, provider text not null,
            provider_order_id text not null, coins bigint not null);
        create table told.payments (provider text, provider_order_id text, amount bigint not null, paid boolean not null,
            primary key (provider, provider_order_id));
        create table told.reversals (provider text, id text, provider_order_id text not null, amount bigint not null,
            away boolean not null, wish text not null, primary key (provider, id));
        """;

    /// <summary>Writes everything down.</summary>
    public async Task WriteAsync(StormScene scene, Postman postman, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using (var tables = new NpgsqlCommand(Tables, connection))
            await tables.ExecuteNonQueryAsync(cancellationToken);
        await CopyAsync("addresses", scene.People.Asked.Keys.Select(email => new object[] { email }));
        await CopyAsync("people", scene.People.Known.Select(known => new object[] { known.Key, known.Value }));
        await CopyAsync(
            "transfers",
            scene.Ledger.Told.Values.Select(told => new object[] { told.Id, told.Type, told.User, told.Coins })
        );
        await CopyAsync("checks", scene.Checks.Select(check => new object[] { check.Key, check.Value }));
        await CopyAsync(
            "events",
            postman.Deliveries.Select(sent =>
                new object[] { sent.Key.Source, sent.Key.Id, sent.Value.Attempts, sent.Value.Acknowledged }
            )
        );
        await CopyAsync(
            "orders",
            scene.Orders.Told.Select(order =>
                new object[] { order.Id, order.User, order.Provider, order.ProviderOrder, order.Coins }
            )
        );
        await CopyAsync(
            "payments",
            scene
                .Coins.Payments()
                .Select(payment => new object[] { payment.Provider, payment.Order, payment.Amount, payment.Paid })
        );
        await CopyAsync(
            "reversals",
            scene
                .Coins.Reversals()
                .Select(back => new object[] { back.Provider, back.Id, back.Order, back.Amount, back.Away, back.Wish })
        );
        await CopyAsync(
            "subscriptions",
            scene
                .Stripe.States()
                .Concat(scene.Store.States())
                .Select(state =>
                    new object[]
                    {
                        state.Source,
                        state.Subscription,
                        state.User,
                        state.Plan,
                        state.Status,
                        state.EndsWithPeriod,
                    }
                )
        );

        async Task CopyAsync(string table, IEnumerable<object[]> rows)
        {
            await using var copy = await connection.BeginBinaryImportAsync(
                $"copy told.{table} from stdin (format binary)",
                cancellationToken
            );
            foreach (var row in rows)
            {
                await copy.StartRowAsync(cancellationToken);
                foreach (var value in row)
                    await copy.WriteAsync(value, TypeOf(value), cancellationToken);
            }
            await copy.CompleteAsync(cancellationToken);
        }
    }

    private static NpgsqlDbType TypeOf(object value) =>
        value switch
        {
            Guid => NpgsqlDbType.Uuid,
            long => NpgsqlDbType.Bigint,
            int => NpgsqlDbType.Integer,
            bool => NpgsqlDbType.Boolean,
            _ => NpgsqlDbType.Text,
        };
}
