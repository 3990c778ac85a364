using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Heretix.Platform.Database;

/// <summary>
/// Statements over whole rows, for the paths on which a batch of one round trip must take the place of several: table,
/// columns and conversions come from the model. Every column is written, so the entity must have a property for each and
/// none that the database makes.
/// </summary>
public static class EntityStatements
{
    // By the type in its model, so that servers of different modules in one process do not share them.
    private static readonly ConditionalWeakTable<IEntityType, Shape> Shapes = [];

    // Type mappings make their parameters through a command; it is never executed.
    private static readonly NpgsqlCommand Factory = new();

    /// <summary>Inserts a row.</summary>
    /// <param name="db">Any context of the model; nothing is tracked.</param>
    /// <param name="row">An entity of the model.</param>
    /// <exception cref="ArgumentException">The model has no such entity.</exception>
    public static NpgsqlBatchCommand Insert(HeretixDb db, object row)
    {
        var shape = ShapeOf(db, row);
        return Shape.Command(shape.Insert, shape.Columns, row);
    }

    /// <summary>Sets all columns of the row with the key of <paramref name="row"/>, if it still is as expected.</summary>
    /// <param name="db">Any context of the model; nothing is tracked.</param>
    /// <param name="row">An entity of the model with the new values.</param>
    /// <param name="expected">
    /// What must hold of the stored row, by column; values as PostgreSQL's types. No row is changed otherwise.
    /// </param>
    /// <exception cref="ArgumentException">The model has no such entity.</exception>
    public static NpgsqlBatchCommand Update(
        HeretixDb db,
        object row,
        params ReadOnlySpan<(string Column, object? Value)> expected
    )
    {
        var shape = ShapeOf(db, row);
        var sql = shape.Update;
        var command = Shape.Command(sql, shape.Columns, row);
        foreach (var (column, value) in expected)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
            sql += $" AND \"{column}\" IS NOT DISTINCT FROM ${command.Parameters.Count}";
        }
        command.CommandText = sql;
        return command;
    }

    private static Shape ShapeOf(HeretixDb db, object row)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(row);
        var type =
            db.Model.FindEntityType(row.GetType())
            ?? throw new ArgumentException($"The model has no entity {row.GetType()}.", nameof(row));
        return Shapes.GetValue(type, static type => new Shape(type));
    }

    private sealed record Column(string Name, PropertyInfo Property, RelationalTypeMapping Mapping, bool Key)
    {
        public string Quoted => $"\"{Name}\"";
    }

    private sealed class Shape
    {
        public Shape(IEntityType type)
        {
            var table = $"\"{type.GetSchema()}\".\"{type.GetTableName()}\"";
            Columns =
            [
                .. type.GetProperties()
                    .Select(property => new Column(
                        property.GetColumnName(),
                        property.PropertyInfo
                            ?? throw new ArgumentException($"{property} has no property to be read by."),
                        property.GetRelationalTypeMapping(),
                        property.IsPrimaryKey()
                    )),
            ];
            var places = Columns.Select((_, index) => $"${index + 1}");
            Insert =
                $"INSERT INTO {table} ({string.Join(", ", Columns.Select(c => c.Quoted))}) VALUES ({string.Join(", ", places)})";
            var sets = Columns.Select((column, index) => (column, set: $"{column.Quoted} = ${index + 1}")).ToList();
            Update =
                $"UPDATE {table} SET {string.Join(", ", sets.Where(s => !s.column.Key).Select(s => s.set))}"
                + $" WHERE {string.Join(" AND ", sets.Where(s => s.column.Key).Select(s => s.set))}";
        }

        public IReadOnlyList<Column> Columns { get; }
        public string Insert { get; }
        public string Update { get; }

        public static NpgsqlBatchCommand Command(string sql, IReadOnlyList<Column> columns, object row)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var column in columns)
            {
                // Without a name parameters are $1, $2 ... in their order.
                var parameter = column.Mapping.CreateParameter(Factory, "", column.Property.GetValue(row));
                command.Parameters.Add((NpgsqlParameter)parameter);
            }
            return command;
        }
    }
}
