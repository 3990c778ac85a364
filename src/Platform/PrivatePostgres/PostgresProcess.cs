using System.Diagnostics;

namespace Heretix.Platform.PrivatePostgres;

/// <summary>Runs the programs of PostgreSQL as the user of the cluster.</summary>
internal static class PostgresProcess
{
    private const int LogRotation = 1 << 20;
    private const int TailLines = 20;

    /// <summary>Makes a new cluster, which appears under its name only when it is whole.</summary>
    public static async Task InitialiseAsync(
        PostgresBinaries binaries,
        ClusterFolder folder,
        CancellationToken cancellationToken
    )
    {
        if (Directory.Exists(folder.Unfinished))
            Directory.Delete(folder.Unfinished, recursive: true);
        using var init = Start(
            folder,
            binaries.InitDb,
            [
                "-D",
                folder.Unfinished,
                "-U",
                ClusterSettings.Name,
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--data-checksums",
                "--auth-local=scram-sha-256",
                "--auth-host=reject",
                $"--pwfile={folder.Password}",
                "--no-instructions",
            ],
            redirect: true
        );
        try
        {
            var output = init.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = await init.StandardError.ReadToEndAsync(cancellationToken);
            await output;
            await init.WaitForExitAsync(cancellationToken);
            if (init.ExitCode != 0)
                throw new PrivatePostgresException(Explain(folder, errors));
        }
        catch (OperationCanceledException)
        {
            init.Kill(entireProcessTree: true);
            throw;
        }
        Directory.Move(folder.Unfinished, folder.Data);
    }

    /// <summary>
    /// Starts a postmaster in a session of its own, so that Ctrl-C in a terminal reaches it only through us, after our
    /// last query.
    /// </summary>
    public static Process Launch(PostgresBinaries binaries, ClusterFolder folder)
    {
        if (new FileInfo(folder.Log) is { Exists: true, Length: > LogRotation })
            File.Move(folder.Log, folder.Log + ".1", overwrite: true);
        return Start(
            folder,
            "setsid",
            [
                "sh",
                "-c",
                "exec \"$0\" \"$@\" >>\"$HERETIX_LOG\" 2>&1 </dev/null",
                binaries.Postgres,
                .. ClusterSettings.Arguments(folder),
            ],
            redirect: false
        );
    }

    /// <summary>The last lines of the log.</summary>
    public static string Tail(ClusterFolder folder)
    {
        if (!File.Exists(folder.Log))
            return "(it has no log)";
        using var log = new FileStream(folder.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Seek(-Math.Min(log.Length, 16_384), SeekOrigin.End);
        using var reader = new StreamReader(log);
        return string.Join(
            Environment.NewLine,
            reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(TailLines)
        );
    }

    private static string Explain(ClusterFolder folder, string errors) =>
        errors.Contains("could not look up effective user ID", StringComparison.Ordinal)
            ? "PostgreSQL runs only as a user with an entry in /etc/passwd, and the present user has none: start the server as one that has (in a container: `useradd`), or set DATABASE_URL"
            : $"PostgreSQL could not make its data folder in {folder.Root}:{Environment.NewLine}{errors.Trim()}";

    private static Process Start(ClusterFolder folder, string program, IEnumerable<string> arguments, bool redirect)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = "/",
            RedirectStandardOutput = redirect,
            RedirectStandardError = redirect,
        };
        if (folder.User is not null)
            start.UserName = folder.User;
        // PGPORT and its like would move the socket or the data.
        foreach (
            var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList()
        )
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";
        start.Environment["HERETIX_LOG"] = folder.Log;
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception refused)
        {
            throw new PrivatePostgresException($"{program} cannot be started: {refused.Message}", refused);
        }
    }
}
