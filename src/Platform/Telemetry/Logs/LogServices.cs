using Heretix.Platform.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Heretix.Platform.Telemetry.Logs;

/// <summary>Where log lines go and which are kept.</summary>
internal static class LogServices
{
    /// <summary>What libraries tell about their daily work; from them only warnings are of interest.</summary>
    private static readonly string[] Chatter = ["Microsoft", "System", "Npgsql", "Quartz", "OpenTelemetry"];

    public static void AddLogs(this IServiceCollection services, ServerSettings settings) =>
        services.AddLogging(logging =>
        {
            logging.ClearProviders();
            logging.SetMinimumLevel(settings.Environment == "test" ? LogLevel.Warning : LogLevel.Information);
            foreach (var category in Chatter)
                logging.AddFilter(category, LogLevel.Warning);
            // A start that fails is told by whoever started it, in a sentence where there is one; here it would be a stack.
            logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
            // Whoever looks for a fault may turn single categories up: Logging__LogLevel__Npgsql=Debug.
            logging.AddConfiguration(settings.Configuration.GetSection("Logging"));
            if (settings.IsProduction)
            {
                logging.AddConsole(console => console.FormatterName = JsonLines.FormatterName);
                logging.AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>();
            }
            else
            {
                logging.AddSimpleConsole(console =>
                {
                    console.SingleLine = true;
                    console.UseUtcTimestamp = true;
                    console.TimestampFormat = "HH:mm:ss ";
                });
            }
        });
}
