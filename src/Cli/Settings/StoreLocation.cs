using System.CommandLine;

namespace Heretix.Cli.Settings;

/// <summary>Where results go.</summary>
/// <param name="Database">The SQLite file.</param>
/// <param name="Exports">Root of the Parquet partitions.</param>
/// <param name="Environment">Value of the <c>env</c> column.</param>
/// <param name="Export">Write Parquet files after each run.</param>
internal sealed record StoreLocation(string Database, string Exports, string Environment, bool Export)
{
    public const string DefaultDatabase = "runs/heretix.sqlite";
    public const string DefaultMockDatabase = "runs/heretix_mock.sqlite";

    public static StoreLocation Read(
        StoreLocationOptions options,
        ParseResult parsed,
        Surroundings around,
        bool mock
    ) =>
        new(
            parsed.GetValue(options.Db) ?? DatabaseFor(mock, around),
            ExportRoot(parsed.GetValue(options.Exports), around),
            EnvironmentName(around),
            !parsed.GetValue(options.NoExport)
        );

    /// <summary>The store when no flag names one.</summary>
    public static string DatabaseFor(bool mock, Surroundings around) =>
        around.Text("HERETIX_DB_PATH") ?? (mock ? DefaultMockDatabase : DefaultDatabase);

    public static string ExportRoot(string? flag, Surroundings around) =>
        flag ?? around.Text("HERETIX_EXPORTS") ?? "data/exports";

    /// <summary>Where this runs, which names a folder of exports.</summary>
    /// <exception cref="UserErrorException">It cannot name one.</exception>
    public static string EnvironmentName(Surroundings around)
    {
        var name = around.Text("APP_ENV") ?? "local";
        return name[0] != '.' && name.Length <= 128 && !name.AsSpan().ContainsAny("/\\\0")
            ? name
            : throw new UserErrorException(
                $"the environment variable APP_ENV names a folder of exports, which '{name}' cannot: take a word like local, test or prod"
            );
    }
}
