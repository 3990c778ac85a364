using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Heretix.Tests.Integration.Servers;
using Npgsql;

namespace Heretix.Tests.Integration.Accounts.Walk;

/// <summary>Every row of every table that names a user, as text.</summary>
internal sealed partial class Belongings(PostgresCluster postgres, string database, Guid user)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The rows, sorted; the same text means that nothing was changed.</summary>
    public async Task<string> ReadAsync()
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync(Stop);
        var tables = new List<string>();
        await using (
            var command = new NpgsqlCommand(
                """
                select format('select %L || r::text from %I.%I r where r.%I = $1',
                    c.table_schema || '.' || c.table_name || ' ', c.table_schema, c.table_name, c.column_name)
                from information_schema.columns c
                join information_schema.tables t using (table_schema, table_name)
                where t.table_type = 'BASE TABLE' and c.data_type = 'uuid'
                    and (c.column_name = 'user_id' or c.table_schema || '.' || c.table_name || '.' || c.column_name = 'accounts.users.id')
                """,
                connection
            )
        )
        await using (var rows = await command.ExecuteReaderAsync(Stop))
        {
            while (await rows.ReadAsync(Stop))
                tables.Add(rows.GetString(0));
        }
        tables.Count.ShouldBeGreaterThan(5);
        var all = new StringBuilder();
        await using var reading = new NpgsqlCommand(string.Join(" union all ", tables) + " order by 1", connection);
        reading.Parameters.Add(new() { Value = user });
        await using var found = await reading.ExecuteReaderAsync(Stop);
        while (await found.ReadAsync(Stop))
            all.AppendLine(found.GetString(0));
        return all.ToString();
    }

    /// <summary>What tells that an answer speaks of this user: ids of what is theirs, and whatever is named.</summary>
    public async Task<IReadOnlyList<string>> MarksAsync(params IReadOnlyList<string> further) =>
        [
            .. Id()
                .Matches(await ReadAsync())
                .Select(match => match.Value)
                .Append(user.ToString("D"))
                .Concat(further)
                .Distinct(),
        ];

    /// <summary>The id of one thing of theirs.</summary>
    /// <param name="table">Its table, which has <c>id</c> and <c>user_id</c>.</param>
    public Task<Guid> IdAsync(string table) =>
        postgres.ScalarAsync<Guid>(
            database,
            string.Create(CultureInfo.InvariantCulture, $"select id from {table} where user_id = '{user}' limit 1")
        );

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Id();
}
