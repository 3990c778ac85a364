using System.CommandLine;
using Heretix.Platform.Database;

namespace Heretix.Server.Verbs;

/// <summary>What verbs of operators share: the database is found as the server finds it, and nothing is served.</summary>
internal static class OperatorVerb
{
    /// <summary>Does the work with the services of the server.</summary>
    public static async Task<int> RunAsync(
        ParseResult parsed,
        CommonOptions options,
        Func<IServiceProvider, CancellationToken, Task<int>> work,
        CancellationToken stop
    )
    {
        await using var database = await DatabaseStart.PrepareAsync(options.Settings(parsed), cancellationToken: stop);
        await using var app = HeretixServer.Build(database.Settings, "http://127.0.0.1:0", operatorOnly: true);
        return await work(app.Services, stop);
    }
}
