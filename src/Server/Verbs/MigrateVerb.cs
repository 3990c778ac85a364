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
                    async (services, token) =>
                    {
                        var migrator = services.GetRequiredService<DatabaseMigrator>();
                        var found = await migrator.StatusAsync(token);
                        if (found.Pending.Count == 0)
                        {
                            await output.WriteLineAsync("the database has the schema of this program");
                            return ExitCode.Ok;
                        }
                        if (parsed.GetValue(status))
                        {
                            foreach (var migration in found.Pending)
                                await output.WriteLineAsync($"pending: {migration}");
                            return ExitCode.Ok;
                        }
                        await migrator.MigrateAsync(line => output.WriteLine(line), token);
                        return ExitCode.Ok;
                    },
                    stop
                )
        );
        return migrate;
    }
}
