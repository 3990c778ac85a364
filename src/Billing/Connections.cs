using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Heretix.Billing;

/// <summary>Plain commands on the connection of a context: what is counted is counted by single statements of SQL.</summary>
internal static class Connections
{
    /// <summary>Opens the context's connection; it goes back to the pool with the context.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(this HeretixDb db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        return (NpgsqlConnection)db.Database.GetDbConnection();
    }

    /// <summary>A command in the context's open transaction.</summary>
    /// <exception cref="InvalidOperationException">No transaction is open.</exception>
    public static NpgsqlCommand InTransaction(this HeretixDb db, string sql, params ReadOnlySpan<object?> values)
    {
        var transaction = Transaction(db);
        var command = ((NpgsqlConnection)db.Database.GetDbConnection()).Command(sql, values);
        command.Transaction = (NpgsqlTransaction)transaction.GetDbTransaction();
        return command;
    }

    /// <summary>An empty batch in the context's open transaction; see <see cref="Add(NpgsqlBatch, string, ReadOnlySpan{object?})"/>.</summary>
    /// <exception cref="InvalidOperationException">No transaction is open.</exception>
    public static NpgsqlBatch BatchInTransaction(this HeretixDb db)
    {
        var transaction = (NpgsqlTransaction)Transaction(db).GetDbTransaction();
        return new NpgsqlBatch(transaction.Connection, transaction);
    }

    /// <summary>Adds a statement with its parameters <c>$1</c>, <c>$2</c> ... in order; gives the batch.</summary>
    public static NpgsqlBatch Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<object?> values)
    {
        var statement = new NpgsqlBatchCommand(sql);
        Add(statement.Parameters, values);
        batch.BatchCommands.Add(statement);
        return batch;
    }

    /// <summary>A command with its parameters <c>$1</c>, <c>$2</c> ... in order.</summary>
    public static NpgsqlCommand Command(
        this NpgsqlConnection connection,
        string sql,
        params ReadOnlySpan<object?> values
    )
    {
        var command = new NpgsqlCommand(sql, connection);
        Add(command.Parameters, values);
        return command;
    }

    /// <summary>Adds values as the parameters <c>$1</c>, <c>$2</c> ...</summary>
    public static void Add(NpgsqlParameterCollection parameters, params ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
            parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
    }

    private static IDbContextTransaction Transaction(HeretixDb db) =>
        db.Database.CurrentTransaction
        ?? throw new InvalidOperationException(
            "A transaction must be open: what is counted commits together with what it was used for."
        );
}
