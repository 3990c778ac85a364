namespace Heretix.Tests.Integration.Servers;

/// <summary>Verbs of the real program, each run to its end in a process of its own.</summary>
internal static class ServerVerb
{
    /// <summary>The program as it stands beside the tests.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "heretix.dll");

    /// <summary>Runs a verb on a database.</summary>
    /// <param name="databaseUrl">Its <c>DATABASE_URL</c>.</param>
    /// <param name="environment">Further variables.</param>
    /// <param name="arguments">The verb and what it is told.</param>
    public static async Task<(int Code, string Said)> RunAsync(
        string databaseUrl,
        IReadOnlyDictionary<string, string>? environment,
        params string[] arguments
    )
    {
        var data = Directory.CreateTempSubdirectory("heretix-verb-").FullName;
        try
        {
            await using var verb = ServerProcess.Launch(
                Program,
                data,
                new Dictionary<string, string>(environment ?? new Dictionary<string, string>())
                {
                    ["DATABASE_URL"] = databaseUrl,
                },
                arguments
            );
            return (await verb.EndAsync(TestContext.Current.CancellationToken), verb.Log);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
