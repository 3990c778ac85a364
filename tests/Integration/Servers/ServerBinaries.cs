namespace Heretix.Tests.Integration.Servers;

/// <summary>Finds the programs that the tests start; the test script installs them.</summary>
internal static class ServerBinaries
{
    public static string Postgres(string name) =>
        Directory
            .GetDirectories("/usr/lib/postgresql")
            .OrderByDescending(folder =>
                int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture)
            )
            .Select(folder => Path.Combine(folder, "bin", name))
            .First(File.Exists);

    public static string OnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"{name} is not on the PATH; the test script installs it");
}
