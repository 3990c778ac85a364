using System.CommandLine;
using Heretix.Platform.Database;
using Heretix.Platform.PrivatePostgres;
using Heretix.Platform.Settings;
using Heretix.Server.Verbs;
using Npgsql;

namespace Heretix.Server;

/// <summary>The command line of <c>heretix</c>: without a verb it serves.</summary>
public static class ServerCommandLine
{
    /// <summary>Runs the program and gives its exit code.</summary>
    /// <param name="arguments">What follows the name of the program.</param>
    /// <param name="output">What was asked for.</param>
    /// <param name="errors">What went wrong, in sentences.</param>
    /// <param name="stop">Asks for an orderly end, whatever it is doing.</param>
    public static async Task<int> RunAsync(
        string[] arguments,
        TextWriter output,
        TextWriter errors,
        CancellationToken stop = default
    )
    {
        var options = new CommonOptions();
        var root = new RootCommand("Heretix: checks, with one account and one bill. Without a verb, it serves.")
        {
            MigrateVerb.Create(options, output),
            JobsVerb.Create(options, output),
            EventsVerb.Create(options, output),
            PlanVerb.Create(options, output),
            SessionsVerb.Create(options, output),
            CoinsVerb.Create(options, output),
            OrdersVerb.Create(options, output),
            RefundVerb.Create(options, output),
            AuditVerb.Create(options, output),
            TotpVerb.Create(options, output),
            RotateKeysVerb.Create(options, output),
        };
        options.AddTo(root);
        ServeVerb.AddTo(root, options, output);

        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await errors.WriteLineAsync("heretix: " + error.Message);
            await errors.WriteLineAsync("heretix: see `heretix --help`");
            return ExitCode.Usage;
        }
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = output,
                    Error = errors,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                stop
            );
        }
        catch (Exception failure) when (Explain(failure) is { } explained)
        {
            foreach (var line in explained.Lines)
                await errors.WriteLineAsync("heretix: " + line);
            return explained.Code;
        }
    }

    private static (int Code, IReadOnlyList<string> Lines)? Explain(Exception failure) =>
        failure switch
        {
            ConfigurationException configuration => (ExitCode.Configuration, configuration.Problems),
            _ when SettingsValidation.Sentences(failure) is { } invalid => (ExitCode.Configuration, invalid),
            PrivatePostgresException refused => (ExitCode.Configuration, [refused.Message]),
            DatabaseSchemaException version => (ExitCode.Configuration, [version.Message]),
            UserErrorException user => (ExitCode.Failed, [user.Message]),
            PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName } =>
                (
                    ExitCode.Failed,
                    [
                        "the database has no tables of this program yet: run `heretix migrate`, or name the right database",
                    ]
                ),
            NpgsqlException database => (ExitCode.Failed, ["the database cannot be used: " + database.Message]),
            OperationCanceledException => (ExitCode.Failed, ["stopped"]),
            _ => null,
        };
}

/// <summary>A verb cannot do what was asked; the message says why.</summary>
internal sealed class UserErrorException(string message) : Exception(message);
