using System.Data;
using System.Globalization;
using System.Security.Cryptography;
using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Heretix.Platform.Encryption;

/// <summary>
/// Encrypts the stale values of one column again, in batches along the primary key. A row changes only if it still holds
/// what was read, and each on its own, so that nobody waits for more than one row.
/// </summary>
internal sealed class ColumnReencryption(EncryptedColumn column, FieldCipher cipher) : IReencryption
{
    private const int BatchSize = 200;

    public string Name => column.Purpose;

    public async Task<RotationResult> RunAsync(HeretixDb db, Action<string> say, CancellationToken cancellationToken)
    {
        var names = Names.Of(db.Model, column);
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            var connection = (NpgsqlConnection)db.Database.GetDbConnection();
            var result = new RotationResult(0, 0);
            object[]? last = null;
            while (true)
            {
                var rows = await StaleAsync(connection, names, last, cancellationToken);
                if (rows.Count == 0)
                    return result;
                var (reencrypted, unreadable) = await ReencryptAsync(connection, names, rows, cancellationToken);
                result = new RotationResult(result.Reencrypted + reencrypted, result.Unreadable + unreadable);
                if (rows.Count == BatchSize)
                    say($"{Name}: {result.Reencrypted.ToString(CultureInfo.InvariantCulture)} so far");
                last = rows[^1].Key;
            }
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private async Task<List<(object[] Key, byte[] Value)>> StaleAsync(
        NpgsqlConnection connection,
        Names names,
        object[]? after,
        CancellationToken cancellationToken
    )
    {
        var beyond = after is null ? "" : $" and ({names.Keys}) > ({Placeholders(names, first: 3)})";
        await using var select = new NpgsqlCommand(
            $"""
            select {names.Keys}, {names.Column} from {names.Table}
            where {names.Column} is not null and substring({names.Column} from 1 for $1) <> $2{beyond}
            order by {names.Keys} limit {BatchSize}
            """,
            connection
        );
        select.Parameters.Add(new() { Value = cipher.Prefix.Length });
        select.Parameters.Add(new() { Value = cipher.Prefix });
        foreach (var part in after ?? [])
            select.Parameters.Add(new() { Value = part });
        var rows = new List<(object[], byte[])>(BatchSize);
        await using var reader = await select.ExecuteReaderAsync(CommandBehavior.Default, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var key = new object[names.KeyCount];
            for (var part = 0; part < key.Length; part++)
                key[part] = reader.GetValue(part);
            rows.Add((key, reader.GetFieldValue<byte[]>(names.KeyCount)));
        }
        return rows;
    }

    private async Task<(long Reencrypted, long Unreadable)> ReencryptAsync(
        NpgsqlConnection connection,
        Names names,
        List<(object[] Key, byte[] Value)> rows,
        CancellationToken cancellationToken
    )
    {
        var unreadable = 0;
        // With barriers every command is a transaction of its own.
        await using var batch = new NpgsqlBatch(connection) { EnableErrorBarriers = true };
        foreach (var (key, value) in rows)
        {
            byte[] fresh;
            try
            {
                fresh = cipher.Encrypt(cipher.Decrypt(value, column.Purpose), column.Purpose);
            }
            catch (CryptographicException)
            {
                unreadable++;
                continue;
            }
            var update = new NpgsqlBatchCommand(
                $"update {names.Table} set {names.Column} = $1 where {names.Column} = $2 and ({names.Keys}) = ({Placeholders(names, first: 3)})"
            );
            update.Parameters.Add(new() { Value = fresh });
            update.Parameters.Add(new() { Value = value });
            foreach (var part in key)
                update.Parameters.Add(new() { Value = part });
            batch.BatchCommands.Add(update);
        }
        if (batch.BatchCommands.Count == 0)
            return (0, unreadable);
        return (await batch.ExecuteNonQueryAsync(cancellationToken), unreadable);
    }

    private static string Placeholders(Names names, int first) =>
        string.Join(", ", Enumerable.Range(first, names.KeyCount).Select(number => $"${number}"));

    /// <summary>What the database calls the column's table, its primary key and itself; quoted.</summary>
    private sealed record Names(string Table, string Keys, int KeyCount, string Column)
    {
        public static Names Of(IModel model, EncryptedColumn column)
        {
            var entity =
                model.FindEntityType(column.Entity)
                ?? throw new InvalidOperationException(
                    $"{column.Entity.Name}.{column.Property} is named as an encrypted column but is not part of the model"
                );
            var table = StoreObjectIdentifier.Table(entity.GetTableName()!, entity.GetSchema());
            var keys = entity.FindPrimaryKey()!.Properties.Select(key => Quote(key.GetColumnName(table)!)).ToList();
            return new Names(
                $"{Quote(table.Schema!)}.{Quote(table.Name)}",
                string.Join(", ", keys),
                keys.Count,
                Quote(entity.FindProperty(column.Property)!.GetColumnName(table)!)
            );
        }

        private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"")}\"";
    }
}
