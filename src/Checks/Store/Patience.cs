using Npgsql;

namespace Heretix.Checks.Store;

/// <summary>
/// Repeats what a database that restarts has refused. Only for work that may be repeated without harm: what it stores is
/// paid for, and worth some seconds of waiting.
/// </summary>
internal static class Patience
{
    /// <summary>About half a minute in all.</summary>
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromMilliseconds(20),
        .. Enumerable.Range(0, 8).Select(doubling => TimeSpan.FromMilliseconds(100 << doubling)),
    ];

    public static async Task<T> WithDatabaseAsync<T>(TimeProvider time, Func<Task<T>> work)
    {
        for (var tried = 0; ; tried++)
        {
            try
            {
                return await work();
            }
            catch (Exception failure) when (tried < Waits.Length && MayPass(failure))
            {
                await Task.Delay(Waits[tried], time);
            }
        }
    }

    /// <summary>Whether the same work may succeed a little later.</summary>
    public static bool MayPass(Exception failure) =>
        failure switch
        {
            PostgresException said => said.IsTransient
                || said.SqlState
                    is PostgresErrorCodes.AdminShutdown
                        or PostgresErrorCodes.CrashShutdown
                        or PostgresErrorCodes.CannotConnectNow
                // Another process stored the same answer a moment ago; the next attempt sees it.
                || said.ConstraintName == CheckSampleMapping.SharedIndex,
            NpgsqlException lost => lost.IsTransient,
            InvalidOperationException { InnerException: NpgsqlException cause } => MayPass(cause),
            _ => false,
        };
}
