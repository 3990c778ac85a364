using Microsoft.Data.Sqlite;

namespace Heretix.Research.Store;

/// <summary>Changes to tables that may or may not have been made before.</summary>
internal static class Columns
{
    /// <summary>Adds the columns that a table does not have yet.</summary>
    public static void Add(
        SqliteConnection connection,
        SqliteTransaction transaction,
        string table,
        params ReadOnlySpan<string> declarations
    )
    {
        var existing = Of(connection, transaction, table);
        foreach (var declaration in declarations)
        {
            var name = declaration[..declaration.IndexOf(' ', StringComparison.Ordinal)];
            if (!existing.ContainsKey(name))
                Sql.Execute(connection, transaction, $"ALTER TABLE {table} ADD COLUMN {declaration}");
        }
    }

    /// <summary>
    /// Rebuilds a table whose seed columns are declared as integers: such a column would turn a seed above 2^63 into
    /// a rounded real. Columns beyond the new declaration are kept.
    /// </summary>
    public static void RebuildWithTextSeeds(
        SqliteConnection connection,
        SqliteTransaction transaction,
        string table,
        string declaration
    )
    {
        var old = Of(connection, transaction, table);
        if (!old.TryGetValue("bootstrap_seed", out var type) || type.Equals("TEXT", StringComparison.OrdinalIgnoreCase))
            return;
        Sql.Execute(connection, transaction, $"ALTER TABLE {table} RENAME TO {table}_before");
        Sql.Execute(connection, transaction, $"CREATE TABLE {table} ({declaration})");
        var fresh = Of(connection, transaction, table);
        foreach (var (name, kind) in old)
        {
            if (!fresh.ContainsKey(name))
                Sql.Execute(connection, transaction, $"ALTER TABLE {table} ADD COLUMN \"{name}\" {kind}");
        }
        var target = string.Join(", ", old.Keys.Select(name => $"\"{name}\""));
        var source = string.Join(
            ", ",
            old.Keys.Select(name => name is "seed" or "bootstrap_seed" ? $"CAST({name} AS TEXT)" : $"\"{name}\"")
        );
        Sql.Execute(
            connection,
            transaction,
            $"INSERT INTO {table} ({target}) SELECT {source} FROM {table}_before; DROP TABLE {table}_before"
        );
    }

    private static Dictionary<string, string> Of(
        SqliteConnection connection,
        SqliteTransaction transaction,
        string table
    )
    {
        var columns = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        using var command = Sql.Command(
            connection,
            transaction,
            "SELECT name, type FROM pragma_table_info($table)",
            ("$table", table)
        );
        using var reader = command.ExecuteReader();
        while (reader.Read())
            columns[reader.GetString(0)] = reader.GetString(1);
        return columns;
    }
}
