using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Platform.Http.Paging;

/// <summary>The query of a list; an endpoint takes it with <c>[AsParameters]</c>.</summary>
/// <param name="Limit">Rows in a page.</param>
/// <param name="Cursor">Where the page before ended.</param>
public readonly record struct PageQuery(
    [property: FromQuery(Name = "limit")]
    [property: Description("How many items a page holds, 1 to 100.")]
    [property: Range(1, 100)]
    [property: DefaultValue(20)]
        int? Limit,
    [property: FromQuery(Name = "cursor")]
    [property: Description("next_cursor of the page before; leave it out for the first.")]
        string? Cursor
)
{
    /// <summary>Rows in a page when the caller does not say.</summary>
    public const int DefaultLimit = 20;

    /// <summary>Most rows in a page.</summary>
    public const int LargestLimit = 100;

    /// <summary>Reads the query: 422 for a limit out of range, 400 <c>invalid_cursor</c> for a cursor that this list did not give out.</summary>
    /// <param name="list">Name of the list, the same for every page.</param>
    /// <param name="page">What to read.</param>
    /// <returns>The problem to answer with; null when there is none.</returns>
    public ProblemHttpResult? Read(string list, out PageStart page)
    {
        page = new PageStart(list, Limit ?? DefaultLimit, null);
        if (Limit is < 1 or > LargestLimit)
            return Problem.Invalid("limit", $"must be from 1 to {LargestLimit}");
        if (Cursor is null)
            return null;
        if (!Paging.Cursor.TryRead(Cursor, list, out var after))
        {
            return Problem.Of(
                400,
                "invalid_cursor",
                "The cursor is not one that this list gave out. Take next_cursor as it is, or leave it out to begin anew."
            );
        }
        page = page with { After = after };
        return null;
    }
}

/// <summary>A page that is to be read.</summary>
/// <param name="List">Name of the list.</param>
/// <param name="Limit">Most rows.</param>
/// <param name="After">Where the page before ended; null for the first.</param>
public readonly record struct PageStart(string List, int Limit, Cursor? After)
{
    /// <summary>
    /// Reads the page with one query over an index on (created_at, id), newest first, by the row comparison
    /// <c>(created_at, id) &lt; (@time, @id)</c>: no offset, so rows that arrive meanwhile neither repeat nor hide any.
    /// </summary>
    /// <param name="rows">The rows that the caller may see, in no order.</param>
    /// <param name="at">Where a row stands, for example <c>c =&gt; new Cursor(c.CreatedAt, c.Id)</c>.</param>
    /// <param name="item">A row as it is answered.</param>
    public async Task<Page<TItem>> ReadAsync<TRow, TItem>(
        IQueryable<TRow> rows,
        Expression<Func<TRow, Cursor>> at,
        Func<TRow, TItem> item,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(item);
        var read = await Keyset.Select(rows, at, After).Take(Limit + 1).ToListAsync(cancellationToken);
        var where = at.Compile();
        var more = read.Count > Limit;
        if (more)
            read.RemoveAt(Limit);
        return new Page<TItem>([.. read.Select(item)], more ? where(read[^1]).Write(List) : null);
    }
}
