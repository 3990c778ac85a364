using System.CommandLine;
using Heretix.Platform.Encryption;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Heretix.Server.Verbs;

/// <summary>Without a verb: prepares the database, serves, and leaves cleanly at an interrupt.</summary>
internal static class ServeVerb
{
    public static void AddTo(RootCommand root, CommonOptions options, TextWriter output) =>
        root.SetAction((parsed, stop) => ServeAsync(options.Read(parsed), options.Urls(parsed), output, stop));

    private static async Task<int> ServeAsync(
        SettingsReading reading,
        string urls,
        TextWriter output,
        CancellationToken stop
    )
    {
        await using var server = await PreparedServer.CreateAsync(reading, urls, serves: true, stop);
        var app = server.App;
        await using (var migrator = server.Migrator())
            await migrator.EnsureCurrentAsync(reading.Settings, output.WriteLine, stop);
        await EncryptionStart.RequireReadableAsync(app.Services, stop);
        await StartAsync(app, urls, stop);
        await AnnounceAsync(app, reading.Settings, output);
        // The host ends itself at SIGTERM and SIGINT as well; asking twice is asking once.
        using var asked = stop.Register(app.Lifetime.StopApplication);
        await app.WaitForShutdownAsync(CancellationToken.None);
        return ExitCode.Ok;
    }

    private static async Task StartAsync(WebApplication app, string urls, CancellationToken stop)
    {
        try
        {
            await app.StartAsync(stop);
        }
        catch (Exception failure)
        {
            await EndAsync(app);
            if (Listening.Explain(failure, urls) is { } sentence)
                throw new UserErrorException(sentence);
            throw;
        }
    }

    /// <summary>Stops what had started before the start failed: left alone, it would find its database gone.</summary>
    private static async Task EndAsync(WebApplication app)
    {
        try
        {
            await app.StopAsync(CancellationToken.None);
        }
        catch (Exception)
        {
            // Why the start failed is what is told.
        }
    }

    private static async Task AnnounceAsync(WebApplication app, ServerSettings settings, TextWriter output)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var address = addresses.First().TrimEnd('/');
        var (all, role) = (string.Join(" and ", addresses), settings.Role.ToString().ToLowerInvariant());
        // In production whatever reads standard output expects nothing but lines of the log.
        if (settings.IsProduction)
            Log.Ready(app.Services.GetRequiredService<ILogger<PreparedServer>>(), all, settings.Environment, role);
        else
            await output.WriteLineAsync($"Heretix is ready at {all} ({settings.Environment}, role {role})");
        if (settings.Environment != "local" || settings.Role == ServerRole.Worker)
            return;
        await output.WriteLineAsync(
            $$"""

              curl -s {{address}}/api/checks/run -H 'content-type: application/json' \
                -d '{"claim": "Tariffs cause inflation", "mock": true}'

              The API       {{address}}/docs
              Mail          {{address}}/outbox  (nothing is sent: sign-in links wait there)

            The mock model is allowed here. Its numbers are made up and say nothing about any claim.
            """
        );
    }
}
