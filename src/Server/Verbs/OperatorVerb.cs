using System.CommandLine;

namespace Heretix.Server.Verbs;

/// <summary>What verbs of operators share: the database is found as the server finds it, and nothing is served.</summary>
internal static class OperatorVerb
{
    /// <summary>Does the work with the services of the server; no private database is made for it unless <paramref name="makes"/>.</summary>
    public static async Task<int> RunAsync(
        ParseResult parsed,
        CommonOptions options,
        Func<PreparedServer, CancellationToken, Task<int>> work,
        CancellationToken stop,
        bool makes = false
    )
    {
        await using var server = await PreparedServer.CreateAsync(
            options.Read(parsed),
            options.Urls(parsed),
            serves: false,
            stop,
            makes
        );
        return await work(server, stop);
    }
}
