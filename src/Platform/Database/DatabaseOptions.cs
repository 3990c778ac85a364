using System.ComponentModel.DataAnnotations;

namespace Heretix.Platform.Database;

/// <summary>How the server uses its database: <c>Heretix:Platform:...</c>.</summary>
public sealed class DatabaseOptions
{
    /// <summary>Where the options stand in the configuration.</summary>
    public const string Section = "Heretix:Platform";

    /// <summary>Connections that the requests of one process share. Default 2.</summary>
    [Range(1, 100)]
    public int RequestConnections { get; set; } = 2;

    /// <summary>How long a request waits for one of them, or for a new one to be made. Default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan ConnectionWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long opening a connection goes on trying while PostgreSQL is away, as it is during a restart. Nothing has been
    /// asked of the database by then, so trying again has no effect twice. Zero does not try again. Default 5 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan RestartWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A pooled connection that nobody used for this long is asked whether it is still there before a request gets it.
    /// Default 100 milliseconds, which is shorter than any restart and never reached under load.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan CheckAfterIdle { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Whether statements that come again are prepared, which saves PostgreSQL from planning them anew. Default: yes, but
    /// not through a pooler that gives each transaction another session, as Neon's and those on ports 6432 and 6543 do.
    /// Set it to false behind such a pooler on another port.
    /// </summary>
    public bool? PrepareStatements { get; set; }

    /// <summary>A query that takes longer is logged by its name, without its parameters. Default 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan SlowQuery { get; set; } = TimeSpan.FromSeconds(1);
}
