using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Heretix.Platform.PrivatePostgres;

/// <summary>An installed PostgreSQL.</summary>
/// <param name="Folder">Where <c>postgres</c> and <c>initdb</c> are.</param>
/// <param name="Major">Its major version, which its data folders bear.</param>
internal sealed partial record PostgresBinaries(string Folder, int Major)
{
    /// <summary>The oldest that the server's settings and migrations are written for.</summary>
    private const int Oldest = 14;

    public string Postgres => Path.Combine(Folder, "postgres");

    public string InitDb => Path.Combine(Folder, "initdb");

    /// <summary>Where to look: what the user put on the path comes first, then the newest that a system package installed.</summary>
    public static IReadOnlyList<string> UsualFolders() =>
        [
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries),
            .. Versions("/usr/lib/postgresql", "", "bin"),
            .. Versions("/usr", "pgsql-", "bin"),
            "/usr/local/pgsql/bin",
            "/opt/homebrew/opt/postgresql/bin",
        ];

    /// <summary>The one to use for a data folder.</summary>
    /// <param name="folders">Where to look.</param>
    /// <param name="dataMajor">The version that wrote the data; null when there is none yet.</param>
    /// <param name="data">The data folder, for the error.</param>
    /// <exception cref="PrivatePostgresException">None fits.</exception>
    public static PostgresBinaries Find(IReadOnlyList<string> folders, int? dataMajor, string data)
    {
        var installed = new List<PostgresBinaries>();
        foreach (var folder in folders.Where(Complete).Select(Real).Distinct())
        {
            var found = new PostgresBinaries(folder, MajorOf(folder));
            if (found.Major == dataMajor || (dataMajor is null && found.Major >= Oldest))
                return found;
            installed.Add(found);
        }
        throw new PrivatePostgresException(
            installed.Count == 0
                ? "no PostgreSQL is installed, and DATABASE_URL is not set: `apt-get install postgresql` installs one (the server starts it by itself), or set DATABASE_URL to one elsewhere"
            : dataMajor is { } written
                ? $"the data in {data} was written by PostgreSQL {written}, but only {Names(installed)} is installed: `apt-get install postgresql-{written}` brings {written} back, or move the data with pg_upgrade"
            : $"the installed {Names(installed)} is too old: {Oldest} or later is needed"
        );
    }

    private static string Names(IEnumerable<PostgresBinaries> installed) =>
        "PostgreSQL " + string.Join(", ", installed.Select(each => each.Major).Distinct().Order());

    private static bool Complete(string folder) =>
        File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb"));

    // PATH often holds links into the folder of one version; postgres finds its own files from there.
    private static string Real(string folder) =>
        Path.GetDirectoryName(
            File.ResolveLinkTarget(Path.Combine(folder, "postgres"), returnFinalTarget: true)?.FullName
                ?? Path.Combine(folder, "postgres")
        )!;

    private static int MajorOf(string folder)
    {
        var byPath = VersionInPath().Match(folder);
        if (byPath.Success)
            return int.Parse(byPath.Groups[1].Value, CultureInfo.InvariantCulture);
        using var asked = Process.Start(
            new ProcessStartInfo(Path.Combine(folder, "postgres"), ["--version"])
            {
                RedirectStandardOutput = true,
                WorkingDirectory = "/",
            }
        )!;
        var answer = Version().Match(asked.StandardOutput.ReadToEnd());
        asked.WaitForExit();
        return answer.Success ? int.Parse(answer.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
    }

    private static IEnumerable<string> Versions(string parent, string prefix, string bin) =>
        Directory.Exists(parent)
            ? Directory
                .GetDirectories(parent, prefix + "*")
                .Select(folder => (folder, version: Path.GetFileName(folder)[prefix.Length..].Split('.')[0]))
                .Where(each => int.TryParse(each.version, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .OrderByDescending(each => int.Parse(each.version, CultureInfo.InvariantCulture))
                .Select(each => Path.Combine(each.folder, bin))
            : [];

    [GeneratedRegex(@"/usr/lib/postgresql/(\d+)/bin$")]
    private static partial Regex VersionInPath();

    [GeneratedRegex(@"PostgreSQL\)? (\d+)")]
    private static partial Regex Version();
}
