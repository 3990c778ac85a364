using Microsoft.Extensions.Configuration;

namespace Heretix.Platform.Settings;

/// <summary>Where values come from: the environment, and in <c>local</c> a <c>.env</c> file under it.</summary>
public static class ServerConfiguration
{
    /// <summary>
    /// Reads the environment of this process and the <c>.env</c> file of the working directory. The file is read only when
    /// the environment leaves <c>APP_ENV</c> open or says <c>local</c>, and the environment wins over it.
    /// </summary>
    /// <param name="workingDirectory">Where the <c>.env</c> file may be.</param>
    /// <param name="problems">Takes what is wrong with the file.</param>
    public static IConfiguration OfProcess(string workingDirectory, ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var file = Path.Combine(workingDirectory, ".env");
        if (environment["APP_ENV"] is { Length: > 0 } and not "local" || !File.Exists(file))
            return environment;

        IReadOnlyDictionary<string, string?> values;
        try
        {
            values = DotEnv.Parse(File.ReadLines(file), problems);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add($".env: it is there but cannot be read ({unreadable.Message}).");
            return environment;
        }
        if (values.GetValueOrDefault("APP_ENV") is { Length: > 0 } and not "local")
            problems.Add(
                ".env: APP_ENV there can only be local; a .env file is for local use. Set APP_ENV in the environment."
            );
        return new ConfigurationBuilder().AddInMemoryCollection(values).AddConfiguration(environment).Build();
    }
}
