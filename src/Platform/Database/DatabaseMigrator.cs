using Heretix.Platform.Modules;
using Heretix.Platform.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace Heretix.Platform.Database;

/// <summary>Brings the tables of a database to what this program needs, one process at a time.</summary>
public sealed class DatabaseMigrator : IAsyncDisposable
{
    // "heretix" in ASCII: who holds this advisory lock migrates.
    private const long Lock = 0x68657265746978;

    private readonly NpgsqlDataSource source;
    private readonly HeretixDb db;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="databaseUrl">Address or connection string, see <see cref="DatabaseAddress"/>.</param>
    /// <param name="modules">The modules whose parts make up the model.</param>
    public DatabaseMigrator(string databaseUrl, IReadOnlyList<IModule> modules)
    {
        var direct = DatabaseAddress.WithoutPooler(DatabaseAddress.ToConnectionString(databaseUrl));
        direct.ApplicationName = (direct.ApplicationName ?? "heretix") + " migrate";
        direct.Pooling = false;
        // Building an index takes as long as it takes.
        direct.CommandTimeout = 0;
        source = NpgsqlDataSource.Create(direct);
        db = new HeretixDb(
            DatabaseServices.Configure(new DbContextOptionsBuilder<HeretixDb>(), source).Options,
            new ModelParts(modules)
        );
    }

    /// <summary>What the database has and what it lacks.</summary>
    public async Task<MigrationStatus> StatusAsync(CancellationToken cancellationToken)
    {
        // EF takes a database that does not exist for one without migrations.
        await using (await source.OpenConnectionAsync(cancellationToken)) { }
        var known = db.Database.GetMigrations().ToList();
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        return new MigrationStatus(applied, [.. known.Except(applied)], [.. applied.Except(known)]);
    }

    /// <summary>Applies what is missing; several processes may do this at once.</summary>
    /// <param name="say">Hears of each step in a sentence.</param>
    /// <returns>How many migrations this call applied.</returns>
    /// <exception cref="DatabaseSchemaException">The database is newer than this program.</exception>
    public async Task<int> MigrateAsync(Action<string> say, CancellationToken cancellationToken)
    {
        if ((await StatusAsync(cancellationToken)).IsCurrent())
            return 0;
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await TakeLockAsync(say, cancellationToken);
            // The table is made here, because EF looks for it by running into an error that the server's log shows.
            await db.Database.ExecuteSqlRawAsync("create schema if not exists jobs", cancellationToken);
            await db.Database.ExecuteSqlRawAsync(
                db.GetService<IHistoryRepository>().GetCreateIfNotExistsScript(),
                cancellationToken
            );
            var status = await StatusAsync(cancellationToken);
            _ = status.IsCurrent();
            foreach (var pending in status.Pending)
            {
                say($"migrating the database: {pending}");
                await db.GetService<IMigrator>().MigrateAsync(pending, cancellationToken);
            }
            return status.Pending.Count;
        }
        finally
        {
            // Closing the session gives the lock back.
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>Sees to it that the server finds the tables it needs: migrates a local database, refuses another.</summary>
    /// <exception cref="DatabaseSchemaException">The database is newer than this program, or not migrated yet.</exception>
    public async Task EnsureCurrentAsync(
        ServerSettings settings,
        Action<string> say,
        CancellationToken cancellationToken
    )
    {
        var status = await StatusAsync(cancellationToken);
        if (status.IsCurrent())
            return;
        if (settings.IsProduction)
            throw new DatabaseSchemaException(
                $"the database lacks {status.Pending.Count} migrations ({string.Join(", ", status.Pending)}): run `heretix migrate` first"
            );
        await MigrateAsync(say, cancellationToken);
    }

    /// <summary>Whether the model has something that no migration makes yet; connects to nothing.</summary>
    public bool ModelIsAhead() => db.Database.HasPendingModelChanges();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await db.DisposeAsync();
        await source.DisposeAsync();
    }

    private async Task TakeLockAsync(Action<string> say, CancellationToken cancellationToken)
    {
        var waited = false;
        while (
            !await db
                .Database.SqlQuery<bool>($"select pg_try_advisory_lock({Lock}) as \"Value\"")
                .SingleAsync(cancellationToken)
        )
        {
            if (!waited)
                say("another process migrates the database: waiting for it");
            waited = true;
            await Task.Delay(100, cancellationToken);
        }
    }
}

/// <summary>What a database has of the migrations that this program knows.</summary>
/// <param name="Applied">In the database.</param>
/// <param name="Pending">Known here and not in the database, in their order.</param>
/// <param name="Unknown">In the database and not known here.</param>
public sealed record MigrationStatus(
    IReadOnlyList<string> Applied,
    IReadOnlyList<string> Pending,
    IReadOnlyList<string> Unknown
)
{
    internal bool IsCurrent() =>
        Unknown.Count == 0
            ? Pending.Count == 0
            : throw new DatabaseSchemaException(
                $"the database is newer than this program: it has the migration {string.Join(", ", Unknown)}, which this program does not know; start the newer program"
            );
}

/// <summary>The tables of the database are not those of this program; the message says what to do.</summary>
public sealed class DatabaseSchemaException : Exception
{
    internal DatabaseSchemaException(string message)
        : base(message) { }
}
