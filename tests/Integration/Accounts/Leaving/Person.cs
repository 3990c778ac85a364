using System.Text;
using Heretix.Tests.Integration.Servers;
using Npgsql;

namespace Heretix.Tests.Integration.Accounts.Leaving;

/// <summary>Whatever tells who somebody is, to be looked for in every column of every table.</summary>
internal sealed class Person
{
    private readonly string[] inText;
    private readonly string[] inBytes;

    public Person(Guid id, string email, IReadOnlyList<string> claims)
    {
        string[] names = [id.ToString("D"), id.ToString("N"), email, .. claims];
        inText = [.. names.Select(name => name.ToLowerInvariant())];
        inBytes =
        [
            .. names.Select(name => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(name))),
            .. names.Select(name => Convert.ToHexStringLower(Encoding.Unicode.GetBytes(name))),
            Convert.ToHexStringLower(id.ToByteArray(bigEndian: true)),
            Convert.ToHexStringLower(id.ToByteArray()),
        ];
    }

    /// <summary>The columns of the database that hold any of it, as <c>schema.table.column</c>.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(PostgresCluster postgres, string database)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        var columns = new List<(string Schema, string Table, string Column, bool Bytes)>();
        await using (
            var command = new NpgsqlCommand(
                """
                select c.table_schema, c.table_name, c.column_name, c.data_type = 'bytea'
                from information_schema.columns c
                join information_schema.tables t using (table_schema, table_name)
                where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')
                    and c.data_type in ('text', 'character varying', 'character', 'json', 'jsonb', 'uuid', 'bytea', 'ARRAY')
                """,
                connection
            )
        )
        await using (var rows = await command.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
                columns.Add((rows.GetString(0), rows.GetString(1), rows.GetString(2), rows.GetBoolean(3)));
        }
        columns.Count.ShouldBeGreaterThan(100);
        var found = new List<string>();
        foreach (var (schema, table, column, bytes) in columns)
        {
            await using var command = new NpgsqlCommand(
                $"""
                select exists (
                    select from "{schema}"."{table}" r
                    where exists (select from unnest($1) name where strpos(lower(r."{column}"::text), name) > 0))
                """,
                connection
            );
            command.Parameters.Add(new() { Value = bytes ? inBytes : inText });
            if ((bool)(await command.ExecuteScalarAsync())!)
                found.Add($"{schema}.{table}.{column}");
        }
        return found;
    }
}
