using System.CommandLine;
using Heretix.Platform.Database;

namespace Heretix.Server.Verbs;

/// <summary><c>heretix migrate</c>: brings the database to this program's schema.</summary>
internal static class MigrateVerb
{
    public static Command Create(CommonOptions options, TextWriter output)
    {
        var status = new Option<bool>("--status") { Description = "Only say what would be done" };
        var migrate = new Command("migrate", "Bring the database to the schema of this program") { status };
        migrate.SetAction(
            (parsed, stop) =>
                OperatorVerb.RunAsync(
                    parsed,
                    options,
                    async (server, token) =>
                    {
                        await using var migrator = server.Migrator();
                        if (parsed.GetValue(status))
                            return await StatusAsync(migrator, output, token);
                        var applied = await migrator.MigrateAsync(output.WriteLine, token);
                        await output.WriteLineAsync(
                            applied == 0
                                ? "the database has the schema of this program"
                                : $"done: {applied} migrations applied"
                        );
                        return ExitCode.Ok;
                    },
                    stop,
                    makes: true
                )
        );
        return migrate;
    }

    private static async Task<int> StatusAsync(DatabaseMigrator migrator, TextWriter output, CancellationToken stop)
    {
        var found = await migrator.StatusAsync(stop);
        foreach (
            var (word, migrations) in ((string, IReadOnlyList<string>)[])
                [("applied", found.Applied), ("pending", found.Pending), ("unknown", found.Unknown)]
        )
        {
            foreach (var migration in migrations)
                await output.WriteLineAsync($"{word}  {migration}");
        }
        return found.Unknown.Count == 0 ? ExitCode.Ok : ExitCode.Configuration;
    }
}
