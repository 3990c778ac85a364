using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Settings;

/// <summary>Collects every problem of the configuration before anything starts.</summary>
public static partial class SettingsValidation
{
    /// <summary>
    /// Asks the checks of all rooms and the options that are validated on start, and joins what they find to what was found
    /// while reading. Call it before the database is prepared and before the server is built: building reads options, and
    /// the first that is wrong would end it.
    /// </summary>
    /// <param name="reading">What was read, with its problems.</param>
    /// <param name="register">Registers what the server registers, under these settings; nothing of it is started.</param>
    /// <param name="serves">Whether it will serve, rather than do the work of an operator's verb.</param>
    /// <exception cref="ConfigurationException">There is at least one problem; all are in it.</exception>
    public static async Task RequireAsync(
        SettingsReading reading,
        Action<IServiceCollection, ServerSettings> register,
        bool serves = true
    )
    {
        ArgumentNullException.ThrowIfNull(reading);
        ArgumentNullException.ThrowIfNull(register);
        var found = await FindAsync(reading.Settings, register, serves);
        var problems = reading.Problems.Concat(found).Distinct(StringComparer.Ordinal).ToList();
        if (problems.Count > 0)
            throw new ConfigurationException(problems);
    }

    /// <summary>
    /// The binder stops at the first value that it cannot read. Each is noted and left out, and the rest is asked again, so
    /// that one run names all of them.
    /// </summary>
    private static async Task<List<string>> FindAsync(
        ServerSettings settings,
        Action<IServiceCollection, ServerSettings> register,
        bool serves
    )
    {
        List<string> unreadable = [];
        while (true)
        {
            var services = new ServiceCollection();
            services.AddLogging();
            register(services, settings);
            await using var provider = services.BuildServiceProvider();
            try
            {
                return
                [
                    .. unreadable,
                    .. provider
                        .GetServices<ISettingsCheck>()
                        .Where(check => serves || !check.OnlyToServe)
                        .SelectMany(check => check.Problems(settings)),
                    .. InvalidOptions(provider),
                    .. InvalidLogLevels(provider),
                ];
            }
            catch (InvalidOperationException failure)
            {
                var match = Unreadable().Match(failure.Message);
                if (!match.Success || settings.Configuration[match.Groups["path"].Value] is not { } value)
                    return [.. unreadable, failure.Message];
                var path = match.Groups["path"].Value;
                unreadable.Add($"{path}: '{value}' is not {Form(match.Groups["type"].Value)}.");
                settings = settings with { Configuration = Without(settings.Configuration, path) };
            }
        }
    }

    private static IEnumerable<string> InvalidOptions(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
            return [];
        }
        catch (Exception failure) when (Sentences(failure) is { } sentences)
        {
            return sentences;
        }
    }

    /// <summary>What options say when they are not valid, one or several together; null for any other exception.</summary>
    public static IReadOnlyList<string>? Sentences(Exception failure) =>
        failure switch
        {
            OptionsValidationException options => [.. options.Failures],
            AggregateException all
                when all.Flatten().InnerExceptions is var inner
                    && inner.All(each => each is OptionsValidationException) =>
            [
                .. inner.Cast<OptionsValidationException>().SelectMany(options => options.Failures),
            ],
            _ => null,
        };

    private static IEnumerable<string> InvalidLogLevels(IServiceProvider services)
    {
        try
        {
            _ = services.GetService<IOptions<LoggerFilterOptions>>()?.Value;
            return [];
        }
        catch (InvalidOperationException unknown)
        {
            return [$"Logging:LogLevel: {unknown.Message}"];
        }
    }

    private static IConfiguration Without(IConfiguration configuration, string path) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                configuration
                    .AsEnumerable()
                    .Where(pair => pair.Value is not null && !pair.Key.Equals(path, StringComparison.OrdinalIgnoreCase))
            )
            .Build();

    private static string Form(string type) =>
        type switch
        {
            "System.Int32" or "System.Int64" => "a whole number",
            "System.Double" => "a number",
            "System.TimeSpan" => "a time of the form 00:00:20",
            "System.Boolean" => "true or false",
            _ => "of the right form",
        };

    /// <summary>The binder tells only in its message what it could not read.</summary>
    [GeneratedRegex("Failed to convert configuration value.* at '(?<path>[^']+)' to type '(?<type>[^']+)'")]
    private static partial Regex Unreadable();
}
