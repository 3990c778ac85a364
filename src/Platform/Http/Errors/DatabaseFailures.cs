using Npgsql;

namespace Heretix.Platform.Http.Errors;

/// <summary>Tells a database that cannot be used for a while from one that refused a statement.</summary>
internal static class DatabaseFailures
{
    /// <summary>
    /// No connection, a full pool, a lost connection, a time-out, or a server that starts, stops, is full or asks for a
    /// repetition.
    /// </summary>
    public static bool Is(Exception exception)
    {
        for (var error = exception; error is not null; error = error.InnerException)
        {
            if (error is PostgresException refused)
                return refused.IsTransient || refused.SqlState.StartsWith("57P", StringComparison.Ordinal);
            if (error is NpgsqlException)
                return true;
        }
        return false;
    }
}
