namespace Heretix.Platform.PrivatePostgres;

/// <summary>How the private PostgreSQL is set: safe to kill, small, and reachable by nobody but us.</summary>
internal static class ClusterSettings
{
    /// <summary>Name of the database and of its owner.</summary>
    public const string Name = "heretix";

    /// <summary>
    /// Connections that the cluster accepts: three processes of role <c>all</c> at the defaults, with room for operators.
    /// </summary>
    public const int MaxConnections = 60;

    private static readonly string[] Values =
    [
        "listen_addresses=",
        "unix_socket_permissions=0700",
        $"max_connections={MaxConnections}",
        "shared_buffers=64MB",
        "min_wal_size=32MB",
        "max_wal_size=256MB",
        // Nobody replicates from it, so that it need not write what only replicas read.
        "wal_level=minimal",
        "max_wal_senders=0",
        // Compiling queries pays off only for long ones, and costs memory in every process.
        "jit=off",
        "timezone=UTC",
        "log_timezone=UTC",
        "log_line_prefix=%m [%p] ",
        "logging_collector=off",
    ];

    /// <summary>The postmaster's arguments.</summary>
    public static IEnumerable<string> Arguments(ClusterFolder folder) =>
        ["-D", folder.Data, "-k", folder.Socket, "-p", "5432", .. Values.SelectMany(value => new[] { "-c", value })];

    /// <summary>Who may connect: over the socket only. Lines for TCP are absent, which refuses it.</summary>
    public static string HostBasedAuthentication(ClusterFolder folder) =>
        $"""
            # Written by Heretix at every start.
            local all all {(folder.IsAbstract ? "scram-sha-256" : "trust")}

            """;
}
