using System.CommandLine;
using System.Globalization;
using Heretix.Accounts.Sessions;
using Heretix.Platform.Database;

namespace Heretix.Server.Verbs;

/// <summary><c>heretix sessions</c>: counts the sessions of a user or of everybody, or ends them.</summary>
internal static class SessionsVerb
{
    public static Command Create(CommonOptions options, TextWriter output)
    {
        var email = new Argument<string?>("EMAIL")
        {
            Description = "The user's address",
            DefaultValueFactory = _ => null,
        };
        var everybody = new Option<bool>("--everybody") { Description = "Instead of one user" };
        var end = new Option<bool>("--end") { Description = "End them all, at once and in every process" };
        var verb = new Command("sessions", "Count the sessions of a user or of everybody, or end them")
        {
            email,
            everybody,
            end,
        };
        verb.SetAction(
            (parsed, stop) =>
            {
                if (parsed.GetValue(email) is null != parsed.GetValue(everybody))
                    throw new UserErrorException("name a user by address, or say --everybody");
                return OperatorVerb.RunAsync(
                    parsed,
                    options,
                    (server, token) =>
                        RunAsync(server.App.Services, parsed.GetValue(email), parsed.GetValue(end), output, token),
                    stop
                );
            }
        );
        return verb;
    }

    private static async Task<int> RunAsync(
        IServiceProvider services,
        string? email,
        bool end,
        TextWriter output,
        CancellationToken stop
    )
    {
        await using var db = services.GetRequiredService<DatabaseConnections>().OpenUnpooled();
        var user = email is null ? (Guid?)null : (await UserByAddress.FindAsync(db, email, stop)).Id;
        var sessions = services.GetRequiredService<SessionEnding>();
        var count = end
            ? await sessions.EndAllAsync(db, user, stop)
            : await SessionEnding.CountAsync(db, user, services.GetRequiredService<TimeProvider>().GetUtcNow(), stop);
        await output.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"{count} sessions{(end ? " ended" : "")}")
        );
        return ExitCode.Ok;
    }
}
