using System.Diagnostics;
using Npgsql;

namespace Heretix.Tests.Integration.Servers;

/// <summary>
/// One PostgreSQL for all tests of the program, started at the first use and stopped by process id at the end. Tests that
/// restart or kill a server make one of their own. Each test class takes databases of its own.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private readonly string folder = Directory.CreateTempSubdirectory("heretix-pg-").FullName;
    private readonly int port = FreePort.Next();
    private readonly Lazy<Task> template;
    private Process? server;
    private int databases;

    public PostgresCluster() =>
        template = new Lazy<Task>(async () =>
        {
            await ExecuteAsync("postgres", $"create database {TemplateDatabase.Name}");
            await TemplateDatabase.MakeAsync(ConnectionString(TemplateDatabase.Name));
        });

    /// <summary>Settings of the server beyond the defaults, for example <c>max_connections=40</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Process id of the postmaster.</summary>
    public int ProcessId => server?.Id ?? throw new InvalidOperationException("not started");

    /// <summary>Connection string for a database of this server.</summary>
    public string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={port};Database={database};Username=postgres;Include Error Detail=true";

    /// <summary>Address of a database in the form that operators write.</summary>
    public string Url(string database) => $"postgres://postgres@127.0.0.1:{port}/{database}";

    /// <summary>Makes a database with the tables of the server, or a copy of <paramref name="template"/>, and gives its name.</summary>
    public async Task<string> CreateDatabaseAsync(string? template = null)
    {
        await StartAsync();
        if (template is null)
        {
            await this.template.Value;
            template = TemplateDatabase.Name;
        }
        var name = $"t{Interlocked.Increment(ref databases)}";
        await ExecuteAsync("postgres", $"create database {name} template {template}");
        return name;
    }

    /// <summary>Makes a database without any tables and gives its name.</summary>
    public Task<string> CreateEmptyDatabaseAsync() => CreateDatabaseAsync("template0");

    /// <summary>Runs a statement in a database.</summary>
    public async Task<int> ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The single value of a query.</summary>
    public async Task<T> ScalarAsync<T>(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Starts the server unless it runs.</summary>
    public async Task StartAsync()
    {
        await turn.WaitAsync();
        try
        {
            if (server is { HasExited: false })
                return;
            if (!File.Exists(Path.Combine(folder, "data", "PG_VERSION")))
                await InitialiseAsync();
            server = Launch(
                "postgres",
                [
                    "-D",
                    Path.Combine(folder, "data"),
                    "-p",
                    $"{port}",
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    $"unix_socket_directories={folder}",
                    "-c",
                    "fsync=off",
                    .. Settings.SelectMany(setting => new[] { "-c", setting }),
                ]
            );
            await UntilItAnswersAsync();
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Ends the server: <c>SIGINT</c> closes it quickly and cleanly, <c>SIGQUIT</c> is <c>-m immediate</c>.</summary>
    public async Task StopAsync(string signal = "INT")
    {
        if (server is null)
            return;
        using (var kill = Process.Start("kill", ["-" + signal, $"{server.Id}"]))
            await kill.WaitForExitAsync();
        await server.WaitForExitAsync();
        server.Dispose();
        server = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync("QUIT");
        Directory.Delete(folder, recursive: true);
        turn.Dispose();
    }

    private async Task InitialiseAsync()
    {
        if (Environment.UserName == "root")
        {
            using var own = Process.Start("chown", ["postgres", folder]);
            await own.WaitForExitAsync();
        }
        using var init = Launch(
            "initdb",
            [
                "-D",
                Path.Combine(folder, "data"),
                "-U",
                "postgres",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--auth=trust",
                "--no-instructions",
                "--no-sync",
            ]
        );
        await init.WaitForExitAsync();
        if (init.ExitCode != 0)
            throw new InvalidOperationException(await init.StandardError.ReadToEndAsync());
    }

    private static Process Launch(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(ServerBinaries.Postgres(program), arguments)
        {
            WorkingDirectory = "/",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Environment.UserName == "root")
            start.UserName = "postgres";
        start.Environment["LC_ALL"] = "C";
        var process = Process.Start(start)!;
        if (program == "postgres")
        {
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }
        return process;
    }

    private async Task UntilItAnswersAsync()
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (tries < 1000 && !server!.HasExited)
            {
                await Task.Delay(10);
            }
        }
    }
}
