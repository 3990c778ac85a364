using System.CommandLine;
using Heretix.Platform.Settings;

namespace Heretix.Server.Verbs;

/// <summary>What every verb of the server may be told.</summary>
internal sealed class CommonOptions
{
    private const string DefaultData = "data/server";
    private const string ServerUrl = "http://127.0.0.1:8000";
    private const string WorkerUrl = "http://127.0.0.1:8001";

    private readonly Option<string?> urls = new("--urls")
    {
        Description =
            $"Addresses to listen on, separated by semicolons (default {ServerUrl}, for a worker {WorkerUrl})",
        HelpName = "URLS",
    };
    private readonly Option<string?> data = new("--data")
    {
        Description = $"Data folder: private PostgreSQL, key, local outbox, exports (default {DefaultData})",
        HelpName = "DIR",
        Recursive = true,
    };
    private readonly Option<ServerRole> role = new("--role")
    {
        Description = "What this process does: all, api (requests) or worker (jobs)",
        HelpName = "ROLE",
        DefaultValueFactory = _ => ServerRole.All,
    };

    public void AddTo(RootCommand root)
    {
        urls.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } given && Listening.Problem(given) is { } problem)
                result.AddError(problem);
        });
        data.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string?>()))
                result.AddError("--data names no folder");
        });
        root.Options.Add(urls);
        root.Options.Add(data);
        root.Options.Add(role);
    }

    /// <summary>Where a server listens.</summary>
    public string Urls(ParseResult parsed) =>
        parsed.GetValue(urls) ?? (parsed.GetValue(role) == ServerRole.Worker ? WorkerUrl : ServerUrl);

    /// <summary>Reads the environment under what the command line says.</summary>
    public SettingsReading Read(ParseResult parsed)
    {
        var problems = new List<string>();
        var configuration = ServerConfiguration.OfProcess(Environment.CurrentDirectory, problems);
        return ServerSettingsReader.Read(
            configuration,
            new SettingsOverrides(parsed.GetValue(role), parsed.GetValue(data) ?? DefaultData, Urls(parsed)),
            problems
        );
    }
}
