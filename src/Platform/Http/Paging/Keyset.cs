using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Platform.Http.Paging;

/// <summary>Writes the condition and the order of a page, given where a row stands.</summary>
internal static class Keyset
{
    public static IQueryable<TRow> Select<TRow>(IQueryable<TRow> rows, Expression<Func<TRow, Cursor>> at, Cursor? after)
    {
        var row = at.Parameters[0];
        if (at.Body is not NewExpression { Arguments: [var time, var id] })
            throw new ArgumentException(
                "Write the place of a row as row => new Cursor(row.CreatedAt, row.Id).",
                nameof(at)
            );
        if (after is { } cursor)
        {
            // EF.Functions.LessThan over tuples becomes (a, b) < (c, d), which an index on both columns answers.
            var end = new StrongBox<(DateTimeOffset Time, Guid Id)>((cursor.CreatedAt, cursor.Id));
            Expression<Func<DateTimeOffset, Guid, bool>> older = (t, i) =>
                EF.Functions.LessThan(ValueTuple.Create(t, i), ValueTuple.Create(end.Value.Time, end.Value.Id));
            var condition = new Replace(older.Parameters[0], time, older.Parameters[1], id).Visit(older.Body)!;
            rows = rows.Where(Expression.Lambda<Func<TRow, bool>>(condition, row));
        }
        return rows.OrderByDescending(Expression.Lambda<Func<TRow, DateTimeOffset>>(time, row))
            .ThenByDescending(Expression.Lambda<Func<TRow, Guid>>(id, row));
    }

    private sealed class Replace(Expression first, Expression firstBy, Expression second, Expression secondBy)
        : ExpressionVisitor
    {
        public override Expression? Visit(Expression? node) =>
            node == first ? firstBy
            : node == second ? secondBy
            : base.Visit(node);
    }
}
