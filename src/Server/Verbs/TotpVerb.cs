using System.CommandLine;
using System.Globalization;
using Heretix.Accounts.Totp;
using Heretix.Platform.Database;

namespace Heretix.Server.Verbs;

/// <summary><c>heretix totp</c>: shows whether a user has a second factor, or takes it away.</summary>
internal static class TotpVerb
{
    public static Command Create(CommonOptions options, TextWriter output)
    {
        var email = new Argument<string>("EMAIL") { Description = "The user's address" };
        var reset = new Option<bool>("--reset")
        {
            Description = "Take the second factor away and end all sessions; the user is told by mail",
        };
        var verb = new Command("totp", "Show whether a user has a second factor, or take it away") { email, reset };
        verb.SetAction(
            (parsed, stop) =>
                OperatorVerb.RunAsync(
                    parsed,
                    options,
                    (server, token) =>
                        RunAsync(server.App.Services, parsed.GetValue(email)!, parsed.GetValue(reset), output, token),
                    stop
                )
        );
        return verb;
    }

    private static async Task<int> RunAsync(
        IServiceProvider services,
        string email,
        bool reset,
        TextWriter output,
        CancellationToken stop
    )
    {
        await using var db = services.GetRequiredService<DatabaseConnections>().OpenUnpooled();
        var user = await UserByAddress.FindAsync(db, email, stop);
        if (reset)
        {
            if (!await services.GetRequiredService<TotpReset>().RunAsync(db, user.Id, stop))
                throw new UserErrorException($"{email} has no second factor");
            await output.WriteLineAsync("removed; all sessions were ended and a mail tells the user");
            return ExitCode.Ok;
        }
        await output.WriteLineAsync(
            await TotpReset.LookAsync(db, user.Id, stop) is var (since, codes)
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"enabled since {since.UtcDateTime:yyyy-MM-dd HH:mm}Z, {codes} recovery codes left"
                )
                : "no second factor"
        );
        return ExitCode.Ok;
    }
}
