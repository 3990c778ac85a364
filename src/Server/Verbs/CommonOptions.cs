using System.CommandLine;
using System.CommandLine.Parsing;
using Heretix.Platform.Settings;

namespace Heretix.Server.Verbs;

/// <summary>What every verb of the server may be told.</summary>
internal sealed class CommonOptions
{
    public Option<string?> Urls { get; } =
        new("--urls")
        {
            Description = "Addresses to listen on, separated by semicolons (default http://127.0.0.1:8000, for a worker 8001)",
            HelpName = "URLS",
        };

    public Option<string?> Data { get; } =
        new("--data")
        {
            Description = "Data folder: private PostgreSQL, local outbox, exports (default ./data/server)",
            HelpName = "DIR",
            Recursive = true,
        };

    public Option<ServerRole> Role { get; } =
        new("--role")
        {
            Description = "What this process does: all, api (requests) or worker (jobs)",
            HelpName = "ROLE",
            DefaultValueFactory = _ => ServerRole.All,
        };

    public void AddTo(RootCommand root)
    {
        root.Options.Add(Urls);
        root.Options.Add(Data);
        root.Options.Add(Role);
    }
}
