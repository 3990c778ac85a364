using System.Diagnostics;
using System.Globalization;

namespace Heretix.Platform.PrivatePostgres;

/// <summary>Finds the PostgreSQL that runs on a data folder, whoever started it, by what the kernel says of processes.</summary>
internal static class RunningPostmaster
{
    /// <summary>Process id of the postmaster that runs on the folder; null when none does.</summary>
    public static int? Find(ClusterFolder folder)
    {
        if (ProcessIdIn(folder.ProcessIdFile) is not { } processId)
            return null;
        return WorksIn(processId, folder) ? processId : null;
    }

    /// <summary>
    /// Waits until the last process of a postmaster that was killed is gone, and removes the lock files that would keep a
    /// new one from starting although their process is no postmaster any more: it is a zombie that nobody buries, or its
    /// id went to another process. While anybody works in the data folder they stay: they keep two servers off the same
    /// data.
    /// </summary>
    public static async Task ForgetAsync(ClusterFolder folder, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (File.Exists(folder.ProcessIdFile) && Everybody().Any(each => WorksIn(each, folder)))
        {
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(30))
                throw new PrivatePostgresException(
                    $"processes of an earlier PostgreSQL still work in {folder.Data} although their postmaster is gone: end them first"
                );
            await Task.Delay(20, cancellationToken);
        }
        if (ProcessIdIn(folder.ProcessIdFile) is { } processId && Directory.Exists($"/proc/{processId}"))
            File.Delete(folder.ProcessIdFile);
        // It bears the same process id and is judged by it in the same way.
        if (!folder.IsAbstract)
            File.Delete(Path.Combine(folder.Socket, ".s.PGSQL.5432.lock"));
    }

    /// <summary>Ends a postmaster: cleanly, then at once, then by force.</summary>
    public static async Task EndAsync(int processId)
    {
        // It removes its lock files before it is gone, and its number may be given out again.
        var ending = StartOf(processId);
        foreach (var (signal, seconds) in new[] { (Posix.Interrupt, 30), (Posix.Quit, 10), (Posix.Kill, 5) })
        {
            Posix.Signal(processId, signal);
            var began = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(seconds))
            {
                if (ending is null || StartOf(processId) != ending)
                    return;
                await Task.Delay(5);
            }
        }
    }

    /// <summary>Whether the process lives and has the data folder as its working directory, as all of PostgreSQL's have.</summary>
    public static bool WorksIn(int processId, ClusterFolder folder)
    {
        try
        {
            // A zombie has no working directory. Paths may differ by links, so the file itself is compared.
            var there = $"/proc/{processId}/cwd/postmaster.pid";
            return File.Exists(there)
                && Identity(there).SequenceEqual(Identity(folder.ProcessIdFile))
                && File.ReadAllText($"/proc/{processId}/cmdline").Contains("postgres", StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>When a process started, in ticks since the machine did; null when it is gone or only waits to be buried.</summary>
    private static string? StartOf(int processId)
    {
        try
        {
            // The name in brackets may hold anything; the state follows it, and the start is the 20th word from there.
            var line = File.ReadAllText($"/proc/{processId}/stat");
            var words = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            return words[0] == "Z" ? null : words[19];
        }
        catch (IOException)
        {
            return null;
        }
    }

    // Process id, data folder and start time; later lines change while it starts and stops.
    private static IEnumerable<string> Identity(string processIdFile) => File.ReadLines(processIdFile).Take(3);

    private static int? ProcessIdIn(string file)
    {
        try
        {
            return int.TryParse(
                File.ReadLines(file).FirstOrDefault(),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var processId
            )
                ? processId
                : null;
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static IEnumerable<int> Everybody() =>
        Directory
            .GetDirectories("/proc")
            .Select(folder =>
                int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                    ? id
                    : 0
            )
            .Where(id => id > 0);
}
