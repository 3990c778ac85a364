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

    /// <summary>The variable names the store of real answers; the mock keeps to its own file unless a flag says otherwise.</summary>
    public static string DatabaseFor(bool mock, Surroundings around) =>
        mock ? DefaultMockDatabase : around.Text("HERETIX_DB_PATH") ?? DefaultDatabase;

    public static string ExportRoot(string? flag, Surroundings around) =>
        flag ?? around.Text("HERETIX_EXPORTS") ?? "data/exports";

    /// <exception cref="UserErrorException">The name cannot be a folder's.</exception>
    public static string EnvironmentName(Surroundings around)
    {
        var name = around.Text("APP_ENV") ?? "local";
        return name.Length <= 64 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? name
            : throw new UserErrorException($"APP_ENV takes letters, digits and . _ - (it names a folder), not '{name}'");
    }
}
