using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Settings;

/// <summary>Collects every problem of the configuration before anything starts.</summary>
public static class SettingsValidation
{
    /// <summary>
    /// Asks the checks of all rooms and the options that are validated on start, and joins what they find to what was found
    /// while reading. Call it after the server is built and before it is started.
    /// </summary>
    /// <param name="reading">What was read, with its problems.</param>
    /// <param name="services">The services of the server that was built from it.</param>
    /// <exception cref="ConfigurationException">There is at least one problem; all are in it.</exception>
    public static void Require(SettingsReading reading, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(reading);
        ArgumentNullException.ThrowIfNull(services);
        var problems = reading
            .Problems.Concat(
                services.GetServices<ISettingsCheck>().SelectMany(check => check.Problems(reading.Settings))
            )
            .Concat(InvalidOptions(services))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (problems.Count > 0)
            throw new ConfigurationException(problems);
    }

    private static IEnumerable<string> InvalidOptions(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
            return [];
        }
        catch (OptionsValidationException failure)
        {
            return Sentences(failure);
        }
        catch (AggregateException failures)
        {
            return failures.Flatten().InnerExceptions.SelectMany(Sentences);
        }
        catch (InvalidOperationException unreadable)
        {
            // The binder's own sentence names the key; the value that it could not read is in the inner one.
            return [unreadable.Message];
        }
    }

    private static IEnumerable<string> Sentences(Exception failure) =>
        failure is OptionsValidationException options ? options.Failures : [failure.Message];
}
