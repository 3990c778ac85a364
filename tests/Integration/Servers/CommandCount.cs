using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Heretix.Tests.Integration.Servers;

/// <summary>Counts what requests ask of the database.</summary>
internal sealed class CommandCount : DbCommandInterceptor
{
    private int asked;

    public int Asked => asked;

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default
    )
    {
        Interlocked.Increment(ref asked);
        return ValueTask.FromResult(result);
    }
}
